package io.sluice.cli.config;

import io.sluice.policies.engine.OpaRestConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * OPA servers that answer for the policy, where {@code policy.engine} is {@code opa-rest}.
 *
 * @param servers base addresses in the order of preference, as {@code https://opa.example:8181}; {@code http} reaches
 *     this machine alone
 * @param trust PEM authorities of the servers' certificates
 * @param timeout longest time for one question
 * @param maxAnswer longest answer
 */
public record OpaRestSection(List<String> servers, Path trust, Duration timeout, Size maxAnswer) {
    static OpaRestSection defaults(Path certs) {
        return new OpaRestSection(
                List.of(),
                certs.resolve("root.crt.pem"),
                OpaRestConfig.DEFAULT_TIMEOUT,
                new Size(OpaRestConfig.DEFAULT_MAX_ANSWER_BYTES));
    }

    /** What the engine takes; files are looked at where a server is asked over HTTPS. */
    OpaRestConfig config(Path identity) {
        boolean tls = servers.stream().anyMatch(server -> server.startsWith("https"));
        return new OpaRestConfig(
                servers, tls ? trust.toString() : null, tls ? identity.toString() : null, timeout, (int)
                        Math.min(maxAnswer.bytes(), Integer.MAX_VALUE));
    }
}
