package io.sluice.audit.timestamp;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Who stamps a log's checkpoints with the time.
 *
 * @param authority address of the time stamping authority, RFC 3161 over HTTP
 * @param trust the certificates at which its own must end
 * @param policy object identifier of the policy that it must stamp under; null for the authority's choice
 * @param every how long it is left alone between two stamps
 * @param timeout for one question
 * @param tls whose TLS certificates are trusted; null for the JDK's authorities
 */
public record TimestampConfig(
        URI authority,
        TimestampTrust trust,
        @Nullable String policy,
        Duration every,
        Duration timeout,
        @Nullable SSLContext tls) {
    public TimestampConfig {
        Objects.requireNonNull(trust, "trust is null");
        if (authority.getHost() == null
                || !("https".equals(authority.getScheme()) || "http".equals(authority.getScheme()))) {
            throw new IllegalArgumentException("the authority is an http or https address"); // its answer is signed
        }
        if (policy != null && !policy.matches("[0-2](\\.(0|[1-9][0-9]*))+")) {
            throw new IllegalArgumentException("policy is an object identifier like 1.2.3.4");
        }
        if (every.isNegative() || timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("every is 0 or more, timeout more than 0");
        }
    }
}
