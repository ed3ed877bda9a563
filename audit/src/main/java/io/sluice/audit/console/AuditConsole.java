package io.sluice.audit.console;

import io.sluice.audit.access.EntrySink;
import io.sluice.audit.access.KafkaEntrySink;
import io.sluice.audit.access.ReaderDesk;
import io.sluice.audit.access.Readings;
import io.sluice.audit.access.SignIn;
import io.sluice.audit.api.Answers;
import io.sluice.audit.api.ApiRoutes;
import io.sluice.audit.api.ApiServer;
import io.sluice.audit.api.LogDesk;
import io.sluice.audit.api.Reply;
import io.sluice.audit.api.Route;
import io.sluice.audit.append.PolicyArchive;
import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.oidc.Oidc;
import io.sluice.audit.report.ReviewCadence;
import io.sluice.audit.verify.VerifierConfig;
import io.sluice.audit.verify.WitnessPolicy;
import io.sluice.core.event.Topics;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.verify.VerifiedBundle;
import io.sluice.serving.policy.KafkaPolicyFeed;
import io.sluice.serving.policy.PolicyReader;
import io.sluice.serving.tls.ServerTls;
import io.sluice.serving.tls.TlsFilesException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API and the console of one log, on a port of their own. It reads the log's folder and never writes to it; that it is
 * read goes to the log as every entry does, through the topic.
 *
 * <p>Thread-safe; closing tells the readings that are open.
 */
