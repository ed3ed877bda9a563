package io.sluice.policies.engine;

import io.sluice.policies.evaluate.PolicyEngine;
import io.sluice.policies.verify.VerifiedBundle;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * OPA servers and how they are asked (P10). An OPA server holds one revision at a time, so that several are named where
 * records of an old and a new revision are decided at once, or where one may fail.
 *
 * @param servers base addresses, in the order of preference; a path in front of {@code /v1/data} is allowed. {@code http}
 *     reaches this machine alone, for a sidecar; other hosts are asked over HTTPS always
 * @param trust PEM file of the authorities of the servers' certificates; null where all are loopback HTTP
 * @param identity PEM file of the private key (PKCS#8) and certificate chain that are shown to a server that asks; null for none
 * @param timeout longest time for one question, whatever happens in it
 * @param maxAnswerBytes longest answer
 */
public record OpaRestConfig(
        List<String> servers,
        @Nullable String trust,
        @Nullable String identity,
        Duration timeout,
        int maxAnswerBytes) implements EngineConfig {
    private static final long serialVersionUID = 1;

    /** Most servers. */
    public static final int MAX_SERVERS = 16;

    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);
    public static final int DEFAULT_MAX_ANSWER_BYTES = 1 << 20;

    private static final int MAX_PORT = 65_535;
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(?:\\.[0-9]{1,3}){3}|\\[(?:0*:)*:?0*1]", Pattern.CASE_INSENSITIVE);

    public OpaRestConfig {
        servers = List.copyOf(servers);
        require(
                !servers.isEmpty() && servers.size() <= MAX_SERVERS,
                "servers must name 1 to " + MAX_SERVERS + " OPA servers, as https://opa.example:8181");
        boolean tls = false;
        for (String server : servers) {
            tls |= isTls(server);
        }
        require(!tls || trust != null, "trust must name the authorities of the servers' certificates");
        require(
                timeout.compareTo(Duration.ofMillis(10)) >= 0 && timeout.compareTo(Duration.ofMinutes(1)) <= 0,
                "timeout must be 10 ms to 1 minute");
        require(maxAnswerBytes >= 1 << 10 && maxAnswerBytes <= 16 << 20, "maxAnswerBytes must be 1 KiB to 16 MiB");
    }

    @Override
    public Function<VerifiedBundle, PolicyEngine> engines(int instances) {
        OpaServers shared = new OpaServers(this);
        return bundle -> new OpaRestEngine(shared, bundle);
    }

    private static boolean isTls(String server) {
        URI uri;
        try {
            uri = URI.create(server);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("servers must be addresses, as https://opa.example:8181", e);
        }
        require(
                uri.getHost() != null
                        && uri.getRawUserInfo() == null
                        && uri.getRawQuery() == null
                        && uri.getRawFragment() == null
                        && uri.getPort() <= MAX_PORT
                        && !server.endsWith("/"),
                "servers must be like https://opa.example:8181: no user, query or slash at the end");
        if ("https".equals(uri.getScheme())) {
            return true;
        }
        require(
                "http".equals(uri.getScheme())
                        && LOOPBACK.matcher(uri.getHost()).matches(),
                "servers: " + server + " must begin with https; http is for this machine alone");
        return false;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
