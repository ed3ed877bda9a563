package io.sluice.gateway.admit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import org.junit.jupiter.api.Test;

class PointersTest {
    @Test
    void aPointerIsCompiledOnceAndManyDoNotStay() {
        assertThat(Pointers.of("/customer/id"))
                .isEqualTo(JsonPointer.compile("/customer/id"))
                .isSameAs(Pointers.of("/customer/id"));

        JsonPointer first = Pointers.of("/many/0");
        for (int i = 1; i <= Pointers.MAX_POINTERS; i++) {
            assertThat(Pointers.of("/many/" + i).toString()).isEqualTo("/many/" + i);
        }

        assertThat(Pointers.of("/many/0")).isEqualTo(first).isNotSameAs(first);
    }

    @Test
    void whatIsNoPointerIsRefused() {
        assertThatThrownBy(() -> Pointers.of("customer")).isInstanceOf(IllegalArgumentException.class);
    }
}
