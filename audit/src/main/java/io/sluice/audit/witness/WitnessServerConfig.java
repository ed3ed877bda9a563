package io.sluice.audit.witness;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a witness is asked. Nobody authenticates: what it needs to know is in the signatures.
 *
 * @param host the address to listen on
 * @param port 0 for any free one
 * @param tls null for plain HTTP, which only a loopback address may have
 * @param idleTimeout a connection that brings no whole request for so long is closed
 */
public record WitnessServerConfig(
        String host, int port, @Nullable Tls tls, Duration idleTimeout) {
    /**
     * The server's certificate.
     *
     * @param chain its certificate and the intermediates, PEM
     * @param key its private key, PKCS#8 PEM
     */
    public record Tls(Path chain, Path key) {
        public Tls {
            Objects.requireNonNull(chain, "chain is null");
            Objects.requireNonNull(key, "key is null");
        }
    }

    public WitnessServerConfig {
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
}
