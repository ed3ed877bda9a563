package io.sluice.gateway;

import io.sluice.gateway.answer.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** What becomes of events that are worked on together: one completion for all of them, with the last. Thread-safe. */
final class Outcomes {
    private final Outcome[] outcomes;
    /** Counted down behind each write of {@link #outcomes}, so that the last one sees them all. */
    private final AtomicInteger left;

    private final CompletableFuture<List<Outcome>> all = new CompletableFuture<>();

    Outcomes(int events) {
        this.outcomes = new Outcome[events];
        this.left = new AtomicInteger(events);
        if (events == 0) {
            all.complete(List.of());
        }
    }

    /** Says, once for each, what became of an event. @param outcome where it throws, all of them fail */
    void settle(int at, Supplier<Outcome> outcome) {
        try {
            outcomes[at] = outcome.get();
        } catch (RuntimeException | Error e) {
            all.completeExceptionally(e);
        }
        if (left.decrementAndGet() == 0) {
            all.complete(Arrays.asList(outcomes));
        }
    }

    /** Completes with the outcomes in the order of the events. */
    CompletableFuture<List<Outcome>> all() {
        return all;
    }
}
