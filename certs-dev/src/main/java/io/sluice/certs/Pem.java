package io.sluice.certs;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** The textual encodings of RFC 7468. */
final class Pem {
    private static final String KEY_LABEL = "PRIVATE KEY";

    private Pem() {}

    static String key(PrivateKey key) {
        return block(KEY_LABEL, encoded(key));
    }

    static String publicKey(Key key) {
        return block("PUBLIC KEY", encoded(key));
    }

    static String certificate(X509Certificate certificate) {
        try {
            return block("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new PkiException(PkiException.Code.CRYPTO, "a certificate cannot be encoded", e);
        }
    }

    static String crl(X509CRL crl) {
        try {
            return block("X509 CRL", crl.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new PkiException(PkiException.Code.CRYPTO, "a revocation list cannot be encoded", e);
        }
    }

    static X509Certificate readCertificate(byte[] pem) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
    }

    static X509CRL readCrl(byte[] pem) throws GeneralSecurityException {
        return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(pem));
    }

    static PrivateKey readKey(byte[] pem, String algorithm) throws GeneralSecurityException {
        String text = new String(pem, StandardCharsets.US_ASCII);
        String begin = "-----BEGIN " + KEY_LABEL + "-----";
        int from = text.indexOf(begin);
        int to = text.indexOf("-----END " + KEY_LABEL + "-----");
        if (from < 0 || to < from) {
            throw new GeneralSecurityException("no PKCS#8 private key in PEM");
        }
        byte[] der = Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    private static byte[] encoded(Key key) {
        byte[] der = key.getEncoded();
        if (der == null) {
            throw new PkiException(PkiException.Code.CRYPTO, "a key has no encoding");
        }
        return der;
    }

    private static String block(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }
}
