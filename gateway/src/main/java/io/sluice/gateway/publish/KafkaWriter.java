package io.sluice.gateway.publish;

import io.sluice.gateway.problem.RefusedException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

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
    private static final Duration IDLE = Duration.ofMillis(50);

    private final WriterClient client;
    private final PublishLimits limits;
    private final LongSupplier nanoTime;
    private final WriterQueue queue;
    private final Rising rising = new Rising();
    private final Thread thread;
    private volatile boolean closing;
    /** Whether the thread takes nothing more. */
    private volatile boolean ended;

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
        this.queue = new WriterQueue(limits.maxQueuedRecords());
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
        return write(StampedRecord.unstamped(record), written -> written);
    }

    /**
     * Writes a record behind which no older activation will stand.
     *
     * @param told what is said of its position; called by Kafka's own thread
     * @return as {@link #write(ProducerRecord)}; fails too with what making the record again throws
     */
    public <T> CompletableFuture<T> write(StampedRecord record, Function<RecordMetadata, T> told) {
        if (closing) {
            return CompletableFuture.failedFuture(NotWritten.closing());
        }
        Delivery<T> delivery = new Delivery<>(record, nanoTime.getAsLong(), told, client);
        if (!queue.offer(delivery)) {
            delivery.completeExceptionally(NotWritten.queueFull());
        } else if (ended) { // asked behind the offer: the thread may have looked for the last time before it
            refuseLeft();
        }
        return delivery;
    }

    private void run() {
        try {
            sendAll();
        } finally { // also where an error ends the thread
            closing = true;
            ended = true;
            refuseLeft();
            client.close(limits.deliveryTimeout());
        }
    }

    private void sendAll() {
        while (!closing || !queue.isEmpty()) {
            if (Thread.interrupted()) {
                closing = true; // close() interrupts when its limit is reached: what waits is refused below
                break;
            }
            if (client.isReady()) {
                Delivery<?> next = queue.next(IDLE);
                if (next != null) {
                    send(next);
                }
            } else {
                refuseOverdue();
                LockSupport.parkNanos(IDLE.toNanos());
            }
        }
    }

    private void refuseLeft() {
        for (Delivery<?> left = queue.poll(); left != null; left = queue.poll()) {
            left.completeExceptionally(NotWritten.closing());
        }
    }

    private void refuseOverdue() {
        for (Delivery<?> first = queue.peek(); first != null && isOverdue(first); first = queue.peek()) {
            var ignored = queue.poll(); // only this thread takes: it is the first
            first.completeExceptionally(NotWritten.unavailable());
        }
    }

    private boolean isOverdue(Delivery<?> delivery) {
        return nanoTime.getAsLong() - delivery.sinceNanos
                > limits.maxQueueWait().toNanos();
    }

    private void send(Delivery<?> next) {
        if (isOverdue(next)) {
            next.completeExceptionally(NotWritten.unavailable());
            return;
        }
        ProducerRecord<byte[], byte[]> record;
        try {
            record = rising.record(next.take());
        } catch (RuntimeException | StackOverflowError e) { // of the event's making (a pattern), not of Kafka's
            next.completeExceptionally(e);
            return;
        }
        try {
            var ignored = client.get().send(record, next);
        } catch (RuntimeException e) {
            next.completeExceptionally(client.refused(e));
        } catch (Error e) {
            next.completeExceptionally(NotWritten.unavailable());
            throw e;
        }
    }

    /** How many records a newer activation overtook, so that they were made again under it. */
    public long madeAnew() {
        return rising.madeAnew();
    }

    /** Why nothing was sent yet; empty once it is known where the ingress lies. */
    public Optional<String> finding() {
        return ending().or(client::finding);
    }

    /** Why nothing will be sent any more, nor taken by another way; empty while the thread runs. */
    public Optional<String> ending() {
        return ended ? Optional.of("nothing is sent to Kafka any more; restart the gateway") : Optional.empty();
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
