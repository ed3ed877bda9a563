package io.sluice.audit.console;

import io.sluice.audit.api.ProblemCode;
import io.sluice.audit.api.RefusedException;
import io.sluice.audit.query.DecisionInputs;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Passes on what an impact counts, up to what a server may spend on one page. Not thread-safe. */
final class BoundedImpact implements DecisionInputs.Asked {
    /** Different decision inputs; some seconds of evaluation. */
    static final int MAX_INPUTS = 5_000;
    /** Longest count. The index gives its rows some at a time, and its own limit is for each time. */
    static final Duration LONGEST = Duration.ofSeconds(20);

    private static final String NARROW = " Narrow it, or count on a copy of the log: ./sluice policy impact";

    private final DecisionInputs.Asked to;
    private final LongSupplier nanoTime;
    private final long begin;
    private int inputs;

    /** @param nanoTime a monotonic clock */
    BoundedImpact(DecisionInputs.Asked to, LongSupplier nanoTime) {
        this.to = to;
        this.nanoTime = nanoTime;
        this.begin = nanoTime.getAsLong();
    }

    @Override
    public void input(String json) {
        requireTime();
        if (++inputs > MAX_INPUTS) {
            throw tooLarge("There are more than " + Frame.number(MAX_INPUTS) + " different questions in this window.");
        }
        to.input(json);
    }

    @Override
    public void records(long subject, long records) {
        requireTime();
        to.records(subject, records);
    }

    private void requireTime() {
        if (nanoTime.getAsLong() - begin > LONGEST.toNanos()) {
            throw tooLarge(
                    "To count the records of this window takes longer than " + LONGEST.toSeconds() + " seconds.");
        }
    }

    private static RefusedException tooLarge(String why) {
        return new RefusedException(ProblemCode.REPORT_TOO_LARGE, why + NARROW);
    }
}
