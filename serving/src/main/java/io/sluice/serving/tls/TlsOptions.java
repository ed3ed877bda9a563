package io.sluice.serving.tls;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a server's TLS may be set to beside its files.
 *
 * @param tls12 whether TLS 1.2 is spoken too, with forward secrecy and AEAD only (RFC 9325 section 4.2)
 * @param engine what does the TLS
 * @param denied a {@link DenyList} of certificates that are refused whatever the revocation lists say; null for none
 */
public record TlsOptions(
        boolean tls12, TlsEngine engine, @Nullable Path denied) {
    /** TLS 1.3 only, by the JDK, nobody denied. */
    public static final TlsOptions DEFAULT = new TlsOptions(false, TlsEngine.JDK, null);

    private static final List<String> SUITES_13 =
            List.of("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256");
    private static final List<String> SUITES_12 = List.of(
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    Set<String> protocols() {
        return tls12 ? Set.of("TLSv1.3", "TLSv1.2") : Set.of("TLSv1.3");
    }

    List<String> suites() {
        return tls12
                ? java.util.stream.Stream.concat(SUITES_13.stream(), SUITES_12.stream())
                        .toList()
                : SUITES_13;
    }
}
