package io.sluice.audit.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.api.ProblemCode;
import io.sluice.audit.api.RefusedException;
import io.sluice.audit.api.Turn;
import io.sluice.audit.console.Revision.Standing;
import io.sluice.policies.diff.RevisionDiff;
import io.sluice.policies.draft.DraftPolicy;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.explain.Replay;
import io.sluice.policies.matrix.PolicyMatrix;
import io.sluice.policies.verify.VerifiedBundle;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The revisions that pages can show, and what they would decide. Each is asked in this process, whoever evaluates the one in
 * force, so that a page takes no time of a policy server. The last few answers are kept. Thread-safe; what takes seconds is
 * made one at a time, so that readers cannot make this server do nothing else: who would wait for more than a second is refused.
 */
final class Revisions {
    private static final int KEPT = 4;
    private static final Duration WAIT = Duration.ofSeconds(1);

    private final Turn turn = new Turn(WAIT);

    private final Supplier<Optional<ActivePolicy>> inForce;
    private final Supplier<List<VerifiedBundle>> decided;
    private final Supplier<List<VerifiedBundle>> drafts;
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
     * @param drafts those that wait to be looked at, each signed by a trusted key
     */
    Revisions(
            Supplier<Optional<ActivePolicy>> inForce,
            Supplier<List<VerifiedBundle>> decided,
            Supplier<List<VerifiedBundle>> drafts) {
        this.inForce = inForce;
        this.decided = decided;
        this.drafts = drafts;
    }

    /**
     * All that can be shown: the one in force, then those that decided before, newest first, then drafts.
     *
     * @param withDrafts whether the reader may see drafts
     * @throws RefusedException where none is known to be in force
     */
    List<Revision> all(boolean withDrafts) {
        VerifiedBundle first = inForce.get()
                .map(ActivePolicy::bundle)
                .orElseThrow(() -> new RefusedException(
                        ProblemCode.POLICY_UNAVAILABLE, "No policy is in force here now; there is nothing to show."));
        Map<String, Revision> all = new LinkedHashMap<>();
        all.put(first.digest(), new Revision(first, Standing.IN_FORCE));
        decided.get().forEach(bundle -> all.putIfAbsent(bundle.digest(), new Revision(bundle, Standing.DECIDED)));
        if (withDrafts) {
            drafts.get().forEach(bundle -> all.putIfAbsent(bundle.digest(), new Revision(bundle, Standing.DRAFT)));
        }
        return List.copyOf(all.values());
    }

    /** The one of that name. @throws RefusedException where there is none, or none that this reader may see */
    static Revision find(List<Revision> all, String name) {
        return all.stream()
                .filter(revision -> revision.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        ProblemCode.NOT_FOUND,
                        "No revision of this number has decided anything here, and no draft that"
                                + " you may see has this name."));
    }

    /** What a revision is compared with: a draft with the one in force, another with the one before it, the first with itself. */
    static Revision before(List<Revision> all, Revision revision) {
        return revision.standing() == Standing.DRAFT
                ? all.get(0)
                : all.stream()
                        .filter(other -> other.standing() != Standing.DRAFT
                                && other.bundle().revision() < revision.bundle().revision())
                        .max(Comparator.comparingLong(other -> other.bundle().revision()))
                        .orElse(revision);
    }

    /** A revision as it decides. */
    ActivePolicy policy(VerifiedBundle bundle) {
        return kept(policies, bundle.digest(), () -> DraftPolicy.of(bundle));
    }

    /** The decision of a record's entry made again by a revision, while no other page makes anything. */
    Replay replay(VerifiedBundle bundle, JsonNode entry) {
        return turn.take(() -> Replay.of(entry, policy(bundle)));
    }

    /** What a revision does, whole, on a day. */
    PolicyMatrix matrix(VerifiedBundle bundle, LocalDate day) {
        return kept(matrices, new Asked("", bundle.digest(), day), () -> PolicyMatrix.of(policy(bundle), day));
    }

    /** What two revisions decide differently on a day. */
    RevisionDiff diff(VerifiedBundle before, VerifiedBundle after, LocalDate day) {
        return kept(
                diffs,
                new Asked(before.digest(), after.digest(), day),
                () -> RevisionDiff.of(policy(before), policy(after), day));
    }

    /** Makes something of two revisions while no other page makes anything. */
    <T> T alone(VerifiedBundle before, VerifiedBundle after, Function<ActivePolicy, Function<ActivePolicy, T>> made) {
        return turn.take(() -> made.apply(policy(before)).apply(policy(after)));
    }

    /** What is kept is shown at once, whatever another page makes. */
    private <K, V> V kept(Map<K, V> latest, K key, Supplier<V> made) {
        Optional<V> known = known(latest, key);
        return known.isPresent()
                ? known.get()
                : turn.take(() -> known(latest, key).orElseGet(() -> {
                    V value = made.get();
                    synchronized (latest) {
                        latest.put(key, value);
                    }
                    return value;
                }));
    }

    private static <K, V> Optional<V> known(Map<K, V> latest, K key) {
        synchronized (latest) {
            return Optional.ofNullable(latest.get(key));
        }
    }
}
