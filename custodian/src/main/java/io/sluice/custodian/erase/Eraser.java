package io.sluice.custodian.erase;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.core.event.SubjectRef;
import io.sluice.core.event.Topics;
import io.sluice.custodian.ControlTopic;
import io.sluice.custodian.Custodian;
import io.sluice.custodian.Destroyed;
import io.sluice.custodian.ErasureOrder;
import io.sluice.custodian.Punctured;
import io.sluice.protection.keys.CustodianKey;
import io.sluice.protection.seal.SealKeys;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries erasures out on a thread of its own, as long as it is open. Where Kafka, KMS or a record fails it, it begins anew from
 * the ledger after {@link #RETRY_AFTER}: nothing is lost, nothing is certified that was not done. Thread-safe.
 */
public final class Eraser implements AutoCloseable {
    /** Pause after a failure. */
    public static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(Eraser.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(20);

    private final Config config;
    private final Custodian custodian;
    private final CustodianKey key;
    private final SealKeys seal;
    private final ControlTopic control;
    private final Clock clock;
    private final Thread thread;
    private volatile boolean closed;
    private volatile Optional<String> failure = Optional.empty();

    /**
     * How it works.
     *
     * @param client the custodian's Kafka client settings
     * @param topics the deployment's topics
     * @param retention how long sealed records may be needed: of ingress and quarantine together
     * @param limit longest wait for Kafka
     */
    public record Config(Map<String, Object> client, Topics topics, Duration retention, Duration limit) {}

    private Eraser(
            Config config, Custodian custodian, CustodianKey key, SealKeys seal, ControlTopic control, Clock clock) {
        this.config = config;
        this.custodian = custodian;
        this.key = key;
        this.seal = seal;
        this.control = control;
        this.clock = clock;
        this.thread = new Thread(this::run, "eraser");
    }

    /**
     * Starts one.
     *
     * @param custodian punctures and destroys; stays the caller's, as does {@code control}
     * @param seal the keys of the days of ingress, which it destroys when they are due
     */
    public static Eraser start(
            Config config, Custodian custodian, CustodianKey key, SealKeys seal, ControlTopic control, Clock clock) {
        Eraser eraser = new Eraser(config, custodian, key, seal, control, clock);
        eraser.thread.start();
        return eraser;
    }

    /** Why it does not get on; empty where it does. */
    public Optional<String> failure() {
        return failure;
    }

    private void run() {
        while (!closed) {
            try (Ledger ledger = new KafkaLedger(config.client(), config.topics(), control, config.limit());
                    Holds holds = new Holds(follower(config.topics().holds(), partition -> 0), clock)) {
                erase(new Erasures(
                        config.topics().tenant(),
                        ledger,
                        new OfCustodian(custodian),
                        key,
                        new PeriodKeys(seal, config.retention()),
                        holds::now,
                        clock));
            } catch (RuntimeException e) {
                failure = Optional.of(String.valueOf(e.getMessage()));
                if (!closed) {
                    LOG.error("erasures do not get on, beginning anew from the ledger: {}", e.getMessage(), e);
                }
                pause();
            }
        }
    }

    private void erase(Erasures erasures) {
        try (TopicFollower choices = follower(config.topics().choices(), erasures::position)) {
            while (!closed) {
                erasures.take(read(choices));
                boolean more = true;
                while (more && !closed) {
                    more = erasures.step();
                }
                failure = Optional.empty();
            }
        }
    }

    private TopicFollower follower(String topic, java.util.function.ToLongFunction<Integer> from) {
        return new TopicFollower(config.client(), topic, config.limit(), from);
    }

    private static List<Erasures.ChoicesRecord> read(TopicFollower choices) {
        List<Erasures.ChoicesRecord> read = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : choices.poll()) {
            if (record.key() != null && record.value() != null) {
                read.add(new Erasures.ChoicesRecord(
                        record.partition(), record.offset(), new String(record.key(), UTF_8), record.value()));
            }
        }
        return read;
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY_AFTER.toMillis());
        } catch (InterruptedException e) {
            closed = true; // only close() interrupts
        }
    }

    /** Ends after the step that is under way; waits up to 20 seconds for it. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join(CLOSE_WITHIN.toMillis());
            thread.interrupt();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The trees that a custodian keeps. */
    private record OfCustodian(Custodian custodian) implements Trees {
        @Override
        public ErasureOrder order(SubjectRef subject) {
            return custodian.order(subject);
        }

        @Override
        public List<Punctured> puncture(Collection<ErasureOrder> orders) {
            return custodian.puncture(orders);
        }

        @Override
        public Destroyed destroy(Punctured punctured) {
            return custodian.destroy(punctured);
        }
    }
}
