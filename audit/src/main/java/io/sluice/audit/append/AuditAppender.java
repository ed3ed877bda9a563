package io.sluice.audit.append;

import io.sluice.audit.append.AppenderStatus.State;
import io.sluice.audit.log.AuditLog;
import io.sluice.audit.log.AuditLogConfig;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.log.LogException;
import io.sluice.audit.timestamp.Timestamping;
import io.sluice.audit.witness.Cosigning;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the log of one partition of {@code audit.entries} on a thread of its own, and keeps the cited policies on
 * another. Each committed entry of the topic is in the log exactly once, in the topic's order, also after a crash.
 *
 * <p>Faults that may pass (Kafka gone, disk full) are retried with growing waits; a log that is damaged, rolled back or
 * of another key stops the appender: see {@link #status}. Thread-safe; close it to release the log's folder.
 */
public final class AuditAppender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditAppender.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

    private final AuditAppenderConfig config;
    private final AuditLogConfig logConfig;
    private final Map<String, Object> client;
    private final Clock clock;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread appending;
    private final Thread archiving;
    private final StartNotice starting;

    private volatile AppenderStatus status = new AppenderStatus(
            State.STARTING, 0, 0, OptionalLong.empty(), Optional.empty(), List.of(), Optional.empty());

    private AuditAppender(
            AuditAppenderConfig config, AuditLogConfig logConfig, Map<String, Object> client, Clock clock) {
        this.config = config;
        this.logConfig = logConfig;
        this.client = Map.copyOf(client);
        this.clock = clock;
        this.starting = new StartNotice(config.heartbeatInterval());
        this.appending = new Thread(() -> retrying("append", this::append), "audit-append-" + config.partition());
        this.archiving = new Thread(() -> retrying("archive", this::archive), "audit-archive");
    }

    /**
     * Starts an appender.
     *
     * @param client the audit room's Kafka client settings: where, and who we are
     */
    public static AuditAppender start(
            AuditAppenderConfig config, AuditLogConfig logConfig, Map<String, Object> client, Clock clock) {
        AuditAppender appender = new AuditAppender(config, logConfig, client, clock);
        appender.appending.start();
        appender.archiving.start();
        return appender;
    }

    /** How it is doing now. */
    public AppenderStatus status() {
        return status;
    }

    /** Appends what was read, releases the folder and ends the threads; waits up to 30 seconds for that. */
    @Override
    public void close() {
        closing.countDown();
        try {
            appending.join(CLOSE_LIMIT.toMillis());
            archiving.join(CLOSE_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Life {
        void live();
    }

    private void retrying(String what, Life life) {
        Duration wait = FIRST_RETRY;
        while (!isClosing()) {
            long started = System.nanoTime();
            try {
                life.live();
            } catch (RuntimeException e) {
                if (e instanceof LogException fault && !mayPass(fault)) {
                    LOG.error("audit {} stopped for good: {}", what, fault.getMessage(), e);
                    report(State.FAILED, e);
                    return;
                }
                LOG.error("audit {} failed, trying again in {}: {}", what, wait, e.getMessage(), e);
                if (what.equals("append")) {
                    report(State.RETRYING, e);
                }
                boolean livedLong = System.nanoTime() - started > LAST_RETRY.toNanos();
                wait = livedLong ? FIRST_RETRY : wait;
                pause(wait);
                wait = wait.multipliedBy(2).compareTo(LAST_RETRY) > 0 ? LAST_RETRY : wait.multipliedBy(2);
            }
        }
        if (what.equals("append")) {
            status = new AppenderStatus(
                    State.CLOSED,
                    status.size(),
                    status.nextOffset(),
                    OptionalLong.empty(),
                    Optional.empty(),
                    status.witnesses(),
                    status.unstamped());
        }
    }

    private static boolean mayPass(LogException e) {
        return e.fault() == LogException.Fault.IO
                || e.fault() == LogException.Fault.LOCKED
                || e.fault() == LogException.Fault.FAILED;
    }

    private void append() {
        try (AuditLog log = AuditLog.open(logConfig);
                Cosigning cosigning = new Cosigning(
                        config.witnesses(),
                        FileLogStore.source(logConfig.folder()),
                        logConfig.key().verifier(),
                        clock);
                Timestamping timestamping = new Timestamping(config.timestamp());
                var consumer = new KafkaConsumer<>(
                        consumerSettings(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
                var producer =
                        new KafkaProducer<>(producerSettings(), new ByteArraySerializer(), new ByteArraySerializer())) {
            cosigning.seen().forEach(log::requireExtends); // a restored backup would sign what contradicts it
            AppendLoop loop = new AppendLoop(config, log, cosigning, timestamping, consumer, producer, clock);
            loop.seek();
            starting.begins();
            while (!isClosing()) {
                loop.step();
                loop.tellStart(starting);
                status = status(State.RUNNING, log, loop.waiting(), cosigning, timestamping);
            }
            loop.finish();
            loop.finishCosigned();
            status = status(State.CLOSED, log, OptionalLong.empty(), cosigning, timestamping);
        }
    }

    private static AppenderStatus status(
            State state, AuditLog log, OptionalLong waiting, Cosigning cosigning, Timestamping timestamping) {
        return new AppenderStatus(
                state,
                log.size(),
                log.nextOffset(),
                waiting,
                Optional.empty(),
                cosigning.status(),
                timestamping.problem());
    }

    private void archive() {
        PolicyArchive archive = new PolicyArchive(config.archive());
        try (var consumer =
                new KafkaConsumer<>(consumerSettings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            ArchiveLoop loop =
                    new ArchiveLoop(config.topics().bundles(), config.topics().plans(), archive, consumer);
            loop.seek();
            while (!isClosing()) {
                loop.step();
            }
        }
    }

    private void report(State state, RuntimeException e) {
        status = new AppenderStatus(
                state,
                status.size(),
                status.nextOffset(),
                OptionalLong.empty(), // it may have grown since
                Optional.of(String.valueOf(e.getMessage())),
                status.witnesses(),
                status.unstamped());
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void pause(Duration wait) {
        try {
            if (closing.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("closing");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing.countDown();
        }
    }

    private Map<String, Object> consumerSettings() {
        Map<String, Object> settings = new LinkedHashMap<>(client);
        settings.put("isolation.level", "read_committed");
        settings.put("enable.auto.commit", "false");
        settings.put("auto.offset.reset", "none");
        settings.put("allow.auto.create.topics", "false");
        settings.put("max.poll.records", AuditAppenderConfig.MAX_POLL_RECORDS);
        settings.put("max.partition.fetch.bytes", 8 << 20);
        settings.put("fetch.max.bytes", 16 << 20);
        return settings;
    }

    private Map<String, Object> producerSettings() {
        Map<String, Object> settings = new LinkedHashMap<>(client);
        settings.put("acks", "all");
        settings.put("enable.idempotence", "true");
        settings.put("max.block.ms", "10000");
        return settings;
    }
}
