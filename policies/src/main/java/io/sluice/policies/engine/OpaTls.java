package io.sluice.policies.engine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS towards OPA servers: the authorities of a file and no others, and our own certificate where there is one. */
final class OpaTls {
    private static final char[] NO_PASSWORD = new char[0];
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private OpaTls() {}

    /** @throws IllegalArgumentException naming the file that cannot be used */
    static SSLContext context(Path trust, @Nullable Path identity) {
        try {
            TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusted.init(authorities(trust));
            KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            own.init(identity(identity), NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The platform has no TLS for these certificates", e);
        }
    }

    private static KeyStore authorities(Path file) throws GeneralSecurityException {
        KeyStore store = empty();
        List<Certificate> certificates = certificates(file);
        for (int i = 0; i < certificates.size(); i++) {
            store.setCertificateEntry("authority-" + i, certificates.get(i));
        }
        return store;
    }

    private static KeyStore identity(@Nullable Path file) throws GeneralSecurityException {
        KeyStore store = empty();
        if (file != null) {
            store.setKeyEntry("own", key(file), NO_PASSWORD, certificates(file).toArray(new Certificate[0]));
        }
        return store;
    }

    private static KeyStore empty() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (IOException e) {
            throw new IllegalStateException("An empty key store is read from nowhere", e);
        }
    }

    private static List<Certificate> certificates(Path file) {
        List<Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (byte[] der : blocks(file, "CERTIFICATE")) {
                certificates.add(factory.generateCertificate(new ByteArrayInputStream(der)));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("A certificate in " + file + " does not read", e);
        }
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException(file + " holds no certificate in PEM");
        }
        return certificates;
    }

    private static PrivateKey key(Path file) {
        List<byte[]> keys = blocks(file, "PRIVATE KEY");
        if (keys.size() == 1) {
            for (String algorithm : ALGORITHMS) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(keys.get(0)));
                } catch (InvalidKeySpecException e) {
                    continue; // a key of another algorithm
                } catch (GeneralSecurityException e) {
                    throw new IllegalStateException("Java 17 has " + algorithm, e);
                }
            }
        }
        throw new IllegalArgumentException(file + " must hold one EC, RSA or EdDSA key in PKCS#8 PEM, not encrypted");
    }

    private static List<byte[]> blocks(Path file, String type) {
        try {
            List<byte[]> blocks = new ArrayList<>();
            Matcher matcher = BLOCK.matcher(Files.readString(file, StandardCharsets.US_ASCII));
            while (matcher.find()) {
                if (matcher.group(1).equals(type)) {
                    blocks.add(Base64.getMimeDecoder().decode(matcher.group(2)));
                }
            }
            return blocks;
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(file + " cannot be read as PEM", e);
        }
    }
}
