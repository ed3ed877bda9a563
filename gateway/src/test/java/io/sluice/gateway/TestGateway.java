package io.sluice.gateway;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.PkiFiles;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.cluster.ClusterSizing;
import io.sluice.core.event.Topics;
import io.sluice.gateway.parse.BatchLimits;
import io.sluice.gateway.parse.ParseLimits;
import io.sluice.gateway.publish.PublishLimits;
import io.sluice.gateway.receive.DataPortConfig;
import io.sluice.gateway.receive.Decompression;
import io.sluice.gateway.receive.ReceiveLimits;
import io.sluice.gateway.spool.SpoolConfig;
import io.sluice.protection.seal.SealKeys;
import io.sluice.serving.address.AddressBlock;
import io.sluice.serving.operate.ManagementConfig;
import io.sluice.serving.tls.TlsConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A gateway with real TLS and real seals before Kafka's own fake producer. */
final class TestGateway implements AutoCloseable {
    static final Topics TOPICS = new Topics("dev", 1);
    static final ClusterLayout LAYOUT = new ClusterLayout(TOPICS, ClusterSizing.DEVELOPMENT);
    static final ReceiveLimits LIMITS = new ReceiveLimits(
            1 << 20,
            16 << 20,
            16 << 10,
            4 << 10,
            1_024, // half of them for one producer: some tests open one for each request, which the collector closes
            64,
            1_000,
            Duration.ofMillis(1),
            16,
            128,
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(4),
            Duration.ofSeconds(9),
            Duration.ofMinutes(1),
            Duration.ofSeconds(5));
    static final PublishLimits PUBLISH = new PublishLimits(
            8L << 20,
            (1 << 20) + (64 << 10),
            1_024,
            Duration.ofSeconds(1),
            Duration.ofMillis(200),
            Duration.ofSeconds(3),
            Duration.ofSeconds(2),
            Duration.ofMillis(2),
            10_000);
    static final BatchLimits BATCHES = new BatchLimits(
            200_000,
            300_000,
            64L << 20,
            (1 << 20) + (512 << 10),
            (1 << 20) + (512 << 10),
            512,
            24 << 20,
            Duration.ofSeconds(4),
            Duration.ofSeconds(60));
    static final String ORDER =
            "{\"customer\":{\"id\":\"cust:c-4711\",\"name\":\"Zaphod\",\"country\":\"DE\"},\"channel\":\"web\"}";

    private static final PkiFiles PKI = DevPki.openOrCreate(temp("pki"), Clock.systemUTC());
    /** Nobody changes them. */
    static final SealKeys KEYS = keys();

    final TestPolicy policy = new TestPolicy();
    final MockProducer<byte[], byte[]> producer;
    final SealKeys keys;
    final Gateway gateway;

    TestGateway() {
        this(LIMITS, PUBLISH, true);
    }

    /** @param autoComplete whether Kafka acknowledges at once */
    TestGateway(ReceiveLimits limits, PublishLimits publish, boolean autoComplete) {
        this(limits, publish, BATCHES, producer(autoComplete));
    }

    TestGateway(
            ReceiveLimits limits, PublishLimits publish, BatchLimits batches, MockProducer<byte[], byte[]> producer) {
        this.producer = producer;
        this.keys = KEYS;
        Supplier<Producer<byte[], byte[]>> producers = () -> producer;
        this.gateway = Gateway.start(config(limits, publish, batches, 0), keys, policy, producers, Clock.systemUTC());
    }

    /** With a spool, and a Kafka that acknowledges when it is told to. */
    TestGateway(SpoolConfig spool) {
        this.producer = producer(false);
        this.keys = KEYS;
        GatewayConfig base = config(LIMITS, PUBLISH, BATCHES, 0);
        KafkaConfig kafka = base.kafka();
        GatewayConfig config = new GatewayConfig(
                base.layout(),
                base.dataPort(),
                base.management(),
                new KafkaConfig(kafka.settings(), kafka.limits(), kafka.maxPolicyStaleness(), kafka.status(), spool),
                base.parse(),
                base.batches(),
                base.maxRefusalLines());
        this.gateway = Gateway.start(config, keys, policy, () -> producer, Clock.systemUTC());
    }

    /** {@link #LIMITS}, and bodies that may be compressed. */
    TestGateway(Decompression decompression) {
        this(decompressing(config(LIMITS, PUBLISH, 0), decompression), producer(true));
    }

    /** {@link #LIMITS} and other TLS. */
    TestGateway(TlsConfig tls) {
        this(withTls(config(LIMITS, PUBLISH, 0), tls), producer(true));
    }

    TestGateway(ReceiveLimits limits, TlsConfig tls) {
        this(withTls(config(limits, PUBLISH, 0), tls), producer(true));
    }

