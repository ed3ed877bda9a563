package io.sluice.policies.shadow;

import io.sluice.core.decision.Candidate;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.verify.VerifiedBundle;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The shadow of one task: that of the newest activation with one whose records the task has decided. It stays when the shadow
 * has ended, so that its last counts can be read. The task opens, another thread works.
 */
public final class TaskShadow {
    /** How long a shadow may keep the thread that tells everybody's status; what is left waits for the next time. */
    private static final Duration BUDGET = Duration.ofMillis(200);

    private final LongFunction<Optional<VerifiedBundle>> shadows;
    private final Clock clock;
    private final Map<String, ShadowComparison> comparisons = new LinkedHashMap<>(); // of the other thread
    /** Of one activation: one for each revision that decides under it. */
    private volatile List<ShadowTally> tallies = List.of();

    /** @param shadows the bundle of an activation's shadow */
    public TaskShadow(LongFunction<Optional<VerifiedBundle>> shadows, Clock clock) {
        this.shadows = shadows;
        this.clock = clock;
    }

    /** Where records are counted that a policy decides; null where its activation has no shadow, or not the newest. */
    public @Nullable ShadowTally of(ActivePolicy policy) {
        Candidate shadow = policy.activation().shadow().orElse(null);
        if (shadow == null) {
            return null;
        }
        long number = policy.number();
        long newest = tallies.isEmpty() ? 0 : tallies.get(0).activation();
        if (number < newest) {
            return null;
        }
        if (number == newest) {
            for (ShadowTally tally : tallies) {
                if (tally.deciding().digest().equals(policy.bundle().digest())) {
                    return tally;
                }
            }
        }
        ShadowTally begun =
                new ShadowTally(number, policy.bundle(), shadow, clock.instant().truncatedTo(ChronoUnit.SECONDS));
        tallies = number > newest
                ? List.of(begun)
                : Stream.concat(tallies.stream(), Stream.of(begun)).toList();
        return begun;
    }

    /** Compares and adds up what came since the last time; the first time it loads the shadow. On the other thread. */
    public void work() {
        List<ShadowTally> now = tallies;
        long until = System.nanoTime() + BUDGET.toNanos();
        for (ShadowTally tally : now) {
            comparison(tally).ifPresent(comparison -> tally.fold(comparison, () -> System.nanoTime() - until < 0));
        }
        comparisons.keySet().retainAll(now.stream().map(TaskShadow::key).toList());
    }

    private Optional<ShadowComparison> comparison(ShadowTally tally) {
        ShadowComparison known = comparisons.get(key(tally));
        if (known != null) {
            return Optional.of(known);
        }
        Optional<ShadowComparison> made =
                shadows.apply(tally.activation()).map(candidate -> ShadowComparison.of(tally.deciding(), candidate));
        made.ifPresent(comparison -> comparisons.put(key(tally), comparison));
        return made;
    }

    private static String key(ShadowTally tally) {
        return tally.activation() + "/" + tally.deciding().digest();
    }

    /** What was counted; empty where there was no shadow. On the other thread. */
    public Optional<ShadowReport> report() {
        return tallies.stream()
                .map(ShadowTally::report)
                .reduce(ShadowReport::plus)
                .map(ShadowReport::bounded);
    }

    /** A count of all of them, as {@code ShadowTally::records}. */
    public long sum(ToLongFunction<ShadowTally> what) {
        return tallies.stream().mapToLong(what).sum();
    }
}
