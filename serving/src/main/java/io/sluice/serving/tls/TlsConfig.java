package io.sluice.serving.tls;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The files of a server's mutual TLS, PEM. They are read again when they change.
 *
 * @param chain the server's certificate and intermediates
 * @param key its private key, PKCS#8
 * @param trust root certificates of the callers
 * @param crls revocation lists, one from every issuer of a chain: a certificate that none covers is refused
 * @param reloadEvery how often the files are looked at
 */
public record TlsConfig(Path chain, Path key, Path trust, List<Path> crls, Duration reloadEvery) {
    /** How often the files are looked at where nothing else is configured. */
    public static final Duration DEFAULT_RELOAD = Duration.ofSeconds(30);

    public TlsConfig {
        crls = List.copyOf(crls);
        if (crls.isEmpty()) {
            throw new IllegalArgumentException("tls.crls must name a revocation list: without one nobody is let in");
        }
        if (reloadEvery.isNegative() || reloadEvery.isZero()) {
            throw new IllegalArgumentException("tls.reloadEvery must be positive");
        }
    }
}
