package io.sluice.gateway.spool;

import io.sluice.protection.seal.SealedEvent;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Sends the spool's events in their order over a Kafka client of its own, many under way at once. The first that fails ends the
 * client from within the client's own thread, before that sends anything that stands behind: so no event comes to stand before an
 * earlier one of its partition that is not there. Until {@link #renew} every further one fails. One thread at a time.
 */
public final class DrainClient implements AutoCloseable {
    private final Supplier<Producer<byte[], byte[]>> clients;
    private final Function<SealedEvent, ProducerRecord<byte[], byte[]>> records;
    private final Supplier<Optional<String>> deviation;
    private @Nullable Ending client;

    /**
     * Makes no client yet.
     *
     * @param clients makes one: idempotent, acks=all, one request under way
     * @param records an event as it is written
     * @param deviation why the topic must not be written to; empty where it is as planned
     */
    public DrainClient(
            Supplier<Producer<byte[], byte[]>> clients,
            Function<SealedEvent, ProducerRecord<byte[], byte[]>> records,
            Supplier<Optional<String>> deviation) {
        this.clients = clients;
        this.records = records;
        this.deviation = deviation;
    }

    /** Sends an event behind all others. @return completes once all in-sync replicas have it; fails with what Kafka says */
    CompletableFuture<Void> send(SealedEvent event) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        Ending present = client;
        try {
            deviation.get().ifPresent(why -> {
                throw new IllegalStateException(why);
            });
            if (present == null) {
                present = new Ending(clients.get(), new AtomicBoolean());
                client = present;
            }
            Ending sender = present;
            var ignored = sender.producer.send(records.apply(event), (metadata, fault) -> {
                if (fault == null) {
                    sent.complete(null);
                } else {
                    sender.end();
                    sent.completeExceptionally(fault);
                }
            });
        } catch (RuntimeException e) {
            if (present != null) {
                present.end();
            }
            sent.completeExceptionally(e);
        }
        return sent;
    }

    /** After a failure, and once nothing is under way: what is sent now goes over another client. */
    void renew() {
        close();
    }

    /** Ends the client; what is under way fails, and may be stored all the same. */
    @Override
    public void close() {
        Ending present = client;
        client = null;
        if (present != null) {
            present.end();
        }
    }

    /** A client that is ended once. */
    private record Ending(Producer<byte[], byte[]> producer, AtomicBoolean ended) {
        void end() {
            if (ended.compareAndSet(false, true)) {
                producer.close(Duration.ZERO);
            }
        }
    }
}
