package io.sluice.audit.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.audit.api.ProblemCode;
import io.sluice.audit.api.RefusedException;
import io.sluice.audit.query.DecisionInputs;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** One input may have a row for each of millions of subjects: the questions are bounded, and so is the time. */
class BoundedImpactTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong counted = new AtomicLong();

    private final BoundedImpact impact = new BoundedImpact(
            new DecisionInputs.Asked() {
                @Override
                public void input(String json) {
                    counted.incrementAndGet();
                }

                @Override
                public void records(long subject, long records) {
                    counted.addAndGet(records);
                }
            },
            nanos::get);

    @Test
    void endsWhereThereAreTooManyQuestions() {
        for (int i = 0; i < BoundedImpact.MAX_INPUTS; i++) {
            impact.input("{}");
        }
        refused(() -> impact.input("{}"));
        assertThat(counted).hasValue(BoundedImpact.MAX_INPUTS);
    }

    @Test
    void endsWhereItTakesTooLong() {
        impact.input("{}");
        impact.records(1, 10);
        nanos.set(BoundedImpact.LONGEST.toNanos() + 1);
        refused(() -> impact.records(2, 10));
        assertThat(counted).hasValue(11);
    }

    private static void refused(Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(RefusedException.class).satisfies(fault -> {
            assertThat(((RefusedException) fault).code()).isEqualTo(ProblemCode.REPORT_TOO_LARGE);
            assertThat(((RefusedException) fault).detail()).contains("./sluice policy impact");
        });
    }
}
