package io.sluice.cli.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Who stamps the log's checkpoints with the time (RFC 3161). An authority that is away or slow holds nothing up.
 *
 * @param authority its http or https address; empty for none
 * @param trust PEM file of the certificates at which that of the authority must end
 * @param policy object identifier of the policy that it must stamp under; empty for its choice
 * @param every how long it is left alone between two stamps
 * @param timeout for one question
 */
public record TimestampSection(String authority, Path trust, String policy, Duration every, Duration timeout) {
    /** Checks ranges. */
    public TimestampSection {
        if (!authority.isEmpty() && !authority.matches("https?://[^/\\s]+(/\\S*)?")) {
            throw new IllegalArgumentException("authority must be an http or https address, or empty for none");
        }
        if (!authority.isEmpty()) {
            URI.create(authority);
        }
        if (!policy.isEmpty() && !policy.matches("[0-2](\\.(0|[1-9][0-9]*))+")) {
            throw new IllegalArgumentException("policy must be an object identifier like 1.2.3.4, or empty");
        }
        Require.range("every", every, Duration.ofSeconds(1), Duration.ofDays(7));
        Require.range("timeout", timeout, Duration.ofSeconds(1), Duration.ofMinutes(1));
    }

    static TimestampSection defaults(Path folder) {
        return new TimestampSection("", folder.resolve("tsa.pem"), "", Duration.ofMinutes(10), Duration.ofSeconds(10));
    }
}
