package io.sluice.jobs.protect;

import io.sluice.jobs.canary.CanaryWatch;
import io.sluice.policies.canary.CanaryReport;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.HistoryEntry;
import io.sluice.policies.evaluate.PolicyStanding;
import io.sluice.policies.shadow.ShadowReport;
import io.sluice.policies.shadow.ShadowTally;
import io.sluice.policies.shadow.TaskShadow;
import io.sluice.policies.status.StatusBeat;
import io.sluice.policies.verify.VerifiedBundle;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a subtask knows of the policy and did under it, for {@code policy.status} and the metrics. The task writes, others
 * read.
 */
final class TaskPolicy implements StatusBeat.Source {
    private static final long NONE = 0;

    private final int subtask;
    private final Supplier<PolicyStanding> standing;
    private final LongSupplier unwritten;
    private final Clock clock;
    private final TaskShadow shadow;
    private final @Nullable CanaryWatch canary;
    private volatile long decided = NONE;

    /**
     * @param standing what its JVM has read
     * @param unwritten status records that could not be written
     * @param shadow counts what a shadow would decide otherwise
     * @param canary watches the canary in force; null where another task does
     */
    TaskPolicy(
            int subtask,
            Supplier<PolicyStanding> standing,
            LongSupplier unwritten,
            TaskShadow shadow,
            @Nullable CanaryWatch canary,
            Clock clock) {
        this.subtask = subtask;
        this.standing = standing;
        this.unwritten = unwritten;
        this.shadow = shadow;
        this.canary = canary;
        this.clock = clock;
    }

    /** A record was decided under an activation. */
    void decided(long activation) {
        if (activation != decided) { // by the task thread alone: most records write nothing
            decided = activation;
        }
    }

    @Override
    public Integer task() {
        return subtask;
    }

    @Override
    public @Nullable Long decided() {
        long last = decided;
        return last == NONE ? null : Long.valueOf(last);
    }

    @Override
    public void work() {
        shadow.work();
    }

    @Override
    public Optional<ShadowReport> shadow() {
        return shadow.report();
    }

    @Override
    public Optional<CanaryReport> canary() {
        return canary == null ? Optional.empty() : canary.report();
    }

    /** No longer watches. */
    void close() {
        if (canary != null) {
            canary.close();
        }
    }

    /** Where records are counted that a policy decides; null where it has no shadow. On the task's thread. */
    @Nullable
    ShadowTally shadow(ActivePolicy policy) {
        return shadow.of(policy);
    }

    /** A count of the shadow. */
    long shadowed(ToLongFunction<ShadowTally> what) {
        return shadow.sum(what);
    }

    /** The activation in force, 0 for none. */
    long activation() {
        HistoryEntry held = standing.get().inForce();
        return held == null ? 0 : held.signed().activation().number();
    }

    /** The revision in force, 0 for none. */
    long revision() {
        return held(VerifiedBundle::revision);
    }

    /** Seconds until the revision in force ends, 0 for none. */
    long expiresInSeconds() {
        return held(bundle -> Math.max(
                0,
                Duration.between(clock.instant(), bundle.metadata().expires()).toSeconds()));
    }

    /** Records of {@code policy.status} that could not be written since the start. */
    long unwritten() {
        return unwritten.getAsLong();
    }

    private long held(ToLongFunction<VerifiedBundle> what) {
        return Optional.ofNullable(standing.get().inForce()).map(HistoryEntry::bundle).stream()
                .mapToLong(what)
                .findFirst()
                .orElse(0);
    }
}