public final class AuditConsole implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditConsole.class);
    private static final long START_LIMIT_SECONDS = 30;
    private static final long TICK_SECONDS = 2;
    /** Neither do the readings wait for the index, whose first building may take long, nor it for the verification. */
    private static final int TICKERS = 4;

    private static final Duration REVIEW_EVERY = Duration.ofMinutes(1);
    private static final Duration MAX_STALENESS = Duration.ofMinutes(5);

    private final AuditConsoleConfig config;
    private final ServerTls tls;
    private final Clock clock;
    private final AuditIndex index;
    private final LogDesk desk;
    private final EntrySink sink;
    private final Readings readings;
    private final SignIn signIn;
    private final @Nullable Oidc oidc;
    private final RollingVerification rolling;
    private final ScheduledExecutorService ticker;
    private final Vertx vertx;
    private final ApiServer server;
    private volatile Optional<String> outage = Optional.empty();
    private volatile String indexFault = "the index of the log is being built";
    private volatile @Nullable PolicyReader reader;
    /** Whether the index was tried once: it is there, or will not be there soon. */
    private volatile boolean indexTried;

    private volatile Optional<Instant> reviewDue = Optional.empty();
    /** Of the thread that follows the log. */
    private Instant reviewAsked = Instant.MIN;

    private volatile boolean closed;
    private volatile Supplier<OptionalLong> waiting = OptionalLong::empty;

    /**
     * Starts it and returns when the port is open.
     *
     * @param policies the policy in force at a time, which says who may read
     * @param decided every revision that decided, newest first, for the pages about the policy
     * @param sink where the entries of readings go; closed with the console
     * @throws IllegalStateException where the port is taken, or a file cannot be used
     */
    public static AuditConsole start(
            AuditConsoleConfig config,
            Function<Instant, Optional<ActivePolicy>> policies,
            Supplier<List<VerifiedBundle>> decided,
            EntrySink sink,
            Clock clock) {
        ServerTls tls;
        try {
            tls = new ServerTls(config.tls(), clock);
        } catch (TlsFilesException e) {
            throw new IllegalStateException("the console's TLS files cannot be used: " + e.getMessage(), e);
        }
        AuditConsole console = new AuditConsole(config, tls, policies, decided, sink, clock);
        try {
            console.open();
            return console;
        } catch (RuntimeException e) {
            console.close();
            throw e;
        }
    }

    /**
     * The same on a deployment's Kafka: the policy comes from {@code policy.bundles}, readings go to {@code audit.entries}.
     *
     * @param topics the deployment's
     * @param partition of {@code audit.entries}, the one that this log is built from
     * @param kafka what every Kafka client of the room shares
     * @param store where its policy goes, pinned to the deployment's trust root
     */
    public static AuditConsole start(
            AuditConsoleConfig config,
            Topics topics,
            int partition,
            Map<String, Object> kafka,
            PolicyStore store,
            Clock clock) {
        PolicyReader policies = new PolicyReader(
                () -> new KafkaPolicyFeed(policyConsumer(kafka), topics.bundles()), store, clock, MAX_STALENESS);
        EntrySink sink = new KafkaEntrySink(
                kafka, topics.audit(), partition, config.limits().entry());
        try {
            Supplier<List<VerifiedBundle>> laidDown = config.drafts();
            AuditConsoleConfig shown = config.withPartition(partition)
                    .withDrafts(() -> Stream.concat(store.shadow().stream(), laidDown.get().stream())
                            .toList());
            AuditConsole console = start(shown, policies::current, store::decided, sink, clock);
            console.reader = policies;
            return console;
        } catch (RuntimeException e) {
            policies.close();
            sink.close();
            throw e;
        }
    }

    private static Consumer<byte[], byte[]> policyConsumer(Map<String, Object> kafka) {
        Map<String, Object> all = new HashMap<>(kafka);
        all.put(ConsumerConfig.CLIENT_ID_CONFIG, "sluice-audit-policy");
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        all.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000L);
        all.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000);
        all.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 4_000);
        return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private AuditConsole(
            AuditConsoleConfig config,
            ServerTls tls,
            Function<Instant, Optional<ActivePolicy>> policies,
            Supplier<List<VerifiedBundle>> decided,
            EntrySink sink,
            Clock clock) {
        this.config = config;
        this.tls = tls;
        this.clock = clock;
        this.sink = sink;
        this.index = AuditIndex.open(config.index(), config.limits().answer());
        this.desk = new LogDesk(index, config.partition(), new PolicyArchive(config.archive()), System::nanoTime);
        this.readings = new Readings(
                config.tenant(),
                sink,
                clock,
                config.limits().reading(),
                config.limits().entry());
        String identity = config.linkIdentity();
        this.signIn = new SignIn(identity == null ? "" : identity, clock);
        ReaderDesk readers = new ReaderDesk(policies);
        VerifierConfig verifying = VerifierConfig.defaults()
                .withKey(config.index().key())
                .withClock(clock)
                .withWitnesses(WitnessPolicy.all(config.witnesses()));
        this.rolling = new RollingVerification(config.index().source(), verifying, clock);
        Oidc oidc = config.oidc() == null ? null : Oidc.of(config.oidc(), clock);
        this.oidc = oidc;
        ConsoleRoutes pages = new ConsoleRoutes(
                desk,
                readers,
                signIn,
                readings,
                clock,
                config.limits().maxExport(),
                decided,
                config.drafts(),
                rolling,
                () -> waiting.get());
        List<Route> routes =
                new ArrayList<>(new ApiRoutes(desk, config.limits().maxExport(), config.witnesses(), clock).routes());
        routes.addAll(pages.routes(identity != null));
        if (oidc != null) {
            routes.addAll(new OidcRoutes(oidc, signIn, readers, readings, clock).routes());
        }
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        this.server = new ApiServer(
                vertx,
                config.host(),
                config.port(),
                config.limits(),
                tls,
                identity == null && oidc == null ? null : signIn,
                oidc == null ? null : oidc.tokens(),
                new Answers(routes, readers, readings, clock),
                (path, refused) ->
                        path.startsWith("/api/") ? Reply.problem(refused) : pages.problem(refused, oidc != null));
        this.ticker = Executors.newScheduledThreadPool(TICKERS, task -> {
            Thread thread = new Thread(task, "sluice-audit-console");
            thread.setDaemon(true);
            return thread;
        });
    }

    private void open() {
        try {
            server.listen().await(START_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) { // await throws whatever failed, checked or not
            throw new IllegalStateException(
                    "cannot serve the console on " + config.host() + ":" + config.port() + ": " + e.getMessage(), e);
        }
        vertx.setPeriodic(
                config.tls().reloadEvery().toMillis(),
                timer -> vertx.executeBlocking(tls::reload, false)
                        .onSuccess(changed -> {
                            if (changed) {
                                server.reloadCertificate();
                            }
                        })
                        .onFailure(e -> LOG.error("The TLS files cannot be looked at", e)));
        every(this::tellReadings);
        every(this::followLog);
        every(this::verifyLog);
        if (oidc != null) {
            every(this::askProvider);
        }
        LOG.atInfo().addKeyValue("port", port()).log("The audit console is open");
    }

    private void every(Runnable task) {
        var ignored = ticker.scheduleWithFixedDelay(task, 0, TICK_SECONDS, TimeUnit.SECONDS); // until it is closed
    }

    private void tellReadings() {
        try {
            readings.tick();
        } catch (RuntimeException e) { // else the ticker would stop for good
            LOG.error("The entries of readings could not be made", e);
        }
    }

    private void verifyLog() {
        try {
            if (indexTried) { // else the two would hold each other up
                rolling.tick();
            }
        } catch (RuntimeException e) { // else the ticker would stop for good
            LOG.error("The log could not be verified", e);
        }
    }

    private void followLog() {
        try {
            desk.catchUp();
            indexFault = "";
            followReview();
        } catch (RuntimeException e) {
            if (closed) {
                return; // that is why
            }
            String fault = String.valueOf(e.getMessage());
            if (!fault.equals(indexFault)) {
                LOG.warn("The index does not follow the log: {}", fault);
            }
            indexFault = fault;
        } finally {
            indexTried = true;
        }
    }

    private void askProvider() {
        try {
            outage = oidc == null ? Optional.empty() : oidc.outage().get();
        } catch (RuntimeException e) { // else the ticker would stop for good
            LOG.error("The OpenID provider could not be asked", e);
        }
    }

    /** Two questions to the index a minute. */
    private void followReview() {
        Instant now = clock.instant();
        if (!now.isBefore(reviewAsked.plus(REVIEW_EVERY))) {
            reviewDue = desk.cadence().map(ReviewCadence::due);
            reviewAsked = reviewDue.isPresent() ? now : reviewAsked; // an empty log is asked again at once
        }
    }

    /** Tells who knows how much of {@code audit.entries} is not in the log yet: its builder, where it runs in this process. */
    public void waiting(Supplier<OptionalLong> known) {
        waiting = known;
    }

    /** How it stands with its log; nothing is looked up for that. */
    public ConsoleStatus status() {
        return ConsoleStatus.of(desk.indexed(), rolling, reviewDue, tls.certificateEnds(), tls.revocationListsEnd());
    }

    /** Where the console is. */
    public String address() {
        return "https://" + config.host() + ":" + port() + ConsoleRoutes.HOME;
    }

    /** The bound port. */
    public int port() {
        return server.port();
    }

    /** What keeps it from answering, in words; empty where nothing does. */
    public Optional<String> finding() {
        PolicyReader policies = reader;
        Optional<String> policy = policies == null ? Optional.empty() : policies.finding(clock.instant());
        return policy.or(() -> Optional.of(indexFault).filter(fault -> !fault.isEmpty()))
                .or(() -> index.isBeingBuilt()
                        ? Optional.of("the index of the log is being built anew")
                        : Optional.empty());
    }

    /** What is wrong with the files of its TLS; empty where nothing is. */
    public Optional<String> certificates() {
        return tls.finding();
    }

    /** Why nobody can come in by the OpenID provider; empty where they can, or there is none. Certificates count all the same. */
    public Optional<String> outage() {
        return outage;
    }

    /**
     * The path of a link that signs in whoever opens it first, within minutes; an earlier one is good no more.
     *
     * @throws IllegalStateException where the configuration names no identity for it
     */
    public String newLink() {
        if (config.linkIdentity() == null) {
            throw new IllegalStateException("this console lets in certificates only");
        }
        return ConsoleRoutes.SIGN_IN + signIn.newLink();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        rolling.close();
        ticker.shutdown();
        try {
            vertx.close().await(START_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) { // await throws whatever failed, checked or not
            LOG.warn("The console's port did not close in time", e);
        }
        try {
            index.close(); // ends its building too
        } catch (RuntimeException e) {
            LOG.warn("The console's index did not close", e);
        }
        readings.close();
        sink.close();
        PolicyReader policies = reader;
        if (policies != null) {
            policies.close();
        }
    }
}
