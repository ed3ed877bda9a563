package io.sluice.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FindingTest {
    @Test
    void readsAsASentence() {
        Finding finding = new Finding(Finding.Kind.SETTING, "dev.events.ingress", "cleanup.policy=delete", "compact");

        assertThat(finding).hasToString("dev.events.ingress: setting must be cleanup.policy=delete, is compact");
    }
}
