package io.sluice.gateway.publish;

import io.sluice.core.event.IngressPosition;
import io.sluice.core.event.Topics;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import io.sluice.protection.seal.SealedEvent;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes sealed events to {@code events.ingress}; the partition follows from the key, so a subject keeps its order, and
 * their activations never fall. Thread-safe.
 */
public final class IngressPublisher {
    private final KafkaWriter writer;
    private final Topics topics;
    private final Supplier<Optional<String>> deviation;

    /** @param deviation why the topic must not be written to; empty where it is as planned */
    public IngressPublisher(KafkaWriter writer, Topics topics, Supplier<Optional<String>> deviation) {
        this.writer = writer;
        this.topics = topics;
        this.deviation = deviation;
    }

    /**
     * Publishes an event; completes with its position once it is durable. Fails as {@link KafkaWriter#write} does, and with
     * {@code kafka-unavailable} while the topic is not known to be as planned: an event in it could be lost or never decided.
     */
    public CompletableFuture<IngressPosition> publish(StampedEvent event) {
        if (deviation.get().isPresent()) {
            return CompletableFuture.failedFuture(
                    RefusedException.of(
                            ProblemCode.KAFKA_UNAVAILABLE,
                            "The gateway cannot store events now; its operator sees why. Repeat the request with the same id."));
        }
        return writer.write(record(event))
                .thenApply(written -> new IngressPosition(topics.generation(), written.partition(), written.offset()));
    }

    private StampedRecord record(StampedEvent stamped) {
        SealedEvent event = stamped.event();
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topics.ingress(), event.key(), event.value());
        event.headers().forEach(record.headers()::add);
        return new StampedRecord(
                record, stamped.activation(), () -> record(stamped.anew().get()));
    }
}
