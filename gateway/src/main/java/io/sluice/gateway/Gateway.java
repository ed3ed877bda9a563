package io.sluice.gateway;

import io.sluice.core.event.Topics;
import io.sluice.gateway.admit.InForce;
import io.sluice.gateway.admit.PayloadSchemas;
import io.sluice.gateway.admit.PolicySource;
import io.sluice.gateway.admit.Quotas;
import io.sluice.gateway.operate.GatewayMetrics;
import io.sluice.gateway.operate.IngressProbe;
import io.sluice.gateway.operate.OpenApi;
import io.sluice.gateway.outcome.EntryTail;
import io.sluice.gateway.outcome.KnownEvents;
import io.sluice.gateway.parse.ChoiceParser;
import io.sluice.gateway.parse.EventParser;
import io.sluice.gateway.policy.StampedPolicy;
import io.sluice.gateway.publish.BytesInFlight;
import io.sluice.gateway.publish.IngressPublisher;
import io.sluice.gateway.publish.KafkaClients;
import io.sluice.gateway.publish.KafkaWriter;
import io.sluice.gateway.publish.SeenEvents;
import io.sluice.gateway.receive.DataServer;
import io.sluice.gateway.receive.DoorTransport;
import io.sluice.gateway.receive.Doorway;
import io.sluice.gateway.receive.ReceiveLimits;
import io.sluice.gateway.refusals.RefusalLedger;
import io.sluice.gateway.refusals.RefusalRecorder;
import io.sluice.gateway.spool.DrainClient;
import io.sluice.gateway.spool.Spool;
import io.sluice.gateway.spool.SpoolConfig;
import io.sluice.gateway.tag.Tagger;
import io.sluice.policies.evaluate.PolicyFeed;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.status.StatusBeat;
import io.sluice.protection.seal.SealException;
import io.sluice.protection.seal.SealKeys;
import io.sluice.protection.seal.Sealer;
import io.sluice.serving.operate.ManagementServer;
import io.sluice.serving.operate.Readiness;
import io.sluice.serving.policy.KafkaPolicyFeed;
import io.sluice.serving.policy.KafkaStatusSink;
import io.sluice.serving.policy.PolicyReader;
import io.sluice.serving.tls.ServerTls;
import io.sluice.serving.tls.TlsFilesException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
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
    private final KafkaWriter writer;
    private final PolicySource policies;
    private final IngressProbe probe;
    private final Supplier<Optional<String>> deviation;
    private final @Nullable Spool spool;
    private final KnownEvents known;
    private final @Nullable EntryTail tail;
    private final Sealer sealer;
    private final RefusalRecorder recorder;
    private final ServerTls tls;
    private final GatewayMetrics metrics = new GatewayMetrics();
    private final ThreadPoolExecutor workers;
    private final ScheduledExecutorService housekeeping;
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
        Map<String, Object> kafka = config.kafka().settings();
        Supplier<PolicyFeed> feeds = () -> new KafkaPolicyFeed(
                KafkaClients.consumers(kafka).get(), config.topics().bundles());
        PolicyReader reader =
                new PolicyReader(feeds, store, clock, config.kafka().maxPolicyStaleness());
        StatusBeat beat = StatusBeat.start(
                "gateway",
                config.kafka().status(),
                clock,
                reader::standing,
                reader::finding,
                () -> new KafkaStatusSink(kafka, config.topics().status()));
        beat.add(StatusBeat.PROCESS);
        IngressProbe probe = new IngressProbe(kafka, config.layout().ingress());
        Gateway gateway = start(
                config,
                keys,
                new StampedPolicy(reader, beat),
                KafkaClients.producers(kafka, config.kafka().limits()),
                KafkaClients.drains(kafka, config.kafka().limits()),
                probe,
                probe::deviation,
                KafkaClients.entries(kafka),
                clock);
        gateway.metrics.gauge(
                "policy.status.unwritten", "Records of policy.status that could not be written", beat::unwritten);
        return gateway;
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
        IngressProbe probe =
                new IngressProbe(config.kafka().settings(), config.layout().ingress());
        return start(config, keys, policies, producers, producers, probe, Optional::empty, null, clock);
    }

    private static Gateway start(
            GatewayConfig config,
            SealKeys keys,
            PolicySource policies,
            Supplier<Producer<byte[], byte[]>> producers,
            Supplier<Producer<byte[], byte[]>> drains,
            IngressProbe probe,
            Supplier<Optional<String>> deviation,
            @Nullable Supplier<Consumer<byte[], byte[]>> entries,
            Clock clock) {
        Gateway gateway;
        try {
            gateway = new Gateway(config, keys, policies, producers, drains, probe, deviation, entries, clock);
        } catch (RuntimeException e) {
            policies.close();
            probe.close();
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

    private Gateway(
            GatewayConfig config,
            SealKeys keys,
            PolicySource policies,
            Supplier<Producer<byte[], byte[]>> producers,
            Supplier<Producer<byte[], byte[]>> drains,
            IngressProbe probe,
            Supplier<Optional<String>> deviation,
            @Nullable Supplier<Consumer<byte[], byte[]>> entries,
            Clock clock) {
        this.config = config;
        this.clock = clock;
        Topics topics = config.topics();
        this.tls = tls(config);
        this.sealer = keys.sealer();
        this.writer = new KafkaWriter(producers, config.kafka().limits(), System::nanoTime);
        this.policies = policies;
        this.probe = probe;
        this.deviation = deviation;
        this.spool = spool(config, new DrainClient(drains, event -> IngressPublisher.record(topics, event), deviation));
        RefusalLedger refusals = new RefusalLedger(config.maxRefusalLines());
        this.recorder = new RefusalRecorder(refusals, writer, topics);
        BytesInFlight inFlight = new BytesInFlight(config.kafka().limits().maxBytesInFlight());
        metrics.gauge("bytes.in.flight", "Bytes of requests under way", inFlight::used);
        metrics.gauge("seal.key.age", "Seconds since the sealing key in use was made", () ->
                (double) sealer.keyAge().toSeconds());
        metrics.gauge("seal.key.uses", "Events sealed with the sealing key in use", sealer::keyUses);
        metrics.gauge("kms.unheard", "Seconds since the KMS answered last", () ->
                (double) sealer.kmsUnheard().toSeconds());
        metrics.gauge("activation", "Activation stamped now, 0 for none", () -> (double) activation());
        metrics.gauge(
                "made.anew",
                "Events that a newer activation overtook before they were sent, admitted and sealed anew under it",
                writer::madeAnew);
        metrics.gauge("policy.revision", "Revision in force, 0 for none", () -> inForce(InForce::revision));
        metrics.gauge(
                "policy.expires.in",
                "Seconds until the revision in force ends, 0 for none",
                () -> inForce(policy ->
                        Duration.between(clock.instant(), policy.expires()).toSeconds()));

        Doorway doorway = new Doorway(config.dataPort().limits(), metrics, System::nanoTime);
        this.vertx = Vertx.builder()
                .with(new VertxOptions()
                        .setEventLoopPoolSize(config.dataPort().eventLoops())
                        .setFileSystemOptions(new FileSystemOptions()
                                .setFileCachingEnabled(false)
                                .setClassPathResolvingEnabled(false)))
                .withTransport(new DoorTransport(doorway))
                .build();
        this.workers = new ThreadPoolExecutor(
                config.dataPort().workers(),
                config.dataPort().workers(),
                0,
                TimeUnit.SECONDS,
                // as long as requests can be under way, so that what bounds them is each sender's share and not who
                // came first
                new LinkedBlockingQueue<>((int) Math.min(
                        Integer.MAX_VALUE,
                        config.kafka().limits().maxBytesInFlight() / BytesInFlight.OVERHEAD_BYTES + 1)),
                task -> daemon(task, "sluice-work"));
        this.housekeeping = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "sluice-housekeeping"));

        int remembered = config.kafka().limits().maxSeenEvents();
        this.known = new KnownEvents(remembered);
        this.tail = entries == null ? null : new EntryTail(entries, topics.audit(), remembered, known);
        metrics.gauge("outcomes.known", "Events of which it is known what became of them", known::size);
        metrics.gauge("outcomes.read", "1 while audit.entries is read, else 0", () -> unread().isEmpty() ? 1 : 0);
        SeenEvents seen = new SeenEvents(remembered, new SecureRandom());

        EventParser events = new EventParser(config.parse(), UUID::randomUUID);
        IngressPipeline pipeline = new IngressPipeline(new Stages(
                policies,
                new Quotas(System::nanoTime),
                events,
                new ChoiceParser(events),
                new PayloadSchemas(),
                new Tagger(topics.tenant(), keys.subjectReferences()),
                sealer,
                seen,
                new IngressPublisher(writer, topics, deviation, spool),
                new Questions(keys.subjectReferences(), seen, known, this::unread),
                refusals,
                clock));
        this.dataServer = new DataServer(
                vertx, doorway, config.dataPort(), config.batches(), tls, pipeline, workers, inFlight, metrics);
        this.management =
                new ManagementServer(vertx, config.management(), readiness(), metrics::scrape, OpenApi.bytes());
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

    private @Nullable Spool spool(GatewayConfig config, DrainClient drain) {
        SpoolConfig settings = config.kafka().spool();
        if (settings == null) {
            return null;
        }
        Spool opened;
        try {
            opened = new Spool(settings, drain);
        } catch (IOException e) {
            writer.close();
            throw new GatewayException("gateway.spoolFolder cannot be used: " + e.getMessage(), e);
        }
        metrics.gauge("spool.bytes", "Bytes of events that wait on disk for Kafka", opened::bytes);
        metrics.gauge("spool.drained", "Events that went from disk to Kafka", opened::drained);
        metrics.gauge("spool.damaged.bytes", "Bytes on disk that were no whole event", opened::damagedBytes);
        metrics.gauge("spool.refused", "Events on disk that are larger than Kafka takes", opened::refusedEvents);
        metrics.gauge("spool.kept.bytes", "Bytes on disk that are kept and not drained", opened::keptBytes);
        return opened;
    }

    private Readiness readiness() {
        Map<String, Supplier<Optional<String>>> checks = new LinkedHashMap<>();
        checks.put("serving", () -> draining ? Optional.of("the gateway is shutting down") : Optional.empty());
        checks.put("kafka", this::kafka);
        checks.put("policy", () -> policies.finding(clock.instant()));
        checks.put("certificates", tls::finding);
        if (spool != null) {
            checks.put("spool", spool::finding);
        }
        return new Readiness(checks);
    }

    /** Why events are not stored: while the spool takes them, Kafka may be away. */
    private Optional<String> kafka() {
        return spool != null && spool.hasRoom() ? deviation.get() : probe.finding();
    }

    /** Why it is not learned what becomes of events; empty where it is. */
    private Optional<String> unread() {
        return tail == null ? Optional.empty() : tail.finding();
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
        every(Duration.ofMinutes(1), recorder::recordClosedMinutes);
        every(Duration.ofMinutes(1), now -> prepareKey(now.plus(KEY_AHEAD)));
        every(config.dataPort().tls().reloadEvery(), now -> reloadTls());
        LOG.atInfo()
                .addKeyValue("dataPort", dataServer.port())
                .addKeyValue("managementPort", management.port())
                .log("The gateway is open");
    }

    private void every(Duration period, java.util.function.Consumer<Instant> task) {
        var ignored = housekeeping.scheduleWithFixedDelay( // it never completes: every failure is handled inside
                () -> {
                    try {
                        task.accept(clock.instant());
                    } catch (RuntimeException e) {
                        LOG.error("A housekeeping task of the gateway failed; it runs again", e);
                    }
                },
                period.toMillis(),
                period.toMillis(),
                TimeUnit.MILLISECONDS);
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
        return inForce(InForce::activation);
    }

    private long inForce(ToLongFunction<InForce> what) {
        return policies.current(clock.instant()).stream()
                .mapToLong(what)
                .findFirst()
                .orElse(0);
    }

    /** The bound data port. */
    public int dataPort() {
        return dataServer.port();
    }

    /** The bound management port. */
    public int managementPort() {
        return management.port();
    }

    /** What {@code /readyz} says, by check: empty where fine, else what is wrong. */
    public Map<String, String> findings() {
        return readiness().findings();
    }

    /** Whether events are accepted now: what {@code /readyz} says. */
    public boolean ready() {
        return findings().values().stream().allMatch(String::isEmpty);
    }

    /** What became of events. */
    KnownEvents known() {
        return known;
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
        step(
                "the data port",
                () -> dataServer.drain().await(limits.drain().plusSeconds(1).toMillis(), TimeUnit.MILLISECONDS));
        housekeeping.shutdownNow();
        workers.shutdown();
        step("the workers", () -> workers.awaitTermination(1, TimeUnit.SECONDS));
        if (spool != null) {
            spool.close();
        }
        recorder.recordAll(clock.instant(), config.kafka().limits().requestTimeout());
        writer.close();
        if (tail != null) {
            tail.close();
        }
        policies.close();
        probe.close();
        sealer.close();
        step("the management port", () -> vertx.close().await(5, TimeUnit.SECONDS));
        LOG.atInfo().log("The gateway is closed");
    }

    private interface Step {
        Object run() throws Exception;
    }

    private static void step(String what, Step step) {
        try {
            step.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.atWarn().addKeyValue("fault", e.getClass().getName()).log("{} did not close in time", what);
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
