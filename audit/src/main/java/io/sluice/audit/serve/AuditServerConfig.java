package io.sluice.audit.serve;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a log is served.
 *
 * @param host the address to listen on
 * @param port 0 for any free one
 * @param log the log's folder
 * @param tls null for plain HTTP, which only a loopback address may have
 * @param idleTimeout a connection without traffic is closed after this
 */
public record AuditServerConfig(
        String host, int port, Path log, @Nullable Tls tls, Duration idleTimeout) {
    /**
     * The server's certificate and whom it lets in.
     *
     * @param chain its certificate and the intermediates, PEM
     * @param key its private key, PKCS#8 PEM
     * @param clientTrust issuers of client certificates, PEM: then every caller needs one; null lets everybody in
     * @param clientCrl revoked client certificates, PEM; null for none
     */
    public record Tls(
            Path chain,
            Path key,
            @Nullable Path clientTrust,
            @Nullable Path clientCrl) {
        public Tls {
            Objects.requireNonNull(chain, "chain is null");
            Objects.requireNonNull(key, "key is null");
        }
    }

    public AuditServerConfig {
        Objects.requireNonNull(log, "log is null");
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port is 0 to 65535");
        }
        if (tls == null && !host.equals("127.0.0.1") && !host.equals("localhost") && !host.equals("::1")) {
            throw new IllegalArgumentException(
                    "plain HTTP is served on a loopback address only; give it a certificate");
        }
        if (idleTimeout.isNegative() || idleTimeout.isZero()) {
            throw new IllegalArgumentException("idleTimeout is more than 0");
        }
    }

    /** On a port of 127.0.0.1. */
    public static AuditServerConfig local(int port, Path log, @Nullable Tls tls) {
        return new AuditServerConfig("127.0.0.1", port, log, tls, Duration.ofSeconds(30));
    }
}
