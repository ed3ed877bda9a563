package io.sluice.cli.config;

import java.nio.file.Path;

/**
 * The log.
 *
 * @param keystore PEM key and certificate of the log builder as a Kafka client
 * @param folder where the log lies: tiles, entries, checkpoint
 * @param host address of the server
 * @param port port of the server, HTTPS; 0 picks a free one
 * @param chain PEM certificate chain of the server
 * @param key PEM private key of the server
 * @param trust PEM authorities whose auditors' certificates are accepted
 */
public record AuditSection(Path keystore, Path folder, String host, int port, Path chain, Path key, Path trust) {
    /** Checks ranges. */
    public AuditSection {
        Require.text("host", host);
        Require.port("port", port);
    }

    static AuditSection defaults(Path folder, Path certs) {
        return new AuditSection(
                certs.resolve("identities/audit.keystore.pem"),
                folder.resolve("audit"),
                "127.0.0.1",
                8444,
                certs.resolve("identities/audit.crt.pem"),
                certs.resolve("identities/audit.key.pem"),
                certs.resolve("root.crt.pem"));
    }
}
