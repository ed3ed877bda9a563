package io.sluice.gateway.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SharedMemoryTest {
    private final SharedMemory<String> memory = new SharedMemory<>(4);

    @Test
    void whoHasFewKeepsThem() {
        memory.put("quiet", "q1", "a");
        for (int i = 0; i < 100; i++) {
            memory.put("loud", "l" + i, "b");
        }

        assertThat(memory.get("q1")).isEqualTo("a");
        assertThat(memory.get("l96")).isNull();
        assertThat(memory.get("l97")).isEqualTo("b");
        assertThat(memory.size()).isEqualTo(4);
    }

    @Test
    void aNewValueKeepsTheAgeOfItsKey() {
        memory.put("one", "k1", "a");
        memory.put("one", "k2", "b");
        assertThat(memory.put("one", "k1", "c")).isFalse();
        memory.put("one", "k3", "d");
        memory.put("one", "k4", "e");

        assertThat(memory.get("k1")).isEqualTo("c");
        assertThat(memory.put("one", "k5", "f")).as("one is forgotten").isTrue();
        assertThat(memory.get("k1")).isNull();
        assertThat(memory.get("k2")).isEqualTo("b");
    }

    @Test
    void ownersThatAreForgottenLeaveNothing() {
        for (int i = 0; i < 20; i++) {
            memory.put("owner " + i, "k" + i, "x");
        }

        assertThat(memory.size()).isEqualTo(4);
        assertThat(memory.owners()).isEqualTo(4);
    }

    @Test
    void remembersOneAtLeast() {
        assertThatThrownBy(() -> new SharedMemory<>(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
