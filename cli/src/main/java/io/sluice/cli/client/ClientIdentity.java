package io.sluice.cli.client;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A client's certificate, its key, and whom it trusts, as PEM files.
 *
 * @param chain the leaf certificate, then its issuers
 * @param key private key, PKCS#8, not encrypted
 * @param trust authorities of the server's certificate
 */
public record ClientIdentity(Path chain, Path key, Path trust) {
    private static final char[] NO_PASSWORD = new char[0];
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    /** Checks that nothing is missing. */
    public ClientIdentity {
        requireNonNull(chain, "chain is null");
        requireNonNull(key, "key is null");
        requireNonNull(trust, "trust is null");
    }

    /** A TLS context that presents the certificate and trusts those authorities alone. */
    public SSLContext tls() {
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            keys.setKeyEntry(
                    "client", privateKey(), NO_PASSWORD, certificates(chain).toArray(new Certificate[0]));
            KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keyManagers.init(keys, NO_PASSWORD);
            return context(keyManagers.getKeyManagers(), trust);
        } catch (GeneralSecurityException | IOException e) {
            throw new ClientException("the client certificate " + chain + " cannot be used", e);
        }
    }

    /** A TLS context that presents no certificate and trusts those authorities alone. */
    public static SSLContext trusting(Path trust) {
        try {
            return context(new KeyManager[0], trust);
        } catch (GeneralSecurityException | IOException e) {
            throw new ClientException("the authorities in " + trust + " cannot be used", e);
        }
    }

    private static SSLContext context(KeyManager[] keys, Path trust) throws IOException, GeneralSecurityException {
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        int index = 0;
        for (Certificate anchor : certificates(trust)) {
            anchors.setCertificateEntry("anchor-" + index++, anchor);
        }
        TrustManagerFactory trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trustManagers.init(anchors);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trustManagers.getTrustManagers(), null);
        return context;
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws IOException, GeneralSecurityException {
        try (InputStream pem = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(pem);
        }
    }

    private PrivateKey privateKey() throws IOException, GeneralSecurityException {
        String base64 =
                Files.readString(key).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        PKCS8EncodedKeySpec encoded =
                new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64));
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (InvalidKeySpecException e) {
                continue; // a key of another algorithm
            }
        }
        throw new GeneralSecurityException(key + " is no EC, RSA or EdDSA key in PKCS#8");
    }
}
