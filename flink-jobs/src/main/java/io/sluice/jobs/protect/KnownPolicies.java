package io.sluice.jobs.protect;

import io.sluice.core.decision.Canary;
import io.sluice.core.decision.Decision;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.event.SubjectRef;
import io.sluice.core.event.Tags;
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
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The policies that this JVM has verified, as one subtask asks for them. It keeps the last few at hand: the store's lock is
 * held while a new bundle is compiled, and records must not wait for one that they do not need. It knows none before the
 * topic was read to its end once: a floor further on may lie under the record. Confined to the task thread.
 */
final class KnownPolicies implements Policies {
    /** Records of an old activation follow each other; a few at hand are enough. */
    private static final int AT_HAND = 4;
    /** Missing activations of which it is remembered that they were waited for. Only the gateway's seal names one. */
    private static final int MISSING = 64;

    /** Between reading what is in force and being appended under it a requeue has this long. */
    private static final Duration REPLACED_SINCE = Duration.ofMinutes(5);

    private final PolicyStore store;
    private final BooleanSupplier caughtUp;
    private final BoundedWait catchUp;
    private final Duration activationWait;
    private final Duration engineWait;
    private final LongSupplier nanoTime;
    private final Function<ActivePolicy, @Nullable ShadowTally> shadows;
    private final Floors floors;
    private final Map<Long, Stamped> atHand = new Recent<>(AT_HAND);
    private final Map<Long, BoundedWait> missing = new Recent<>(MISSING);

    /** Of a store that was given everything, without shadows; for tests. */
    KnownPolicies(PolicyStore store, Duration activationWait, Duration engineWait, LongSupplier nanoTime) {
        this(store, () -> true, activationWait, engineWait, nanoTime, policy -> null);
    }

    /**
     * @param caughtUp whether the store was given all that stood in the topic; once true it stays so
     * @param shadows where records are counted that a policy decides; null where it has no shadow
     */
    KnownPolicies(
            PolicyStore store,
            BooleanSupplier caughtUp,
            Duration activationWait,
            Duration engineWait,
            LongSupplier nanoTime,
            Function<ActivePolicy, @Nullable ShadowTally> shadows) {
        this.shadows = shadows;
        this.store = store;
        this.caughtUp = caughtUp;
        this.catchUp = new BoundedWait(activationWait, nanoTime);
        this.activationWait = activationWait;
        this.engineWait = engineWait;
        this.nanoTime = nanoTime;
        this.floors = new Floors(store, policy -> verified(policy).ruling());
    }

    @Override
    public Optional<PolicyInForce> activation(long number) throws InterruptedException {
        return Optional.ofNullable(stamped(number)).map(Stamped::active);
    }

    @Override
    public Ruling choose(long number, Tags tags) throws InterruptedException {
        Stamped stamped = stamped(number);
        if (stamped == null) {
            return Ruling.None.UNKNOWN;
        }
        Verified own = stamped.of(tags);
        return floors.lieOver(number) ? floors.over(own.policy(), own.ruling(), tags.dataset()) : own.ruling();
    }

    private @Nullable Stamped stamped(long number) throws InterruptedException {
        Stamped known = atHand.get(number);
        return known != null ? known : lookUp(number);
    }

    @Override
    public boolean wasCurrent(long number, Instant at) {
        return store.wasCurrent(number, at, REPLACED_SINCE);
    }

    private @Nullable Stamped lookUp(long number) throws InterruptedException {
        if (!catchUp.until(caughtUp)) {
            return null;
        }
        Stamped[] found = new Stamped[1];
        boolean inTime = missing.computeIfAbsent(number, n -> new BoundedWait(activationWait, nanoTime))
                .until(() -> {
                    found[0] = store.activation(number)
                            .flatMap(active -> stamped(active, store.canary(number)))
                            .orElse(null);
                    return found[0] != null;
                });
        if (!inTime) {
            return null;
        }
        missing.remove(number);
        atHand.put(number, found[0]);
        return found[0];
    }

    /** Empty where an activation has a canary that is not known: its share must not fall to the active revision. */
    Optional<Stamped> stamped(ActivePolicy active, Optional<ActivePolicy> canary) {
        Canary of = active.activation().canary().orElse(null);
        return of == null
                ? Optional.of(new Stamped(verified(active), null))
                : canary.map(policy -> new Stamped(verified(active), new Share(of, verified(policy))));
    }

    private Verified verified(ActivePolicy policy) {
        return new Verified(policy, new BoundedWait(engineWait, nanoTime), shadows.apply(policy));
    }

    /**
     * What records are stamped with.
     *
     * @param share what its canary decides; null where it has none
     */
    record Stamped(Verified active, @Nullable Share share) {
        Verified of(Tags tags) {
            return share != null && share.of().includes(key(tags)) ? share.canary() : active;
        }

        private static String key(Tags tags) {
            SubjectRef subject = tags.subjectRef();
            return subject == null ? tags.id() : subject.value();
        }
    }

    /** Whose records a canary decides, and the canary. */
    record Share(Canary of, Verified canary) {}

    /** A policy of the store. Each waits for its engine on its own: one revision may have lost its server. */
    static final class Verified implements PolicyInForce {
        private final ActivePolicy policy;
        private final BoundedWait engineWait;
        private final @Nullable ShadowTally shadow;
        private final Ruling ruling;

        Verified(ActivePolicy policy, BoundedWait engineWait, @Nullable ShadowTally shadow) {
            this.policy = policy;
            this.engineWait = engineWait;
            this.shadow = shadow;
            this.ruling = new Ruling.Decides(this, policy.number());
        }

        ActivePolicy policy() {
            return policy;
        }

        /** It, as what decides; made once, since most records have no other. */
        Ruling ruling() {
            return ruling;
        }

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
