package io.sluice.audit.serve;

import io.sluice.certs.PemIdentity;
import io.sluice.certs.PkiFiles;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A client's side of TLS. */
public final class TestTls {
    private TestTls() {}

    /** Trusts the PKI's root. @param self whose certificate is shown; null for none */
    public static SSLContext context(PkiFiles pki, @Nullable PemIdentity self) {
        try {
            KeyStore trust = emptyStore();
            int i = 0;
            for (Certificate certificate : certificates(pki.trust())) {
                trust.setCertificateEntry("ca" + i++, certificate);
            }
            TrustManagerFactory trusts = TrustManagerFactory.getInstance("PKIX");
            trusts.init(trust);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(self == null ? new KeyManager[0] : keys(self), trusts.getTrustManagers(), null);
            return context;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static KeyManager[] keys(PemIdentity identity) throws Exception {
        String pem = Files.readString(identity.key());
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        KeyStore store = emptyStore();
        Certificate[] chain = certificates(identity.chain()).toArray(new Certificate[0]);
        PrivateKey privateKey = KeyFactory.getInstance(chain[0].getPublicKey().getAlgorithm())
                .generatePrivate(new PKCS8EncodedKeySpec(der));
        store.setKeyEntry("self", privateKey, new char[0], chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static List<Certificate> certificates(Path pem) throws Exception {
        try (InputStream in = Files.newInputStream(pem)) {
            return List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
        }
    }

    private static KeyStore emptyStore() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
