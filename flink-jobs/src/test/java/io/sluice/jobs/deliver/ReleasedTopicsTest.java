package io.sluice.jobs.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReleasedTopicsTest {
    @ParameterizedTest
    @ValueSource(strings = {"care", "care-2", "a"})
    void theTopicOfEveryRecipientMatches(String recipient) {
        String topic = "dev.released." + recipient;

        assertThat(ReleasedTopics.pattern("dev").matcher(topic).matches()).isTrue();
        assertThat(ReleasedTopics.recipient("dev", topic)).isEqualTo(recipient);
    }

    /** A name becomes a folder, so what is no id must not come through, nor another tenant's topic. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev.released.",
                "dev.released...",
                "dev.released.Care",
                "dev.released.care.old",
                "dev.released.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "other.released.care",
                "devxreleased.care",
                "dev.events.ingress"
            })
    void nothingElseDoes(String topic) {
        assertThat(ReleasedTopics.pattern("dev").matcher(topic).matches()).isFalse();
        assertThatThrownBy(() -> ReleasedTopics.recipient("dev", topic)).isInstanceOf(IllegalArgumentException.class);
    }
}
