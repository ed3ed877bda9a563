package io.sluice.jobs.released;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReleasedTopicsTest {
    @ParameterizedTest
    @ValueSource(strings = {"care", "care-2", "a"})
    void theTopicOfEveryRecipientMatches(String recipient) {
        String topic = "dev.released." + recipient;

        assertThat(ReleasedTopics.pattern("dev", List.of()).matcher(topic).matches())
                .isTrue();
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
        assertThat(ReleasedTopics.pattern("dev", List.of()).matcher(topic).matches())
                .isFalse();
        assertThatThrownBy(() -> ReleasedTopics.recipient("dev", topic)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ofSomeRecipientsNoOthersTopicMatches() {
        var some = ReleasedTopics.pattern("dev", List.of("care", "billing"));

        assertThat(List.of("dev.released.care", "dev.released.billing", "dev.released.care-2", "dev.released.research")
                        .stream()
                        .filter(topic -> some.matcher(topic).matches()))
                .containsExactly("dev.released.care", "dev.released.billing");
        assertThatThrownBy(() -> ReleasedTopics.pattern("dev", List.of("care|.*")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
