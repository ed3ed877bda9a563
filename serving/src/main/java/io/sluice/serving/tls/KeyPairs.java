package io.sluice.serving.tls;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a key is that of a certificate: neither the JDK nor Vert.x asks, and the next handshake would fail. */
final class KeyPairs {
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final byte[] PROBE = "io.sluice.serving.tls".getBytes(StandardCharsets.US_ASCII);

    private KeyPairs() {}

    static byte[] pkcs8(byte[] pem, Path file) throws CertificateException {
        Matcher matcher = PEM.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        if (!matcher.find()) {
            throw new CertificateException(file + " holds no unencrypted PKCS#8 key (BEGIN PRIVATE KEY)");
        }
        return Base64.getMimeDecoder().decode(matcher.group(1));
    }

    /** @throws CertificateException where the key is another's */
    static void require(X509Certificate certificate, byte[] pkcs8, Path file) throws GeneralSecurityException {
        PublicKey publicKey = certificate.getPublicKey();
        String algorithm = publicKey.getAlgorithm();
        String signature =
                switch (algorithm) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    case "RSASSA-PSS" ->
                        throw new CertificateException("a server key of kind RSASSA-PSS is not supported");
                    default -> "EdDSA";
                };
        Signature signer = Signature.getInstance(signature);
        try {
            PrivateKey key = KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            signer.initSign(key);
        } catch (GeneralSecurityException e) {
            throw new CertificateException(file + " holds no " + algorithm + " key, which its certificate has", e);
        }
        signer.update(PROBE);
        byte[] signed = signer.sign();
        Signature verifier = Signature.getInstance(signature);
        verifier.initVerify(publicKey);
        verifier.update(PROBE);
        if (!verifier.verify(signed)) {
            throw new CertificateException(file + " is not the key of the certificate");
        }
    }
}
