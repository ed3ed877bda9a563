package io.sluice.cli.config;

import io.sluice.gateway.receive.DataPortConfig;
import io.sluice.serving.address.AddressBlock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The ingress.
 *
 * @param host address of the data port
 * @param port data port, mTLS; 0 picks a free one
 * @param managementHost address of the management port
 * @param managementPort management port: liveness, readiness, metrics; 0 picks a free one
 * @param chain PEM certificate chain of the server
 * @param key PEM private key of the server
 * @param trust PEM authorities whose producer certificates are accepted
 * @param crls PEM revocation lists of those authorities
 * @param keystore PEM key and certificate of the gateway as a Kafka client
 * @param maxBody largest request body
 * @param maxInFlight bytes accepted and not yet acknowledged by Kafka; beyond it producers get 503; it must hold the
 *     largest batch
 * @param publishTimeout how long a request waits for Kafka's acknowledgement
 * @param drainTimeout how long requests under way may take when the gateway is told to stop
 * @param spoolFolder where sealed events go while Kafka is away; of this gateway alone
 * @param maxSpool most bytes there; 0B for no spool: then producers get 503
 * @param batches how much one request with several events may carry
 * @param rememberedEvents how many events accepted and decided last are remembered, to answer repeats and questions
 * @param connectionLife after which a connection is closed, so that its caller has to show a certificate again
 * @param connections how many of them
 * @param decompression whether request bodies may be compressed
 * @param tls what may be set of TLS beside its files
 */
