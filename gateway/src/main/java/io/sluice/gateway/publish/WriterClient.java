package io.sluice.gateway.publish;

import io.sluice.gateway.problem.RefusedException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Kafka client of one thread. It knows where its topic lies before it sends: to learn that takes as long as a busy
 * cluster takes, but {@code send} waits for it no longer than {@code maxBlock}, and then the first event would be lost
 * although nothing is wrong. A client that fails for good is replaced. Owned by its thread, but for {@link #refused}
 * and {@link #finding}.
 */
final class WriterClient {
    private static final Logger LOG = LoggerFactory.getLogger(WriterClient.class);
    private static final Duration MIN_LIFE = Duration.ofSeconds(1);

    private final Supplier<Producer<byte[], byte[]>> clients;
    private final IngressTopic topic;
    private final LongSupplier nanoTime;

    private @Nullable Producer<byte[], byte[]> client;
    private long madeAt;
    private boolean knows;
    private volatile boolean everKnew;
    private volatile boolean failed;

    WriterClient(Supplier<Producer<byte[], byte[]>> clients, IngressTopic topic, LongSupplier nanoTime) {
        this.clients = clients;
        this.topic = topic;
        this.nanoTime = nanoTime;
    }

    /**
     * Whether to send now; asks the cluster where it has to, for {@code maxBlock} at most. While the topic must not be
     * written to it is not asked for, because a broker may create what it is asked for; other topics may be written then.
     */
    boolean isReady() {
        replaceFailed();
        return knows || topic.deviation().get().isPresent() || learn();
    }

    private boolean learn() {
        if (failed) {
            return false; // until it is replaced
        }
        try {
            var ignored = get().partitionsFor(topic.name()); // the client keeps it
            knows = true;
            everKnew = true;
        } catch (RuntimeException e) {
            failed(e);
        }
        return knows;
    }

    /** The client. @throws RuntimeException where none can be made */
    Producer<byte[], byte[]> get() {
        Producer<byte[], byte[]> present = client;
        if (present == null) {
            madeAt = nanoTime.getAsLong();
            present = clients.get();
            client = present;
        }
        return present;
    }

    private void replaceFailed() {
        if (failed && nanoTime.getAsLong() - madeAt > MIN_LIFE.toNanos()) {
            close(Duration.ZERO); // what it still holds fails through its callbacks
            failed = false;
        }
    }

    /** What the client came to; one that does not pass replaces it. Called by any thread. */
    private void failed(Exception fault) {
        if (!(fault instanceof RetriableException)) {
            if (!failed) {
                LOG.atError()
                        .addKeyValue("fault", fault.getClass().getName())
                        .log("Kafka, or its client, refused for good");
            }
            failed = true;
        }
    }

    /** What whoever wrote a record is told of the client's fault. Called by any thread. */
    RefusedException refused(Exception fault) {
        if (fault instanceof RecordTooLargeException) {
            return NotWritten.tooLarge();
        }
        failed(fault);
        return NotWritten.unavailable();
    }

    /** Why nothing was sent yet; empty once a client knew where the topic lies. */
    Optional<String> finding() {
        return everKnew ? Optional.empty() : Optional.of("where " + topic.name() + " lies is not known yet");
    }

    void close(Duration limit) {
        Producer<byte[], byte[]> old = client;
        client = null;
        knows = false;
        if (old != null) {
            try {
                old.close(limit);
            } catch (RuntimeException e) {
                LOG.atWarn().addKeyValue("fault", e.getClass().getName()).log("A Kafka client did not close cleanly");
            }
        }
    }
}
