package io.sluice.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicSpecTest {
    private static final TopicSpec SPEC =
            new TopicSpec("acme.events.ingress", 12, (short) 3, Map.of("cleanup.policy", "delete"));

    @Test
    void findsNothingWhereAllIsAsPlannedAndOtherSettingsAreTheClustersChoice() {
        assertThat(SPEC.compare(12, 3, Map.of("cleanup.policy", "delete", "segment.bytes", "1")))
                .isEmpty();
        assertThat(SPEC.compare(12, 5, Map.of("cleanup.policy", "delete"))).isEmpty();
    }

    @Test
    void namesEveryDeviation() {
        assertThat(SPEC.compare(13, 2, Map.of()).stream().map(Finding::toString))
                .containsExactly(
                        "acme.events.ingress: partitions must be 12, is 13",
                        "acme.events.ingress: replication factor must be at least 3, is 2",
                        "acme.events.ingress: setting must be cleanup.policy=delete, is unknown to the broker");
    }
}