    /** Behind balancers. */
    TestGateway(ReceiveLimits limits, List<AddressBlock> proxies) {
        this(behind(config(limits, PUBLISH, 0), proxies), producer(true));
    }

    private TestGateway(GatewayConfig config, MockProducer<byte[], byte[]> producer) {
        this.producer = producer;
        this.keys = KEYS;
        this.gateway = Gateway.start(config, keys, policy, () -> producer, Clock.systemUTC());
    }

    /** {@link #LIMITS} with another deadline of the answer, for what a busy machine takes its time for. */
    static ReceiveLimits answerWithin(Duration answer) {
        return patient(LIMITS.body(), answer);
    }

    /** {@link #LIMITS} of a sender who, in the middle of a body, waits for a broker to end or to begin. */
    static ReceiveLimits patient(Duration body, Duration answer) {
        return deadlines(LIMITS.head(), body, answer);
    }

    /** {@link #LIMITS} with other deadlines. */
    static ReceiveLimits deadlines(Duration head, Duration body, Duration answer) {
        return new ReceiveLimits(
                LIMITS.maxBodyBytes(),
                LIMITS.maxDiscardBytes(),
                LIMITS.maxHeaderBytes(),
                LIMITS.maxLineBytes(),
                LIMITS.maxConnections(),
                LIMITS.maxHandshakes(),
                LIMITS.handshakesPerSecond(),
                LIMITS.calm(),
                LIMITS.maxStreams(),
                LIMITS.minBodyBytesPerSecond(),
                LIMITS.handshake(),
                head,
                body,
                answer,
                LIMITS.connectionLife(),
                LIMITS.drain());
    }

    static MockProducer<byte[], byte[]> producer(boolean autoComplete) {
        return new MockProducer<>(autoComplete, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    static GatewayConfig config(ReceiveLimits limits, PublishLimits publish, int port) {
        return config(limits, publish, BATCHES, port);
    }

    private static GatewayConfig config(ReceiveLimits limits, PublishLimits publish, BatchLimits batches, int port) {
        TlsConfig tls = new TlsConfig(
                PKI.identity(DevIdentity.GATEWAY).chain(),
                PKI.identity(DevIdentity.GATEWAY).key(),
                PKI.trust(),
                List.of(PKI.crls()),
                Duration.ofSeconds(30));
        return new GatewayConfig(
                LAYOUT,
                new DataPortConfig("127.0.0.1", port, 1, 2, tls, limits, Decompression.OFF, List.of()),
                new ManagementConfig("127.0.0.1", 0),
                new KafkaConfig(Map.of("bootstrap.servers", "127.0.0.1:1"), publish, Duration.ofMinutes(1)),
                ParseLimits.DEFAULT,
                batches,
                100);
    }

    static GatewayConfig withTls(GatewayConfig config, TlsConfig tls) {
        DataPortConfig port = config.dataPort();
        return new GatewayConfig(
                config.layout(),
                new DataPortConfig(
                        port.host(),
                        port.port(),
                        port.eventLoops(),
                        port.workers(),
                        tls,
                        port.limits(),
                        port.decompression(),
                        port.proxies()),
                config.management(),
                config.kafka(),
                config.parse(),
                config.batches(),
                config.maxRefusalLines());
    }

    private static GatewayConfig decompressing(GatewayConfig config, Decompression decompression) {
        DataPortConfig port = config.dataPort();
        return new GatewayConfig(
                config.layout(),
                new DataPortConfig(
                        port.host(),
                        port.port(),
                        port.eventLoops(),
                        port.workers(),
                        port.tls(),
                        port.limits(),
                        decompression,
                        port.proxies()),
                config.management(),
                config.kafka(),
                config.parse(),
                config.batches(),
                config.maxRefusalLines());
    }

    private static GatewayConfig behind(GatewayConfig config, List<AddressBlock> proxies) {
        DataPortConfig port = config.dataPort();
        return new GatewayConfig(
                config.layout(),
                new DataPortConfig(
                        port.host(),
                        port.port(),
                        port.eventLoops(),
                        port.workers(),
                        port.tls(),
                        port.limits(),
                        port.decompression(),
                        proxies),
                config.management(),
                config.kafka(),
                config.parse(),
                config.batches(),
                config.maxRefusalLines());
    }

    private static SealKeys keys() {
        Path folder = temp("keys");
        return SealKeys.openOrCreate(folder.resolve("ring"), folder.resolve("password"), "dev");
    }

    static PkiFiles pki() {
        return PKI;
    }

    static HttpClient client(DevIdentity identity) {
        return Http.client(PKI, PKI.identity(identity), HttpClient.Version.HTTP_1_1);
    }

    HttpRequest.Builder event(String path, String contentType, byte[] body) {
        return Http.post(gateway.dataPort(), path)
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    static Path temp(String name) {
        try {
            Path folder = Files.createTempDirectory("sluice-gateway-" + name);
            folder.toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        gateway.close();
    }
}
