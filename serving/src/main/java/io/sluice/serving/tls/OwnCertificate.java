package io.sluice.serving.tls;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PfxOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;

/** Where a server's certificate and key stand. Immutable. */
public sealed interface OwnCertificate {
    /** The files, to see when they change. */
    List<Path> files();

    /**
     * Reads them.
     *
     * @throws GeneralSecurityException where they are not what they should be, or the key is not the certificate's: one
     *     of the files was not replaced yet
     */
    Read read() throws IOException, GeneralSecurityException;

    /**
     * As read.
     *
     * @param options for Vert.x
     * @param leaf the server's certificate
     */
    record Read(KeyCertOptions options, X509Certificate leaf) {}

    /**
     * PEM files.
     *
     * @param chain the certificate and its intermediates
     * @param key its private key, PKCS#8
     */
    record Pem(Path chain, Path key) implements OwnCertificate {
        @Override
        public List<Path> files() {
            return List.of(chain, key);
        }

        @Override
        public Read read() throws IOException, GeneralSecurityException {
            byte[] certificates = Files.readAllBytes(chain);
            X509Certificate leaf = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificates));
            byte[] pem = Files.readAllBytes(key);
            KeyPairs.require(leaf, KeyPairs.pkcs8(pem, key), key);
            PemKeyCertOptions options = new PemKeyCertOptions()
                    .setCertValue(Buffer.buffer(certificates))
                    .setKeyValue(Buffer.buffer(pem));
            return new Read(options, leaf);
        }
    }

    /**
     * A PKCS#12 store (RFC 7292) of one key with its chain.
     *
     * @param store the file
     * @param passwordFile its password: the file's first line
     */
    record Pkcs12(Path store, Path passwordFile) implements OwnCertificate {
        @Override
        public List<Path> files() {
            return List.of(store, passwordFile);
        }

        @Override
        public Read read() throws IOException, GeneralSecurityException {
            byte[] bytes = Files.readAllBytes(store);
            String password = Files.readString(passwordFile).lines().findFirst().orElse("");
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(new ByteArrayInputStream(bytes), password.toCharArray());
            X509Certificate leaf = null;
            for (String alias : Collections.list(keys.aliases())) {
                Certificate[] chain = keys.isKeyEntry(alias) ? keys.getCertificateChain(alias) : null;
                if (chain != null && leaf != null) {
                    throw new CertificateException(store + " holds several keys; it must hold one");
                }
                leaf = chain == null ? leaf : (X509Certificate) chain[0];
            }
            if (leaf == null) {
                throw new CertificateException(store + " holds no key with a certificate");
            }
            return new Read(new PfxOptions().setValue(Buffer.buffer(bytes)).setPassword(password), leaf);
        }
    }
}
