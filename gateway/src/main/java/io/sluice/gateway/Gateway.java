package io.sluice.gateway;

import io.sluice.core.event.Topics;
import io.sluice.gateway.admit.InForce;
import io.sluice.gateway.admit.PayloadSchemas;
import io.sluice.gateway.admit.PolicySource;
import io.sluice.gateway.admit.Quotas;
import io.sluice.gateway.operate.GatewayMetrics;
import io.sluice.gateway.outcome.KnownEvents;
import io.sluice.gateway.parse.ChoiceParser;
import io.sluice.gateway.parse.EventParser;
import io.sluice.gateway.parse.MintedIds;
import io.sluice.gateway.publish.BytesInFlight;
import io.sluice.gateway.publish.SeenEvents;
import io.sluice.gateway.receive.DataServer;
import io.sluice.gateway.receive.DoorTransport;
import io.sluice.gateway.receive.Doorway;
import io.sluice.gateway.receive.ReceiveLimits;
import io.sluice.gateway.receive.Turns;
import io.sluice.gateway.refusals.RefusalLedger;
import io.sluice.gateway.refusals.RefusalRecorder;
import io.sluice.gateway.tag.Tagger;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.protection.seal.SealException;
import io.sluice.protection.seal.SealKeys;
import io.sluice.protection.seal.Sealer;
import io.sluice.serving.operate.ClosingStep;
import io.sluice.serving.operate.ManagementServer;
import io.sluice.serving.operate.OpenApi;
import io.sluice.serving.operate.Readiness;
import io.sluice.serving.tls.ServerTls;
import io.sluice.serving.tls.TlsFilesException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway: the data port, the management port, and what stands behind them.
 *
 * <p>Guarantees: an event is acknowledged only when all in-sync replicas of {@code events.ingress} have it, sealed; nothing
 * is accepted without a verified, unexpired policy read from Kafka, nor before the topic was seen as planned. It starts without Kafka and without a policy, answers
 * 503 and recovers by itself. {@link #close} takes no new requests, finishes those under way within {@code
 * dataPort.limits.drain}, and loses nothing that was acknowledged.
 *
 * <p>Thread-safe.
 */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration KEY_AHEAD = Duration.ofMinutes(10);

    private final GatewayConfig config;
    private final Clock clock;
    private final Vertx vertx;
    private final Outside outside;
    private final Storing storing;
    private final Fates fates;
    private final Sealer sealer;
    private final RefusalRecorder recorder;
    private final ServerTls tls;
    private final GatewayMetrics metrics = new GatewayMetrics();
    private final ExecutorService workers;
    private final Housekeeping housekeeping;
    private final DataServer dataServer;
    private final ManagementServer management;
    private volatile boolean draining;
    private boolean closed;

    /**
     * Starts a gateway and returns when both ports are open. It may not be ready yet: {@code /readyz} tells.
     *
     * @param config its settings
     * @param keys the ingress keys; they stay the caller's
     * @param store where its policy goes, pinned to the deployment's trust root; fed by the gateway
     * @throws GatewayException where a port is taken or a file cannot be used, naming the setting
     */
    public static Gateway start(GatewayConfig config, SealKeys keys, PolicyStore store, Clock clock) {
        return start(config, keys, Outside.kafka(config, store, clock), clock);
    }

    /**
     * For tests: before a Kafka of their own, whose topic is taken to be as planned, and which has no entries to read. It takes
     * over the policies.
     */
    static Gateway start(
            GatewayConfig config,
            SealKeys keys,
            PolicySource policies,
            Supplier<Producer<byte[], byte[]>> producers,
            Clock clock) {
        return start(config, keys, Outside.of(config, policies, producers), clock);
    }

    private static Gateway start(GatewayConfig config, SealKeys keys, Outside outside, Clock clock) {
        Gateway gateway;
        try {
            gateway = new Gateway(config, keys, outside, clock);
        } catch (RuntimeException e) {
            outside.close();
            throw e;
        }
        try {
            gateway.open();
            return gateway;
        } catch (RuntimeException e) {
            gateway.close();
            throw e;
        }
    }

    private Gateway(GatewayConfig config, SealKeys keys, Outside outside, Clock clock) {
        this.config = config;
        this.clock = clock;
        Topics topics = config.topics();
        this.tls = tls(config);
        this.sealer = keys.sealer();
        this.outside = outside;
        this.storing = new Storing(config, outside, metrics);
        RefusalLedger refusals = new RefusalLedger(config.maxRefusalLines());
        this.recorder = new RefusalRecorder(refusals, storing.writer(), topics);
        BytesInFlight inFlight = new BytesInFlight(config.kafka().limits().maxBytesInFlight());
        metrics.gauge("bytes.in.flight", "Bytes of requests under way", inFlight::used);
        Gauges.ofSeals(metrics, sealer);
        Gauges.ofPolicy(metrics, outside.policies(), clock);
        Gauges.ofTls(metrics, tls, clock);
        metrics.gauge(
                "policy.status.unwritten",
                "Records of policy.status that could not be written",
                outside.statusUnwritten());

        Doorway doorway =
                new Doorway(config.dataPort().limits(), config.dataPort().proxies(), metrics, System::nanoTime);
        this.vertx = Vertx.builder()
                .with(new VertxOptions()
                        .setEventLoopPoolSize(config.dataPort().eventLoops())
                        .setFileSystemOptions(new FileSystemOptions()
                                .setFileCachingEnabled(false)
                                .setClassPathResolvingEnabled(false)))
                .withTransport(new DoorTransport(doorway))
                .build();
        this.workers = Executors.newFixedThreadPool(
                config.dataPort().workers(), task -> Housekeeping.daemon(task, "sluice-work"));
        // As long as requests can be under way, so that what bounds them is each sender's share and not who came first.
        Turns turns = new Turns(workers, (int) Math.min(
                Integer.MAX_VALUE, config.kafka().limits().maxBytesInFlight() / BytesInFlight.OVERHEAD_BYTES + 1));
        this.housekeeping = new Housekeeping(clock);

        int remembered = config.kafka().limits().maxSeenEvents();
        this.fates = new Fates(outside.entries(), topics.audit(), remembered, metrics);
        SeenEvents seen = new SeenEvents(remembered, new SecureRandom());

        EventParser events = new EventParser(config.parse(), new MintedIds());
        IngressPipeline pipeline = new IngressPipeline(new Stages(
                outside.policies(),
                new Quotas(System::nanoTime),
                events,
                new ChoiceParser(events),
                new PayloadSchemas(),
                new Tagger(topics.tenant(), keys.subjectReferences()),
                sealer,
                seen,
                storing.publisher(),
                new Questions(keys.subjectReferences(), seen, fates.known(), fates::unread),
                refusals,
                clock));
        this.dataServer = new DataServer(
                vertx, doorway, config.dataPort(), config.batches(), tls, pipeline, turns, inFlight, metrics);
        this.management =
                new ManagementServer(vertx, config.management(), readiness(), metrics::scrape, OpenApi.of("gateway"));
    }

    private ServerTls tls(GatewayConfig config) {
        try {
            return new ServerTls(config.dataPort().tls(), clock);
        } catch (TlsFilesException e) {
            throw new GatewayException(
                    "TLS of the data port (gateway.chain, gateway.key, gateway.trust, gateway.crls, gateway.tls)"
                            + " cannot be used: "
                            + e.getMessage(),
                    e);
        }
    }

    /** What {@code /readyz} says. */
    public Readiness readiness() {
        Map<String, Supplier<Optional<String>>> checks = new LinkedHashMap<>();
        checks.put("serving", () -> draining ? Optional.of("the gateway is shutting down") : Optional.empty());
        checks.put("kafka", storing::kafkaFinding);
        checks.put("policy", () -> outside.policies().finding(clock.instant()));
        checks.put("certificates", tls::finding);
        if (storing.hasSpool()) {
            checks.put("spool", storing::spoolFinding);
        }
        return new Readiness(checks);
    }

    private void open() {
        prepareKey(clock.instant());
        dataServer.listen(START_LIMIT);
        try {
            management.listen().await(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new GatewayException("The management port did not open in time", e);
        } catch (Exception e) { // await throws whatever failed, checked or not
            throw GatewayException.port(
                    "management port",
                    config.management().host(),
                    config.management().port(),
                    "gateway.managementPort",
                    e);
        }
        housekeeping.every(Duration.ofMinutes(1), recorder::recordClosedMinutes);
        housekeeping.every(Duration.ofMinutes(1), now -> prepareKey(now.plus(KEY_AHEAD)));
        housekeeping.every(config.dataPort().tls().reloadEvery(), now -> reloadTls());
        LOG.atInfo()
                .addKeyValue("dataPort", dataServer.port())
                .addKeyValue("managementPort", management.port())
                .log("The gateway is open");
    }

    private void prepareKey(Instant when) {
        try {
            sealer.prepare(LocalDate.ofInstant(when, ZoneOffset.UTC));
        } catch (SealException e) {
            LOG.error("The sealing key of a period cannot be made ahead of time; requests will try again", e);
        }
    }

    private void reloadTls() {
        if (tls.reload()) {
            dataServer.reloadCertificate();
        }
    }

    /** The activation that is stamped into what is accepted now; 0 where nothing is accepted. */
    public long activation() {
        return Gauges.inForce(outside.policies(), clock, InForce::activation);
    }

    /** The bound data port. */
    public int dataPort() {
        return dataServer.port();
    }

    /** The bound management port. */
    public int managementPort() {
        return management.port();
    }

    /** What became of events. */
    KnownEvents known() {
        return fates.known();
    }

    /** What is counted. */
    public GatewayMetrics metrics() {
        return metrics;
    }

    /** Drains and stops; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        draining = true;
        ReceiveLimits limits = config.dataPort().limits();
        ClosingStep.take(
                "the data port",
                () -> dataServer.drain().await(limits.drain().plusSeconds(1).toMillis(), TimeUnit.MILLISECONDS));
        housekeeping.close();
        workers.shutdown();
        ClosingStep.take("the workers", () -> workers.awaitTermination(1, TimeUnit.SECONDS));
        storing.closeSpool();
        recorder.recordAll(clock.instant(), config.kafka().limits().requestTimeout());
        storing.closeWriter();
        fates.close();
        outside.close();
        sealer.close();
        ClosingStep.take("the management port", () -> vertx.close().await(5, TimeUnit.SECONDS));
        LOG.atInfo().log("The gateway is closed");
    }
}
