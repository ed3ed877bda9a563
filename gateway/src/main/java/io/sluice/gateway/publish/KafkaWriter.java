package io.sluice.gateway.publish;

import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records to Kafka and completes only when they are durable. The client's {@code send} may block, so one thread of
 * its own calls it; nobody else touches the client. A client that fails for good is replaced, so that the gateway recovers
 * by itself. Thread-safe.
 *
 * <p>Stamps never fall: a record that carries an older activation than one that was sent before it is made again under the
 * one in force, in its place in the queue, and is refused where that one does not take it. So in every partition each
 * record of this process carries an activation at least as new as those before it (promise P9), and no order changes.
 *
 * <p>A future that fails with {@code kafka-unavailable} says nothing about the record: it may still have been written. The
 * producer repeats it under the same id, and the job releases it once.
 */
public final class KafkaWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaWriter.class);
    private static final Duration MIN_CLIENT_LIFE = Duration.ofSeconds(1);
    /** How long the thread lets records gather once it has sent what waited; well below what the client waits for more. */
    private static final Duration GATHER = Duration.ofNanos(250_000);

    private final Supplier<Producer<byte[], byte[]>> clients;
    private final PublishLimits limits;
    private final LongSupplier nanoTime;
    private final BlockingQueue<Waiting> queue;
    private final Thread thread;
    private volatile boolean closing;
    /** Set by callbacks, read and cleared by the thread. */
    private volatile boolean clientFailed;

    /** Owned by the thread. */
    private @Nullable Producer<byte[], byte[]> client;

    private long clientMadeAt;
    /** The newest activation that was sent, whatever became of the record. */
    private long newestSent;

    private final AtomicLong madeAnew = new AtomicLong();

    private record Waiting(StampedRecord record, long since, CompletableFuture<RecordMetadata> written) {}

    /**
     * Starts the thread.
     *
     * @param clients makes a client: idempotent, acks=all, no transactions
     * @param nanoTime a monotonic clock
     */
    public KafkaWriter(Supplier<Producer<byte[], byte[]>> clients, PublishLimits limits, LongSupplier nanoTime) {
        this.clients = clients;
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.queue = new ArrayBlockingQueue<>(limits.maxQueuedRecords());
        this.thread = new Thread(this::run, "sluice-publish");
        thread.start();
    }

    /**
     * Writes a record that carries no activation.
     *
     * @return completes with its position once all in-sync replicas have it; fails with a {@link RefusedException}: {@code
     *     back-pressure}, {@code kafka-unavailable}, {@code body-too-large}
     */
    public CompletableFuture<RecordMetadata> write(ProducerRecord<byte[], byte[]> record) {
        return write(StampedRecord.unstamped(record));
    }

    /**
     * Writes a record behind which no older activation will stand.
     *
     * @return as {@link #write(ProducerRecord)}; fails too with what making the record again throws
     */
    public CompletableFuture<RecordMetadata> write(StampedRecord record) {
        Waiting waiting = new Waiting(record, nanoTime.getAsLong(), new CompletableFuture<>());
        if (closing) {
            waiting.written.completeExceptionally(closing());
        } else if (!queue.offer(waiting)) {
            waiting.written.completeExceptionally(RefusedException.of(
                    ProblemCode.BACK_PRESSURE, "Too many events wait for Kafka. Repeat the request later."));
        }
        return waiting.written;
    }

    private void run() {
        while (!closing || !queue.isEmpty()) {
            try {
                Waiting next = queue.poll();
                if (next == null) {
                    LockSupport.parkNanos(
                            GATHER.toNanos()); // who writes meanwhile wakes nobody: a wake-up costs more than a record
                    next = queue.poll(50, TimeUnit.MILLISECONDS);
                }
                if (next != null) {
                    send(next);
                }
            } catch (InterruptedException e) {
                closing = true; // close() interrupts when its limit is reached: what waits is refused below
                break;
            }
        }
        for (Waiting left = queue.poll(); left != null; left = queue.poll()) {
            left.written.completeExceptionally(closing());
        }
        closeClient(limits.deliveryTimeout());
    }

    private void send(Waiting next) {
        if (nanoTime.getAsLong() - next.since > limits.maxQueueWait().toNanos()) {
            next.written.completeExceptionally(unavailable());
            return;
        }
        ProducerRecord<byte[], byte[]> record;
        try {
            record = rising(next.record);
        } catch (RuntimeException | StackOverflowError e) { // of the event's making (a pattern), not of Kafka's
            next.written.completeExceptionally(e);
            return;
        }
        try {
            Producer<byte[], byte[]> producer = client();
            // The answer alone: while Kafka is awaited nothing holds the event that the record could be made of again.
            CompletableFuture<RecordMetadata> written = next.written;
            var ignored = producer.send(record, (metadata, fault) -> {
                if (fault == null) {
                    written.complete(metadata);
                } else {
                    written.completeExceptionally(refused(fault));
                }
            });
        } catch (RuntimeException e) {
            next.written.completeExceptionally(refused(e));
        }
    }

    /**
     * The record as it may be sent now. To make it again once is enough: what is in force does not fall either. Only where
     * the clock is set back it does, and then nothing is sent until it has come up again.
     */
    private ProducerRecord<byte[], byte[]> rising(StampedRecord made) {
        StampedRecord present = made;
        if (present.activation() != 0) {
            if (present.activation() < newestSent) {
                present = present.anew().get();
                if (present.activation() < newestSent) {
                    throw fallen();
                }
                madeAnew.incrementAndGet();
            }
            newestSent = present.activation();
        }
        return present.record();
    }

    /** How many records a newer activation overtook, so that they were made again under it. */
    public long madeAnew() {
        return madeAnew.get();
    }

    private Producer<byte[], byte[]> client() {
        if (clientFailed && nanoTime.getAsLong() - clientMadeAt > MIN_CLIENT_LIFE.toNanos()) {
            closeClient(Duration.ZERO); // what it still holds fails through its callbacks
        }
        Producer<byte[], byte[]> present = client;
        if (present == null) {
            clientFailed = false;
            clientMadeAt = nanoTime.getAsLong();
            present = clients.get();
            client = present;
        }
        return present;
    }

    private void closeClient(Duration limit) {
        Producer<byte[], byte[]> old = client;
        client = null;
        if (old != null) {
            try {
                old.close(limit);
            } catch (RuntimeException e) {
                LOG.atWarn().addKeyValue("fault", e.getClass().getName()).log("A Kafka client did not close cleanly");
            }
        }
    }

    private RefusedException refused(Exception fault) {
        if (fault instanceof RecordTooLargeException) {
            return RefusedException.of(
                    ProblemCode.BODY_TOO_LARGE, "The sealed event is larger than the topic takes; send a smaller one.");
        }
        if (!(fault instanceof RetriableException) && !(fault instanceof TimeoutException)) {
            clientFailed = true;
            LOG.atError().addKeyValue("fault", fault.getClass().getName()).log("Kafka refused a record for good");
        }
        return unavailable();
    }

    static RefusedException fallen() {
        return RefusedException.of(
                ProblemCode.POLICY_UNAVAILABLE,
                "The policy in force here is older than one that was in force before. Repeat the request later.");
    }

    static RefusedException unavailable() {
        return RefusedException.of(
                ProblemCode.KAFKA_UNAVAILABLE,
                "Kafka did not acknowledge the event, so it may or may not be stored. Repeat the request with the same"
                        + " id: a repeat is released once.");
    }

    private static RefusedException closing() {
        return RefusedException.of(
                ProblemCode.BACK_PRESSURE, "This gateway is shutting down. Repeat the request; another one answers.");
    }

    /** Writes what waits, within the delivery timeout, and closes the client. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(limits.deliveryTimeout().plus(limits.maxQueueWait()).toMillis());
            if (thread.isAlive()) {
                thread.interrupt();
                thread.join(limits.maxBlock().toMillis());
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
