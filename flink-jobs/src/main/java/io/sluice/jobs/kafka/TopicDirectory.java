package io.sluice.jobs.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which topics exist and what they take, so that nothing is ever sent to where it cannot go: a producer that meets a
 * missing topic or a batch too large fails the task, and the same record would fail it again for ever.
 *
 * <p>Answers are kept: that a topic exists for {@link #KNOWN_LIFE}, that it is missing for {@link #MISSING_LIFE}. A topic
 * that is deleted meanwhile fails the task once; the restart asks anew. Bounded by the rulebook's recipients. Thread-safe.
 */
public final class TopicDirectory implements AutoCloseable {
    /** How long a topic is taken to exist before it is asked for again. */
    public static final Duration KNOWN_LIFE = Duration.ofSeconds(30);
    /** How long a topic is taken to be missing. */
    public static final Duration MISSING_LIFE = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(TopicDirectory.class);

    private record Answer(Optional<TopicFacts> facts, long untilNanos) {}

    private final TopicLookup lookup;
    private final LongSupplier nanoTime;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    /** Takes over the lookup and closes it with itself. */
    public TopicDirectory(TopicLookup lookup, LongSupplier nanoTime) {
        this.lookup = lookup;
        this.nanoTime = nanoTime;
    }

    /**
     * What is known of a topic; empty where it does not exist.
     *
     * @throws KafkaUnavailableException where nothing is known and Kafka does not answer
     */
    public Optional<TopicFacts> facts(String topic) {
        Answer known = answers.get(topic);
        return known != null && known.untilNanos - nanoTime.getAsLong() > 0 ? known.facts : ask(topic, known);
    }

    private synchronized Optional<TopicFacts> ask(String topic, @org.jspecify.annotations.Nullable Answer before) {
        Answer meanwhile = answers.get(topic);
        if (meanwhile != null && meanwhile.untilNanos - nanoTime.getAsLong() > 0) {
            return meanwhile.facts; // another subtask asked while this one waited
        }
        Optional<TopicFacts> facts;
        try {
            facts = Optional.ofNullable(lookup.find(Set.of(topic)).get(topic));
        } catch (KafkaUnavailableException e) {
            if (before == null) {
                throw e;
            }
            LOG.atWarn().addKeyValue("topic", topic).log("Kafka does not answer; the topic's last known state stays");
            facts = before.facts;
        }
        Duration life = facts.isPresent() ? KNOWN_LIFE : MISSING_LIFE;
        answers.put(topic, new Answer(facts, nanoTime.getAsLong() + life.toNanos()));
        return facts;
    }

    @Override
    public void close() {
        lookup.close();
    }
}
