package io.sluice.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked // what is null here fails the test
class TopicDirectoryTest {
    private static final TopicFacts FACTS = new TopicFacts(2, 1_000, true);

    private final Map<String, TopicFacts> topics = new TreeMap<>(Map.of("a", FACTS));
    private int asked;
    private boolean down;
    private long now = Long.MAX_VALUE - 5; // System.nanoTime may overflow

    private final TopicDirectory directory = new TopicDirectory(
            new TopicLookup() {
                @Override
                public Map<String, TopicFacts> find(Set<String> names) {
                    asked++;
                    if (down) {
                        throw new KafkaUnavailableException("down", null);
                    }
                    Map<String, TopicFacts> found = new TreeMap<>(topics);
                    found.keySet().retainAll(names);
                    return found;
                }

                @Override
                public void close() {}
            },
            () -> now);

    @Test
    void asksOnceWhileAnAnswerHolds() {
        assertThat(directory.facts("a")).contains(FACTS);
        assertThat(directory.facts("a")).contains(FACTS);
        assertThat(directory.facts("b")).isEmpty();
        assertThat(directory.facts("b")).isEmpty();
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void learnsOfATopicThatIsMadeOrDeleted() {
        directory.facts("a");
        directory.facts("b");
        topics.remove("a");
        topics.put("b", FACTS);

        now += TopicDirectory.KNOWN_LIFE.toNanos() + 1;

        assertThat(directory.facts("a")).isEqualTo(Optional.empty());
        assertThat(directory.facts("b")).contains(FACTS);
    }

    @Test
    void keepsTheLastAnswerWhileKafkaIsDownAndFailsWithoutOne() {
        directory.facts("a");
        down = true;
        now += TopicDirectory.KNOWN_LIFE.toNanos() + 1;

        assertThat(directory.facts("a")).contains(FACTS);
        assertThatThrownBy(() -> directory.facts("b")).isInstanceOf(KafkaUnavailableException.class);
    }
}
