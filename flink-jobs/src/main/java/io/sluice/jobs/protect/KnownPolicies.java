package io.sluice.jobs.protect;

import io.sluice.core.decision.Decision;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.DecisionInvalidException;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.evaluate.PolicyUnavailableException;
import io.sluice.policies.shadow.ShadowTally;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The policies that this JVM has verified, as one subtask asks for them. It keeps the last few at hand: the store's lock is
 * held while a new bundle is compiled, and records must not wait for one that they do not need. Confined to the task
 * thread.
 */
final class KnownPolicies implements Policies {
    /** Records of an old activation follow each other; a few at hand are enough. */
    private static final int AT_HAND = 4;
    /** Missing activations of which it is remembered that they were waited for. Only the gateway's seal names one. */
    private static final int MISSING = 64;

    /** Between reading what is in force and being appended under it a requeue has this long. */
    private static final Duration REPLACED_SINCE = Duration.ofMinutes(5);

    private final PolicyStore store;
    private final Duration activationWait;
    private final Duration engineWait;
    private final LongSupplier nanoTime;
    private final Function<ActivePolicy, @Nullable ShadowTally> shadows;
    private final Map<Long, PolicyInForce> atHand = new Recent<>(AT_HAND);
    private final Map<Long, BoundedWait> missing = new Recent<>(MISSING);

    /** Without shadows, for tests. */
    KnownPolicies(PolicyStore store, Duration activationWait, Duration engineWait, LongSupplier nanoTime) {
        this(store, activationWait, engineWait, nanoTime, policy -> null);
    }

    /** @param shadows where records are counted that a policy decides; null where it has no shadow */
    KnownPolicies(
            PolicyStore store,
            Duration activationWait,
            Duration engineWait,
            LongSupplier nanoTime,
            Function<ActivePolicy, @Nullable ShadowTally> shadows) {
        this.shadows = shadows;
        this.store = store;
        this.activationWait = activationWait;
        this.engineWait = engineWait;
        this.nanoTime = nanoTime;
    }

    @Override
    public Optional<PolicyInForce> activation(long number) throws InterruptedException {
        PolicyInForce known = atHand.get(number);
        return known != null ? Optional.of(known) : lookUp(number);
    }

    @Override
    public boolean wasCurrent(long number, Instant at) {
        return store.wasCurrent(number, at, REPLACED_SINCE);
    }

    private Optional<PolicyInForce> lookUp(long number) throws InterruptedException {
        ActivePolicy[] found = new ActivePolicy[1];
        boolean inTime = missing.computeIfAbsent(number, n -> new BoundedWait(activationWait, nanoTime))
                .until(() -> {
                    found[0] = store.activation(number).orElse(null);
                    return found[0] != null;
                });
        if (!inTime) {
            return Optional.empty();
        }
        missing.remove(number);
        PolicyInForce policy = new Verified(found[0], new BoundedWait(engineWait, nanoTime), shadows.apply(found[0]));
        atHand.put(number, policy);
        return Optional.of(policy);
    }

    /** An activation of the store. Each waits for its engine on its own: one revision may have lost its server. */
    private record Verified(
            ActivePolicy policy,
            BoundedWait engineWait,
            @Nullable ShadowTally shadow) implements PolicyInForce {
        @Override
        public long revision() {
            return policy.bundle().revision();
        }

        @Override
        public String bundle() {
            return policy.bundle().digest();
        }

        @Override
        public Rulebook rulebook() {
            return policy.rulebook();
        }

        @Override
        public boolean looksInside() {
            return policy.looksInside();
        }

        @Override
        public Optional<Decision> decide(ReleaseInput input) throws InterruptedException {
            Decision[] decision = new Decision[1];
            PolicyUnavailableException[] missing = new PolicyUnavailableException[1];
            try {
                boolean inTime = engineWait.until(() -> {
                    try {
                        decision[0] = policy.release(input);
                        return true;
                    } catch (PolicyUnavailableException e) {
                        missing[0] = e;
                        return false;
                    }
                });
                if (Thread.interrupted()) {
                    throw new InterruptedException("The task is being cancelled");
                }
                if (!inTime) {
                    throw missing[0];
                }
                if (shadow != null) {
                    shadow.count(input, decision[0]);
                }
                return Optional.of(decision[0]);
            } catch (DecisionInvalidException e) {
                return Optional.empty(); // undefined means deny; the caller quarantines and counts it
            }
        }
    }
}
