package io.sluice.cli.quarantine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.cli.CommandFailure;
import io.sluice.core.encoding.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

/**
 * Who acts: the certificate by which the brokers know the officer.
 *
 * @param name its subject, RFC 2253
 * @param certificate SHA-256 of it, hex
 */
public record Officer(String name, String certificate) {
    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";

    /** Of a key store in PEM: the first certificate is the officer's own. @throws CommandFailure naming the setting */
    public static Officer of(Path keystore) {
        try {
            String pem = Files.readString(keystore);
            byte[] chain = pem.substring(Math.max(0, pem.indexOf(BEGIN))).getBytes(UTF_8);
            X509Certificate own = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(chain));
            return new Officer(own.getSubjectX500Principal().getName(), Sha256.hex(own.getEncoded()));
        } catch (IOException | CertificateException e) {
            throw new CommandFailure(
                    "The setting policy.keystore names " + keystore + ", which holds no certificate", e);
        }
    }
}
