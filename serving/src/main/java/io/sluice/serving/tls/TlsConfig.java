package io.sluice.serving.tls;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of a server's mutual TLS. They are read again when they change.
 *
 * @param own the server's certificate and key
 * @param trust root certificates of the callers, PEM
 * @param crls revocation lists, one from every issuer of a chain: a certificate that none covers is refused
 * @param options what may be set beside
 * @param reloadEvery how often the files are looked at
 */
public record TlsConfig(OwnCertificate own, Path trust, List<Path> crls, TlsOptions options, Duration reloadEvery) {
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

    /** PEM files and {@link TlsOptions#DEFAULT}. */
    public TlsConfig(Path chain, Path key, Path trust, List<Path> crls, Duration reloadEvery) {
        this(new OwnCertificate.Pem(chain, key), trust, crls, TlsOptions.DEFAULT, reloadEvery);
    }

    /** Everything that is read again. */
    List<Path> files() {
        List<Path> files = new ArrayList<>(own.files());
        files.add(trust);
        files.addAll(crls);
        Path denied = options.denied();
        if (denied != null) {
            files.add(denied);
        }
        return files;
    }
}
