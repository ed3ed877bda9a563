package io.sluice.gateway.publish;

import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.time.Duration;
import java.util.Optional;
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
import org.jspecify.annotations.Nullable;

/**
 * Writes records to Kafka and completes only when they are durable. The client's {@code send} may block, so one thread of
 * its own calls it; nobody else touches the client. A client that fails for good is replaced, so that the gateway recovers
 * by itself. What comes before the client knows where the ingress lies waits for that, within {@code maxQueueWait}.
 * Thread-safe.
 *
 * <p>Stamps never fall: a record that carries an older activation than one that was sent before it is made again under the
 * one in force, in its place in the queue, and is refused where that one does not take it. So in every partition each
 * record of this process carries an activation at least as new as those before it (promise P9), and no order changes.
 *
 * <p>A future that fails with {@code kafka-unavailable} says nothing about the record: it may still have been written. The
 * producer repeats it under the same id, and the job releases it once.
 */
public final class KafkaWriter implements AutoCloseable {
    /** How long the thread lets records gather once it has sent several; well below what the client waits for more. */
    private static final Duration GATHER = Duration.ofNanos(250_000);

    private static final long IDLE_MILLIS = 50;

    private final WriterClient client;
    private final PublishLimits limits;
    private final LongSupplier nanoTime;
    private final BlockingQueue<Waiting> queue;
    private final Thread thread;
    private volatile boolean closing;

    /** How many records were sent one right behind the other. Owned by the thread, as {@link #newestSent}. */
    private int inARow;
    /** The newest activation that was sent, whatever became of the record. */
    private long newestSent;

    private final AtomicLong madeAnew = new AtomicLong();

    private record Waiting(StampedRecord record, long since, CompletableFuture<RecordMetadata> written) {}

    /**
     * Starts the thread.
     *
     * @param clients makes a client: idempotent, acks=all, no transactions
     * @param topic of which the client knows before it sends
     * @param nanoTime a monotonic clock
     */
    public KafkaWriter(
            Supplier<Producer<byte[], byte[]>> clients,
            IngressTopic topic,
            PublishLimits limits,
            LongSupplier nanoTime) {
        this.client = new WriterClient(clients, topic, nanoTime);
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
                if (Thread.interrupted()) { // a queue that is never empty waits for nothing that would see it
                    throw new InterruptedException();
                }
                if (!client.isReady()) {
                    refuseOverdue();
                    TimeUnit.MILLISECONDS.sleep(IDLE_MILLIS);
                    continue;
                }
                Waiting next = next();
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
        client.close(limits.deliveryTimeout());
    }

    /** Lets more gather behind several: to wake up for each costs more than a record. One alone is not kept waiting. */
    private @Nullable Waiting next() throws InterruptedException {
        Waiting next = queue.poll();
        if (next == null) {
            if (inARow > 1) {
                LockSupport.parkNanos(GATHER.toNanos());
            }
            inARow = 0;
            next = queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
        }
        inARow++;
        return next;
    }

    private void refuseOverdue() {
        for (Waiting first = queue.peek(); first != null && isOverdue(first); first = queue.peek()) {
            queue.remove().written.completeExceptionally(unavailable()); // only this thread takes: it is the first
        }
    }

    private boolean isOverdue(Waiting waiting) {
        return nanoTime.getAsLong() - waiting.since > limits.maxQueueWait().toNanos();
    }

    private void send(Waiting next) {
        if (isOverdue(next)) {
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
            Producer<byte[], byte[]> producer = client.get();
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

    /** Why nothing was sent yet; empty once it is known where the ingress lies. */
    public Optional<String> finding() {
        return client.finding();
    }

    private RefusedException refused(Exception fault) {
        if (fault instanceof RecordTooLargeException) {
            return RefusedException.of(
                    ProblemCode.BODY_TOO_LARGE, "The sealed event is larger than the topic takes; send a smaller one.");
        }
        client.failed(fault);
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
