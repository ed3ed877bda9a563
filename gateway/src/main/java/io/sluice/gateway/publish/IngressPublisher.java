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
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Writes sealed events to {@code events.ingress}; the partition follows from the key, so a subject keeps its order, and
 * their activations never fall. Where there is a spool, an event that Kafka did not acknowledge opens it: those that come after
 * go there, until all of it is in Kafka. Thread-safe.
 */
public final class IngressPublisher {
    private static final ThreadLocal<KafkaHeaders> HEADERS = ThreadLocal.withInitial(KafkaHeaders::new);

    private final KafkaWriter writer;
    private final Topics topics;
    /** Its name, made once. */
    private final String ingress;

    private final Supplier<Optional<String>> deviation;
    private final @Nullable Spool spool;
    /** The newest activation of an event that went to the spool or, where there is one, past it. Guarded by this. */
    private long newest;

    /** Without a spool. @param deviation why the topic must not be written to; empty where it is as planned */
    public IngressPublisher(KafkaWriter writer, Topics topics, Supplier<Optional<String>> deviation) {
        this(writer, topics, deviation, null);
    }

    /** @param spool where events go while Kafka is away; stays the caller's */
    public IngressPublisher(
            KafkaWriter writer, Topics topics, Supplier<Optional<String>> deviation, @Nullable Spool spool) {
        this.writer = writer;
        this.topics = topics;
        this.ingress = topics.ingress();
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
            return CompletableFuture.failedFuture(NotWritten.unplanned());
        }
        Spool present = spool;
        return present == null ? send(record(event)) : publish(present, event);
    }

    private CompletableFuture<Optional<IngressPosition>> publish(Spool present, StampedEvent made) {
        StampedEvent event;
        synchronized (this) { // no event goes either way before one of a newer activation went the other
            event = rising(made);
            if (!present.tryPass()) {
                return present.add(event.event()).thenApply(durable -> Optional.empty());
            }
        }
        CompletableFuture<Optional<IngressPosition>> sent;
        try {
            sent = send(passing(present, event));
        } catch (RuntimeException | Error e) {
            present.passed(false); // nothing was sent
            throw e;
        }
        return sent.whenComplete((position, fault) -> present.passed(isLost(fault)));
    }

    private CompletableFuture<Optional<IngressPosition>> send(StampedRecord record) {
        return writer.write(record, this::position);
    }

    private Optional<IngressPosition> position(RecordMetadata written) {
        if (!written.hasOffset()) {
            throw NotWritten.placeUnknown(); // Kafka's client takes a broker's DUPLICATE_SEQUENCE_NUMBER for a success
        }
        return Optional.of(new IngressPosition(topics.generation(), written.partition(), written.offset()));
    }

    /** Behind no event of a newer activation: one that was overtaken on the way here is made anew, as it would be before Kafka. */
    private StampedEvent rising(StampedEvent made) {
        StampedEvent event = made.activation() < newest ? made.anew().get() : made;
        if (event.activation() < newest) {
            throw NotWritten.fallen();
        }
        newest = event.activation();
        return event;
    }

    /**
     * On its way past the spool. Once that is open it is not made anew any more: it would stand, under a newer activation, before events
     * that were spooled under an older one.
     */
    private StampedRecord passing(Spool present, StampedEvent event) {
        return new StampedRecord(record(ingress, event.event()), event.activation(), () -> {
            synchronized (this) {
                if (present.isOpen()) {
                    throw NotWritten.unavailable();
                }
                return record(rising(event.anew().get()));
            }
        });
    }

    private static boolean isLost(@Nullable Throwable fault) {
        Throwable cause = fault != null && fault.getCause() != null ? fault.getCause() : fault;
        return cause instanceof RefusedException refused && refused.code() == ProblemCode.KAFKA_UNAVAILABLE;
    }

    private StampedRecord record(StampedEvent stamped) {
        return new StampedRecord(
                record(ingress, stamped.event()),
                stamped.activation(),
                () -> record(stamped.anew().get()));
    }

    /** An event as a record of {@code events.ingress}. */
    public static ProducerRecord<byte[], byte[]> record(Topics topics, SealedEvent event) {
        return record(topics.ingress(), event);
    }

    private static ProducerRecord<byte[], byte[]> record(String ingress, SealedEvent event) {
        return new ProducerRecord<>(
                ingress, null, event.key(), event.value(), HEADERS.get().of(event.headers()));
    }
}
