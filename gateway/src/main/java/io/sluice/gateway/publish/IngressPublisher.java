package io.sluice.gateway.publish;

import io.sluice.core.event.IngressPosition;
import io.sluice.core.event.Topics;
import io.sluice.protection.seal.SealedEvent;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes sealed events to {@code events.ingress}; the partition follows from the key, so a subject keeps its order. Thread-safe. */
public final class IngressPublisher {
    private final KafkaWriter writer;
    private final Topics topics;

    public IngressPublisher(KafkaWriter writer, Topics topics) {
        this.writer = writer;
        this.topics = topics;
    }

    /** Publishes an event; completes with its position once it is durable, fails as {@link KafkaWriter#write} does. */
    public CompletableFuture<IngressPosition> publish(SealedEvent event) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topics.ingress(), event.key(), event.value());
        event.headers().forEach(record.headers()::add);
        return writer.write(record)
                .thenApply(written -> new IngressPosition(topics.generation(), written.partition(), written.offset()));
    }
}
