package io.sluice.reveal;

import io.sluice.core.event.Topics;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.PolicyFeed;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.status.StatusBeat;
import io.sluice.protection.keytree.SubjectKeys;
import io.sluice.reveal.answer.RevealService;
import io.sluice.reveal.emergency.OpenReviews;
import io.sluice.reveal.operate.RevealMetrics;
import io.sluice.reveal.serve.RevealServer;
import io.sluice.reveal.trail.Announcements;
import io.sluice.reveal.trail.EmergencyRecords;
import io.sluice.reveal.trail.KafkaTrail;
import io.sluice.reveal.trail.TopicTail;
import io.sluice.reveal.value.Revealer;
import io.sluice.serving.operate.ClosingStep;
import io.sluice.serving.operate.ManagementServer;
import io.sluice.serving.operate.OpenApi;
import io.sluice.serving.operate.Readiness;
import io.sluice.serving.policy.KafkaPolicyFeed;
import io.sluice.serving.policy.KafkaStatusSink;
import io.sluice.serving.policy.PolicyReader;
import io.sluice.serving.tls.ServerTls;
import io.sluice.serving.tls.TlsFilesException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running service: the API, the management port, and what stands behind them. It starts without Kafka and without a
 * policy, answers 503 and recovers by itself. {@link #close} takes no new requests and finishes those under way.
 *
 * <p>Thread-safe.
 */
public final class Reveal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reveal.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final long TICK_SECONDS = 1;

    private final RevealConfig config;
    private final Clock clock;
    private final ServerTls tls;
    private final PolicyReader policies;
    private final StatusBeat beat;
    private final KafkaTrail trail;
    private final OpenReviews reviews = new OpenReviews();
    private final TopicTail tail;
    private final TopicTail keys;
    private final SubjectKeys subjects;
    private final ScheduledExecutorService ticker;
    private final RevealMetrics metrics = new RevealMetrics();
    private final Vertx vertx;
    private final RevealServer server;
    private final ManagementServer management;
    private volatile boolean draining;
    private boolean closed;

    /**
     * Starts the service and returns when both ports are open. It may not be ready yet: {@code /readyz} tells.
     *
     * @param revealer holds the keys
     * @param subjects the registry of subjects' keys, fed and ticked by the service, and closed with it
     * @param store where its policy goes, pinned to the deployment's trust root; fed by the service
     * @throws RevealException where a port is taken or a file cannot be used, naming the setting
     */
    public static Reveal start(
            RevealConfig config, Revealer revealer, SubjectKeys subjects, PolicyStore store, Clock clock) {
        Reveal reveal = new Reveal(config, revealer, subjects, store, clock);
        try {
            reveal.open();
            return reveal;
        } catch (RuntimeException e) {
            reveal.close();
            throw e;
        }
    }

    private Reveal(RevealConfig config, Revealer revealer, SubjectKeys subjects, PolicyStore store, Clock clock) {
        this.config = config;
        this.clock = clock;
        this.tls = tls(config, clock);
        Topics topics = config.topics();
        Supplier<PolicyFeed> feeds = () -> new KafkaPolicyFeed(
                TopicTail.clients(config.kafka(), "sluice-reveal-policy").get(), topics.bundles());
        this.policies = new PolicyReader(feeds, store, clock, config.maxPolicyStaleness());
        this.beat = StatusBeat.start(
                "reveal",
                config.status(),
                clock,
                policies::standing,
                policies::finding,
                () -> new KafkaStatusSink(config.kafka(), topics.status()));
        beat.add(StatusBeat.PROCESS);
        Duration entry = config.limits().entry();
        this.trail =
                new KafkaTrail(KafkaTrail.clients(config.kafka(), entry), topics.audit(), topics.emergencies(), entry);
        this.tail = new TopicTail(
                TopicTail.clients(config.kafka(), "sluice-reveal-emergencies"),
                topics.emergencies(),
                new EmergencyRecords(reviews));
        this.subjects = subjects;
        this.keys = new TopicTail(
                TopicTail.clients(config.kafka(), "sluice-reveal-keys"), topics.keys(), new Announcements(subjects));
        // On a thread of its own: neither Kafka nor the KMS shall make the registry believe that the JVM stood still.
        this.ticker = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "sluice-key-tick");
            thread.setDaemon(true);
            return thread;
        });
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        RevealService service = new RevealService(
                topics.tenant(),
                config.limits(),
                policies::current,
                revealer,
                trail,
                reviews,
                metrics,
                clock,
                System::nanoTime);
        this.server = new RevealServer(vertx, config.host(), config.port(), config.limits(), tls, service, metrics);
        this.management =
                new ManagementServer(vertx, config.management(), readiness(), metrics::scrape, OpenApi.of("reveal"));
        metrics.gauge("activation", "Activation that decides now, 0 for none", () -> (double) activation());
        metrics.gauge("policy.revision", "Revision that decides now, 0 for none", () ->
                (double) inForce(policy -> policy.bundle().revision()));
        metrics.gauge(
                "policy.expires.in",
                "Seconds until the revision that decides now ends, 0 for none",
                () -> (double) inForce(policy -> Duration.between(
                                clock.instant(), policy.bundle().metadata().expires())
                        .toSeconds()));
        metrics.gauge(
                "certificate.expires.in",
                "Seconds until the service's own certificate ends, negative behind it",
                () -> (double)
                        Duration.between(clock.instant(), tls.certificateEnds()).toSeconds());
        metrics.gauge(
                "revocation.lists.expire.in",
                "Seconds until the first revocation list ends, negative behind it",
                () -> (double) Duration.between(clock.instant(), tls.revocationListsEnd())
                        .toSeconds());
        metrics.gauge("policy.status.unwritten", "Records of policy.status that could not be written", () ->
                (double) beat.unwritten());
        metrics.gauge("reviews.open", "Emergency accesses whose review is open", reviews::count);
        metrics.gauge("reviews.overdue", "Emergency accesses whose review is late", () ->
                (double) reviews.overdue(clock.instant()));
    }

    private static ServerTls tls(RevealConfig config, Clock clock) {
        try {
            return new ServerTls(config.tls(), clock);
        } catch (TlsFilesException e) {
            throw new RevealException(
                    "The files of reveal.chain, reveal.key, reveal.trust and reveal.crls cannot be used: "
                            + e.getMessage(),
                    e);
        }
    }

    /** What {@code /readyz} says. */
    public Readiness readiness() {
        Map<String, Supplier<Optional<String>>> checks = new LinkedHashMap<>();
        checks.put("serving", () -> draining ? Optional.of("the service is shutting down") : Optional.empty());
        checks.put("policy", () -> policies.finding(clock.instant()));
        checks.put("entries", trail::finding);
        checks.put("emergencies", tail::finding);
        checks.put("keys", keys::finding);
        checks.put("certificates", tls::finding);
        return new Readiness(checks);
    }

    private void open() {
        var ignored =
                ticker.scheduleAtFixedRate(subjects::tick, 0, TICK_SECONDS, TimeUnit.SECONDS); // until it is closed
        await(server.listen(), "API", config.host() + ":" + config.port(), "reveal.port");
        await(management.listen(), "management port", config.management().toString(), "reveal.managementPort");
        long period = config.tls().reloadEvery().toMillis();
        vertx.setPeriodic(
                period,
                timer -> vertx.executeBlocking(tls::reload, false)
                        .onSuccess(changed -> {
                            if (changed) {
                                server.reloadCertificate();
                            }
                        })
                        .onFailure(e -> LOG.error("The TLS files cannot be looked at", e)));
        LOG.atInfo()
                .addKeyValue("port", port())
                .addKeyValue("managementPort", managementPort())
                .log("The reveal service is open");
    }

    private static void await(Future<?> opening, String what, String where, String setting) {
        try {
            opening.await(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (Exception e) { // await throws whatever failed, checked or not
            throw new RevealException(
                    "The " + what + " cannot open on " + where + ": stop the program that has the port, or set "
                            + setting + " to another (0 picks a free one)",
                    e);
        }
    }

    /** The activation that decides now; 0 where nothing is decided. */
    public long activation() {
        return inForce(ActivePolicy::number);
    }

    private long inForce(ToLongFunction<ActivePolicy> what) {
        return policies.current(clock.instant()).stream()
                .mapToLong(what)
                .findFirst()
                .orElse(0);
    }

    /** The bound port. */
    public int port() {
        return server.port();
    }

    /** The bound management port. */
    public int managementPort() {
        return management.port();
    }

    /** Drains and stops; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        draining = true;
        ClosingStep.take(
                "the API",
                () -> server.drain()
                        .await(config.limits().drain().plusSeconds(1).toMillis(), TimeUnit.MILLISECONDS));
        tail.close();
        keys.close();
        ticker.shutdownNow();
        subjects.close();
        beat.close();
        policies.close();
        trail.close();
        ClosingStep.take("the ports", () -> vertx.close().await(5, TimeUnit.SECONDS));
        LOG.atInfo().log("The reveal service is closed");
    }
}
