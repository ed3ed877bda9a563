package io.sluice.cli.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The way back.
 *
 * @param host address of the API
 * @param port port of the API, mTLS; 0 picks a free one
 * @param managementHost address of the management port
 * @param managementPort management port: liveness, readiness, metrics; 0 picks a free one
 * @param chain PEM certificate chain of the server
 * @param key PEM private key of the server
 * @param trust PEM authorities whose callers' certificates are accepted
 * @param crls PEM revocation lists of those authorities
 * @param keystore PEM key and certificate of the service as a Kafka client
 * @param maxItems most values of one request
 * @param maxBody largest request body
 * @param entryTimeout how long a request waits for its audit entries
 * @param drainTimeout how long requests under way may take when the service is told to stop
 * @param client who asks, and where: the verbs that are a client of the service
 */
public record RevealSection(
        String host,
        int port,
        String managementHost,
        int managementPort,
        Path chain,
        Path key,
        Path trust,
        Path crls,
        Path keystore,
        int maxItems,
        Size maxBody,
        Duration entryTimeout,
        Duration drainTimeout,
        Client client) {
    /** Checks ranges. */
    public RevealSection {
        Require.text("host", host);
        Require.port("port", port);
        Require.text("managementHost", managementHost);
        Require.port("managementPort", managementPort);
        Require.range("maxItems", maxItems, 1, 1_000);
        Require.range("maxBody", maxBody, new Size(1 << 10), new Size(8 << 20));
        Require.range("entryTimeout", entryTimeout, Duration.ofSeconds(1), Duration.ofMinutes(1));
        Require.range("drainTimeout", drainTimeout, Duration.ofSeconds(1), Duration.ofMinutes(5));
    }

    /**
     * Who asks.
     *
     * @param address of the service, https
     * @param chain PEM certificate chain of the person or program that asks
     * @param key its PEM private key
     * @param trust PEM authorities of the service's certificate
     */
    public record Client(String address, Path chain, Path key, Path trust) {
        /** Checks the address. */
        public Client {
            if (!address.matches("https://[^/?#]+")) {
                throw new IllegalArgumentException("address must be like https://reveal.example:8445");
            }
        }

        /** The address. */
        public URI uri() {
            return URI.create(address);
        }
    }

    static RevealSection defaults(Path certs) {
        return new RevealSection(
                "127.0.0.1",
                8445,
                "127.0.0.1",
                9445,
                certs.resolve("identities/reveal.crt.pem"),
                certs.resolve("identities/reveal.key.pem"),
                certs.resolve("root.crt.pem"),
                certs.resolve("crls.pem"),
                certs.resolve("identities/reveal.keystore.pem"),
                100,
                new Size(1 << 20),
                Duration.ofSeconds(10),
                Duration.ofSeconds(20),
                new Client(
                        "https://localhost:8445",
                        certs.resolve("identities/ada.crt.pem"),
                        certs.resolve("identities/ada.key.pem"),
                        certs.resolve("root.crt.pem")));
    }
}
