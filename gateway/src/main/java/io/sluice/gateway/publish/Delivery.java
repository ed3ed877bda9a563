package io.sluice.gateway.publish;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * A record on its way: its place in the writer's queue, Kafka's callback, and what whoever wrote it waits for, all in one
 * object, since there is one for each event.
 */
final class Delivery<T> extends CompletableFuture<T> implements Callback {
    /** When it was handed over, by the writer's clock. */
    final long sinceNanos;

    private final Function<RecordMetadata, T> told;
    private final WriterClient client;
    /** Null once it was taken: while Kafka is awaited nothing holds the event that the record could be made of again. */
    private @Nullable StampedRecord record;

    /** @param told what is said of a record's position */
    Delivery(StampedRecord record, long sinceNanos, Function<RecordMetadata, T> told, WriterClient client) {
        this.record = record;
        this.sinceNanos = sinceNanos;
        this.told = told;
        this.client = client;
    }

    /** Takes what is to be sent, once. Called by the writer's thread. */
    StampedRecord take() {
        StampedRecord taken = record;
        if (taken == null) {
            throw new IllegalStateException("A record is sent once");
        }
        record = null;
        return taken;
    }

    @Override
    public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception fault) {
        if (fault != null) {
            completeExceptionally(client.refused(fault));
        } else if (metadata == null) {
            completeExceptionally(NotWritten.unavailable());
        } else {
            try {
                complete(told.apply(metadata));
            } catch (RuntimeException
                    | Error e) { // Kafka's client would swallow it, and whoever waits would wait for ever
                completeExceptionally(e);
            }
        }
    }
}