public record GatewaySection(
        String host,
        int port,
        String managementHost,
        int managementPort,
        Path chain,
        Path key,
        Path trust,
        Path crls,
        Path keystore,
        Size maxBody,
        Size maxInFlight,
        Duration publishTimeout,
        Duration drainTimeout,
        Path spoolFolder,
        Size maxSpool,
        Batches batches,
        int rememberedEvents,
        Duration connectionLife,
        Connections connections,
        Decompression decompression,
        Tls tls) {
    /**
     * A request with several events.
     *
     * @param maxEvents most events; of an NDJSON body twice as many lines, blank ones included
     * @param maxBytes largest NDJSON body; it is never held whole
     * @param maxHeld largest CloudEvents batch or FHIR Bundle; it is held whole
     * @param maxAnswer largest answer
     * @param stall longest silence of a producer in the middle of an NDJSON body
     * @param duration from the head of an NDJSON body to its end
     */
    public record Batches(
            int maxEvents, Size maxBytes, Size maxHeld, Size maxAnswer, Duration stall, Duration duration) {
        /** Checks ranges. */
        public Batches {
            Require.range("maxEvents", maxEvents, 1, 1_000_000);
            Require.range("maxBytes", maxBytes, new Size(64 << 10), new Size(16L << 30));
            Require.range("maxHeld", maxHeld, new Size(64 << 10), new Size(256 << 20));
            Require.range("maxAnswer", maxAnswer, new Size(2 << 20), new Size(256 << 20));
            Require.range("stall", stall, Duration.ofSeconds(1), Duration.ofMinutes(5));
            Require.range("duration (not below stall)", duration, stall, Duration.ofHours(1));
        }
    }

    /**
     * Connections of the data port. Both bounds are shared: a producer, or an address, may have half of them alone.
     *
     * @param most open ones
     * @param handshakes TLS handshakes under way
     * @param handshakesPerSecond that one address may begin; {@code most} of them at once
     * @param proxies addresses, or blocks of them, of balancers whose connections begin with a PROXY header
     */
    public record Connections(int most, int handshakes, int handshakesPerSecond, List<String> proxies) {
        /** Checks ranges. */
        public Connections {
            if (most < 2 || most > 100_000 || handshakes < 2 || handshakes > 100_000) {
                throw new IllegalArgumentException("most and handshakes must be 2 to 100000");
            }
            if (handshakesPerSecond < 1 || handshakesPerSecond > 100_000) {
                throw new IllegalArgumentException(
                        "handshakesPerSecond must be 1 to 100000, is " + handshakesPerSecond);
            }
            if (proxies.size() > DataPortConfig.MAX_PROXIES) {
                throw new IllegalArgumentException("proxies: at most " + DataPortConfig.MAX_PROXIES + ", there are "
                        + proxies.size() + "; write neighbours as one block");
            }
            proxies.forEach(Connections::block);
        }

        /** The balancers. */
        public List<AddressBlock> proxyBlocks() {
            return proxies.stream().map(Connections::block).toList();
        }

        private static AddressBlock block(String text) {
            try {
                return AddressBlock.parse(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("proxies: \"" + text + "\": " + e.getMessage(), e);
            }
        }
    }

    /**
     * Request bodies with {@code Content-Encoding: gzip}.
     *
     * @param enabled whether they are taken; else they get 415
     * @param maxRatio most inflated bytes for one that was sent, from 64 KiB on
     */
    public record Decompression(boolean enabled, int maxRatio) {
        /** Checks ranges. */
        public Decompression {
            if (maxRatio < 1 || maxRatio > 1_032) {
                throw new IllegalArgumentException("maxRatio must be 1 to 1032, is " + maxRatio);
            }
        }
    }

    /**
     * TLS of the data port; its certificate, trust and revocation lists stand beside.
     *
     * @param tls12 whether TLS 1.2 is spoken too
     * @param engine {@code jdk}, or {@code openssl} where netty-tcnative is on the class path
     * @param pkcs12 PKCS#12 store of the server's key and chain, in place of chain and key; empty for none
     * @param pkcs12Password file whose first line is the store's password; empty for none
     * @param denied file of serials and keys that are shut out; empty for none
     */
    public record Tls(boolean tls12, String engine, Path pkcs12, Path pkcs12Password, Path denied) {
        /** Checks that they fit together. */
        public Tls {
            if (!engine.equals("jdk") && !engine.equals("openssl")) {
                throw new IllegalArgumentException("engine must be jdk or openssl, is " + engine);
            }
            if (isSet(pkcs12) != isSet(pkcs12Password)) {
                throw new IllegalArgumentException("set pkcs12 and pkcs12Password, or neither");
            }
        }

        /** Whether a file that may be left out is named. */
        public static boolean isSet(Path file) {
            return !file.toString().isEmpty();
        }
    }

    /** Checks ranges. */
    public GatewaySection {
        Require.text("host", host);
        Require.port("port", port);
        Require.text("managementHost", managementHost);
        Require.port("managementPort", managementPort);
        Require.range("maxBody", maxBody, new Size(1 << 10), new Size(1 << 20));
        Require.range("maxInFlight", maxInFlight, new Size(16 << 20), new Size(1L << 30));
        Require.range("publishTimeout", publishTimeout, Duration.ofSeconds(1), Duration.ofMinutes(2));
        Require.range("drainTimeout", drainTimeout, Duration.ofSeconds(1), Duration.ofMinutes(5));
        if (maxSpool.bytes() > 0) {
            Require.range("maxSpool", maxSpool, new Size(64 << 20), new Size(1L << 40));
        }
        Require.range("connectionLife", connectionLife, Duration.ofSeconds(10), Duration.ofHours(24));
        Require.range("rememberedEvents", rememberedEvents, 1_000, 1_000_000);
        requireRoom("batches.maxBytes", batches.maxBytes(), maxBody);
        requireRoom("batches.maxHeld", batches.maxHeld(), maxBody);
        // beside its first request a producer may have half of what is under way; inflated bodies are there twice
        int share = decompression.enabled() ? 4 : 2;
        if (maxInFlight.bytes() < share * batches.maxHeld().bytes()) {
            throw new IllegalArgumentException("maxInFlight must be at least " + share + " times batches.maxHeld"
                    + (decompression.enabled() ? " where decompression.enabled" : "") + ", "
                    + new Size(share * batches.maxHeld().bytes()) + ", is " + maxInFlight);
        }
    }

    private static void requireRoom(String name, Size size, Size event) {
        if (size.bytes() < event.bytes()) {
            throw new IllegalArgumentException(name + " must hold one event of maxBody, " + event + ", is " + size);
        }
    }

    static GatewaySection defaults(Path folder, Path certs) {
        return new GatewaySection(
                "127.0.0.1",
                8443,
                "127.0.0.1",
                9444,
                certs.resolve("identities/gateway.crt.pem"),
                certs.resolve("identities/gateway.key.pem"),
                certs.resolve("root.crt.pem"),
                certs.resolve("crls.pem"),
                certs.resolve("identities/gateway.keystore.pem"),
                new Size(1 << 20),
                new Size(64 << 20),
                Duration.ofSeconds(6),
                Duration.ofSeconds(20),
                folder.resolve("spool"),
                new Size(0),
                new Batches(
                        100_000,
                        new Size(256 << 20),
                        new Size(8 << 20),
                        new Size(16 << 20),
                        Duration.ofSeconds(15),
                        Duration.ofMinutes(2)),
                100_000,
                Duration.ofMinutes(10),
                new Connections(1_024, 512, 100, List.of()),
                new Decompression(false, 100),
                new Tls(false, "jdk", Path.of(""), Path.of(""), Path.of("")));
    }
}
