package io.sluice.gateway.publish;

import io.sluice.core.event.IngressPosition;
import io.sluice.core.event.Topics;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import io.sluice.gateway.spool.Spool;
import io.sluice.protection.seal.SealedEvent;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes sealed events to {@code events.ingress}; the partition follows from the key, so a subject keeps its order, and
 * their activations never fall. Where there is a spool, an event that Kafka did not acknowledge opens it: those that come after
 * go there, until all of it is in Kafka. Thread-safe.
 */
public final class IngressPublisher {
    private final KafkaWriter writer;
    private final Topics topics;
    private final Supplier<Optional<String>> deviation;
    private final @Nullable Spool spool;
    /** The newest activation of an event that was spooled. Guarded by this. */
    private long newestSpooled;

    /** Without a spool. @param deviation why the topic must not be written to; empty where it is as planned */
    public IngressPublisher(KafkaWriter writer, Topics topics, Supplier<Optional<String>> deviation) {
        this(writer, topics, deviation, null);
    }

    /** @param spool where events go while Kafka is away; stays the caller's */
    public IngressPublisher(
            KafkaWriter writer, Topics topics, Supplier<Optional<String>> deviation, @Nullable Spool spool) {
        this.writer = writer;
        this.topics = topics;
        this.deviation = deviation;
        this.spool = spool;
    }

    /**
     * Publishes an event; completes with its position once it is durable in Kafka, or with none once it is durable in the spool. Fails
     * as {@link KafkaWriter#write} and {@link Spool#add} do, and with {@code kafka-unavailable} while the topic is not known to be as
     * planned: an event in it could be lost or never decided.
     */
    public CompletableFuture<Optional<IngressPosition>> publish(StampedEvent event) {
        if (deviation.get().isPresent()) {
            return CompletableFuture.failedFuture(
                    RefusedException.of(
                            ProblemCode.KAFKA_UNAVAILABLE,
                            "The gateway cannot store events now; its operator sees why. Repeat the request with the same id."));
        }
        Spool present = spool;
        if (present == null) {
            return send(event);
        }
        if (present.tryPass()) {
            return send(event).whenComplete((position, fault) -> present.passed(isLost(fault)));
        }
        return spooled(present, event).thenApply(durable -> Optional.empty());
    }

    private CompletableFuture<Optional<IngressPosition>> send(StampedEvent event) {
        return writer.write(record(event))
                .thenApply(written ->
                        Optional.of(new IngressPosition(topics.generation(), written.partition(), written.offset())));
    }

    /** Behind no event of a newer activation: one that was overtaken on the way here is made anew, as it would be before Kafka. */
    private synchronized CompletableFuture<Void> spooled(Spool to, StampedEvent made) {
        StampedEvent event = made.activation() < newestSpooled ? made.anew().get() : made;
        newestSpooled = Math.max(newestSpooled, event.activation());
        return to.add(event.event());
    }

    private static boolean isLost(@Nullable Throwable fault) {
        Throwable cause = fault != null && fault.getCause() != null ? fault.getCause() : fault;
        return cause instanceof RefusedException refused && refused.code() == ProblemCode.KAFKA_UNAVAILABLE;
    }

    private StampedRecord record(StampedEvent stamped) {
        return new StampedRecord(
                record(topics, stamped.event()),
                stamped.activation(),
                () -> record(stamped.anew().get()));
    }

    /** An event as a record of {@code events.ingress}. */
    public static ProducerRecord<byte[], byte[]> record(Topics topics, SealedEvent event) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topics.ingress(), event.key(), event.value());
        event.headers().forEach(record.headers()::add);
        return record;
    }
}
