package io.sluice.reveal.trail;

import io.sluice.core.audit.AuditEntry;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.cluster.Grants;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trail in Kafka: each call is one transaction over {@code audit.entries} and {@code reveal.emergencies}, one after the
 * other. A client whose transaction failed is replaced, so that the service recovers by itself; its transactional id is the
 * process's own, so that instances do not fence each other, and its transactions end by themselves soon after it died, so
 * that they do not hold up the readers of the log.
 */
public final class KafkaTrail implements Trail {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaTrail.class);
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(15);

    private final Supplier<Producer<byte[], byte[]>> clients;
    private final String entriesTopic;
    private final String emergenciesTopic;
    private final Duration limit;
    /** Held during a transaction. */
    private final ReentrantLock lock = new ReentrantLock(true);

    /** Guarded by the lock. */
    private @Nullable Producer<byte[], byte[]> client;

    private volatile String fault = "";

    /**
     * @param clients makes a transactional client that was not initialised yet
     * @param limit how long a call may wait for its turn; a transaction is bounded by the client's own limits
     */
    public KafkaTrail(Supplier<Producer<byte[], byte[]>> clients, String entries, String emergencies, Duration limit) {
        this.clients = clients;
        this.entriesTopic = entries;
        this.emergenciesTopic = emergencies;
        this.limit = limit;
    }

    /** Clients of one process: acks=all, transactions under the reveal service's prefix. */
    public static Supplier<Producer<byte[], byte[]>> clients(Map<String, Object> settings, Duration limit) {
        String id = Grants.REVEAL_PREFIX + "-" + UUID.randomUUID();
        int millis = (int) limit.toMillis();
        Map<String, Object> all = new HashMap<>(settings);
        all.put(ProducerConfig.CLIENT_ID_CONFIG, "sluice-reveal");
        all.put(ProducerConfig.ACKS_CONFIG, "all");
        all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        all.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
        all.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TRANSACTION_TIMEOUT.toMillis());
        all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (long) millis);
        all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
        all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1_000, millis / 2));
        all.put(ProducerConfig.LINGER_MS_CONFIG, 0L);
        // A batch is bounded like a record: the topic takes no larger one.
        all.put(ProducerConfig.BATCH_SIZE_CONFIG, ClusterLayout.AUDIT_MAX_BYTES / 2);
        all.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000L);
        return () -> new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void append(List<AuditEntry> entries, @Nullable Change change) throws TrailUnavailableException {
        for (AuditEntry entry : entries) {
            if (!entry.fits()) {
                throw new TrailUnavailableException("an entry is larger than the log takes", null);
            }
        }
        boolean turn;
        try {
            turn = lock.tryLock(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrailUnavailableException("interrupted while waiting for a turn", e);
        }
        if (!turn) {
            throw new TrailUnavailableException("no turn within " + limit.toMillis() + " ms", null);
        }
        try {
            commit(entries, change);
            fault = "";
        } catch (KafkaException e) {
            drop();
            fault = "audit.entries could not be written (" + e.getClass().getSimpleName() + ")";
            LOG.atError()
                    .addKeyValue("fault", e.getClass().getName())
                    .log("Entries could not be written; nothing was answered");
            if (e instanceof InterruptException) {
                Thread.currentThread().interrupt();
            }
            throw new TrailUnavailableException(fault, e);
        } finally {
            lock.unlock();
        }
    }

    private void commit(List<AuditEntry> entries, @Nullable Change change) {
        Producer<byte[], byte[]> producer = client;
        if (producer == null) {
            producer = clients.get();
            client = producer;
            producer.initTransactions();
        }
        producer.beginTransaction();
        for (AuditEntry entry : entries) {
            send(producer, new ProducerRecord<>(entriesTopic, bytes(entry.id()), entry.canonical()));
        }
        if (change != null) {
            byte[] state = change.state() == null ? null : change.state().toBytes();
            send(producer, new ProducerRecord<>(emergenciesTopic, bytes(change.id()), state));
        }
        producer.commitTransaction(); // throws where a record of it failed
    }

    private static void send(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
        var ignored = producer.send(record); // its failure is the commit's
    }

    /** The next call makes another client; what this one left is aborted, or ends by its timeout. */
    private void drop() {
        Producer<byte[], byte[]> old = client;
        client = null;
        if (old == null) {
            return;
        }
        try {
            old.close(Duration.ZERO);
        } catch (KafkaException e) {
            LOG.atWarn().addKeyValue("fault", e.getClass().getName()).log("A Kafka client did not close cleanly");
        }
    }

    @Override
    public Optional<String> finding() {
        return Optional.of(fault).filter(text -> !text.isEmpty());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            drop();
        } finally {
            lock.unlock();
        }
    }
}
