package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.answer.Accepted;
import io.sluice.gateway.answer.Outcome;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutcomesTest {
    @Test
    void itIsCompleteWithTheLastInTheOrderOfTheEvents() {
        Outcomes outcomes = new Outcomes(2);

        outcomes.settle(1, () -> outcome(8));
        assertThat(outcomes.all()).isNotDone();
        outcomes.settle(0, () -> outcome(7));

        assertThat(outcomes.all()).isCompletedWithValue(List.of(outcome(7), outcome(8)));
    }

    @Test
    void noEventsAreCompleteAtOnce() {
        assertThat(new Outcomes(0).all()).isCompletedWithValue(List.of());
    }

    /** Else the batch would wait for it until its deadline. */
    @Test
    void anOutcomeThatCannotBeToldFailsThemAll() {
        Outcomes outcomes = new Outcomes(2);

        outcomes.settle(0, () -> {
            throw new IllegalStateException("a fault");
        });

        assertThat(outcomes.all()).isCompletedExceptionally();
    }

    private static Outcome outcome(int number) {
        return Outcome.of(number, new Accepted("id", false, Optional.empty(), false));
    }
}
