package io.sluice.audit.console;

import io.sluice.audit.api.ProblemCode;
import io.sluice.audit.api.RefusedException;
import io.sluice.policies.diff.RevisionDiff;
import io.sluice.policies.draft.DraftPolicy;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.matrix.PolicyMatrix;
import io.sluice.policies.verify.VerifiedBundle;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The revisions that pages can show, and what they would decide. Each is asked in this process, whoever evaluates the one in
 * force, so that a page takes no time of a policy server. The last few answers are kept. Thread-safe; what takes seconds is
 * made one at a time, so that readers cannot make this server do nothing else.
 */
final class Revisions {
    private static final int KEPT = 4;

    private final Supplier<Optional<ActivePolicy>> inForce;
    private final Supplier<List<VerifiedBundle>> decided;
    private final Map<String, ActivePolicy> policies = new Latest<>();
    private final Map<Asked, PolicyMatrix> matrices = new Latest<>();
    private final Map<Asked, RevisionDiff> diffs = new Latest<>();

    private record Asked(String before, String after, LocalDate day) {}

    private static final class Latest<K, V> extends LinkedHashMap<K, V> {
        private static final long serialVersionUID = 1L;

        Latest() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > KEPT;
        }
    }

    /**
     * Of a deployment.
     *
     * @param inForce the policy in force now; empty where none is known to be
     * @param decided every revision that decided, newest first, each verified
     */
    Revisions(Supplier<Optional<ActivePolicy>> inForce, Supplier<List<VerifiedBundle>> decided) {
        this.inForce = inForce;
        this.decided = decided;
    }

    /** The revision in force. @throws RefusedException where none is known to be */
    VerifiedBundle inForce() {
        return inForce.get()
                .map(ActivePolicy::bundle)
                .orElseThrow(() -> new RefusedException(
                        ProblemCode.POLICY_UNAVAILABLE, "No policy is in force here now; there is nothing to show."));
    }

    /** All that can be shown: the one in force, then those that decided before, newest first. */
    List<VerifiedBundle> all() {
        VerifiedBundle first = inForce();
        List<VerifiedBundle> all = new ArrayList<>(List.of(first));
        decided.get().stream()
                .filter(bundle -> !bundle.digest().equals(first.digest()))
                .forEach(all::add);
        return all;
    }

    /** The revision of a number. @throws RefusedException where none of it decided */
    VerifiedBundle find(String number) {
        return all().stream()
                .filter(bundle -> Long.toString(bundle.revision()).equals(number))
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        ProblemCode.NOT_FOUND, "No revision of this number has decided anything here."));
    }

    /** The revision before the one in force, in order of their numbers; the one in force where it is the first. */
    VerifiedBundle before(VerifiedBundle bundle) {
        return all().stream()
                .filter(other -> other.revision() < bundle.revision())
                .max(java.util.Comparator.comparingLong(VerifiedBundle::revision))
                .orElse(bundle);
    }

    /** A revision as it decides. */
    synchronized ActivePolicy policy(VerifiedBundle bundle) {
        return policies.computeIfAbsent(bundle.digest(), digest -> DraftPolicy.of(bundle));
    }

    /** What a revision does, whole, on a day. */
    synchronized PolicyMatrix matrix(VerifiedBundle bundle, LocalDate day) {
        return matrices.computeIfAbsent(
                new Asked("", bundle.digest(), day), asked -> PolicyMatrix.of(policy(bundle), day));
    }

    /** What two revisions decide differently on a day. */
    synchronized RevisionDiff diff(VerifiedBundle before, VerifiedBundle after, LocalDate day) {
        return diffs.computeIfAbsent(
                new Asked(before.digest(), after.digest(), day),
                asked -> RevisionDiff.of(policy(before), policy(after), day));
    }

    /** Makes something of two revisions while no other page makes anything. */
    synchronized <T> T alone(
            VerifiedBundle before, VerifiedBundle after, Function<ActivePolicy, Function<ActivePolicy, T>> made) {
        return made.apply(policy(before)).apply(policy(after));
    }
}
