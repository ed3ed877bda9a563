package io.sluice.jobs.protect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.core.audit.ActEntry;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.cluster.Grants;
import io.sluice.core.event.Topics;
import io.sluice.jobs.kafka.ClientSettings;
import io.sluice.protection.keys.KeyAccessException;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keys.Rotation;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the entry of each key version that the job made by itself, on a thread of its own. The ring's file says of which
 * there is none yet, so that what a process made that died is told by the next. Whoever opens the transactional id ends the
 * turn of those before and then reads what was committed since the version was made, so that there is one entry, whoever dies
 * when; two only where {@code audit.entries} has forgotten the first, or the clock of the process that made the version was ahead
 * of the brokers' by more than an hour.
 */
final class RotationEntries implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RotationEntries.class);
    private static final String WRITER = "protect/0";
    private static final String STORE = "fields";
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);
    /** By how much the clock that a version's time is of may be ahead of the brokers', whose times the topic has. */
    private static final Duration SLACK = Duration.ofHours(1);

    private final Topics topics;
    private final KeyRing ring;
    private final Supplier<? extends Producer<byte[], byte[]>> producers;
    private final BiPredicate<String, Instant> written;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "rotation-entries");

    /** Begins to look at the ring, every second. */
    static RotationEntries start(ClientSettings settings, Topics topics, KeyRing ring) {
        RotationEntries entries = new RotationEntries(
                topics,
                ring,
                () -> new KafkaProducer<>(
                        transactions(settings, topics), new ByteArraySerializer(), new ByteArraySerializer()),
                new CommittedActs(settings, topics.audit())::has);
        entries.thread.setDaemon(true);
        entries.thread.start();
        return entries;
    }

    /**
     * One whose thread does not run.
     *
     * @param ring the keys of the {@code fields} keystore
     * @param producers each with the transactional id; closed here
     * @param written whether an entry of that id is committed, which is not older than that
     */
    RotationEntries(
            Topics topics,
            KeyRing ring,
            Supplier<? extends Producer<byte[], byte[]>> producers,
            BiPredicate<String, Instant> written) {
        this.topics = topics;
        this.ring = ring;
        this.producers = producers;
        this.written = written;
    }

    private void run() {
        while (!closedWithin(LOOK)) {
            try {
                write();
            } catch (KafkaException e) {
                if (closedWithin(Duration.ZERO)) {
                    return; // the next process goes on with it
                }
                LOG.atWarn().setCause(e).log("It cannot be audited that a key was rotated; trying again");
                closedWithin(RETRY_AFTER);
            } catch (KeyAccessException e) {
                LOG.atWarn()
                        .setCause(e)
                        .log(
                                "Rotations without an entry cannot be read from the key ring, or noted in it; trying again");
                closedWithin(RETRY_AFTER);
            } catch (RuntimeException | Error e) {
                LOG.atError()
                        .setCause(e)
                        .log("The entry of a key's rotation failed; trying again"); // a bug, or no memory
                closedWithin(RETRY_AFTER);
            }
        }
    }

    /**
     * Writes what is missing.
     *
     * @throws KafkaException where it was not written, or it is not known whether it was; the ring still says so
     * @throws KeyAccessException where the ring cannot be read or written
     */
    void write() {
        for (Rotation rotation : ring.untold()) {
            Producer<byte[], byte[]> producer = producers.get();
            try {
                producer.initTransactions();
                AuditEntry entry = entry(rotation);
                if (!written.test(entry.id(), rotation.at().minus(SLACK))) {
                    write(producer, entry);
                }
            } finally {
                producer.close(CLOSE_WITHIN);
            }
            ring.told(rotation);
        }
    }

    private void write(Producer<byte[], byte[]> producer, AuditEntry entry) {
        producer.beginTransaction();
        var unused = producer.send(new ProducerRecord<>(
                topics.audit(), 0, entry.id().getBytes(UTF_8), entry.canonical())); // where it failed, the commit does
        producer.commitTransaction();
    }

    /** Its id has the time that the ring's file has: a ring from a backup, or made anew, makes the same version once more. */
    private AuditEntry entry(Rotation rotation) {
        return ActEntry.of(
                "keys." + STORE + "/" + rotation.key() + "/" + rotation.version() + "/" + rotation.at(),
                ActEntry.Code.KEY_ROTATED,
                topics.tenant(),
                WRITER,
                WRITER,
                rotation.at(),
                Map.of(
                        "store", STORE,
                        "key", rotation.key(),
                        "version", rotation.version(),
                        "id", rotation.id().hex(),
                        "cause", rotation.cause().word()));
    }

    private static Properties transactions(ClientSettings settings, Topics topics) {
        Properties properties = settings.toProperties();
        // A tenant's id holds no dot, so no other tenant's has this name; nor does a transaction of the job's sink.
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, Grants.PROTECT_PREFIX + "-keys." + topics.tenant());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        return properties;
    }

    private boolean closedWithin(Duration wait) {
        try {
            return closing.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true; // only close() interrupts
        }
    }

    /** Ends the thread; what is not written yet is written by the next process. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(CLOSE_WITHIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            thread.interrupt();
        }
    }
}
