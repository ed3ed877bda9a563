package io.sluice.policies.shadow;

import io.sluice.core.decision.Decision;
import io.sluice.core.decision.Legal;
import io.sluice.core.decision.Reason;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.policies.diff.FieldChange;
import io.sluice.policies.diff.ViewDiff;
import io.sluice.policies.draft.DraftPolicy;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.DecisionInvalidException;
import io.sluice.policies.shadow.ShadowDelta.Change;
import io.sluice.policies.verify.VerifiedBundle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the shadow what a decision would have been, in process, whatever engine decides: a shadow has no server of its own.
 * What goes wrong with it is an answer like another. Confined to a thread that is no record's.
 */
public final class ShadowComparison {
    /** The shadow's bundle does not load. */
    public static final String NOT_LOADED = "not-loaded";
    /** The shadow gives no answer, or one that is no decision: under it the record would go to quarantine. */
    public static final String DECISION_INVALID = "decision-invalid";
    /** The shadow failed or took too long. */
    public static final String EVALUATION_FAILED = "evaluation-failed";

    private static final Logger LOG = LoggerFactory.getLogger(ShadowComparison.class);
    private static final int MAX_MEMORISED = 4_096;
    private static final String DISPOSITION = "disposition";

    private final VerifiedBundle deciding;
    private final VerifiedBundle candidate;
    private final @Nullable ActivePolicy shadow;
    private final Map<Answers, List<Change>> compared = new HashMap<>();
    private boolean failed;

    /** What a view's differences follow from; plans are known by their digests. */
    private record Answers(
            String dataset,
            String recipient,
            @Nullable Answer before,
            @Nullable Answer after) {}

    private record Answer(
            String disposition,
            @Nullable String plan,
            @Nullable Legal legal,
            List<Reason> reasons) {
        static @Nullable Answer of(@Nullable RecipientDecision decision) {
            return decision == null
                    ? null
                    : new Answer(
                            decision.disposition().code(), decision.planDigest(), decision.legal(), decision.reasons());
        }
    }

    private ShadowComparison(VerifiedBundle deciding, VerifiedBundle candidate, @Nullable ActivePolicy shadow) {
        this.deciding = deciding;
        this.candidate = candidate;
        this.shadow = shadow;
    }

    /** Loads the candidate, which may take a second. @param deciding what decides the records */
    public static ShadowComparison of(VerifiedBundle deciding, VerifiedBundle candidate) {
        ActivePolicy loaded = null;
        try {
            loaded = DraftPolicy.of(candidate);
        } catch (RuntimeException e) {
            LOG.error("The shadow does not load; nothing is compared", e); // policies' messages hold no field values
        }
        return new ShadowComparison(deciding, candidate, loaded);
    }

    VerifiedBundle deciding() {
        return deciding;
    }

    VerifiedBundle candidate() {
        return candidate;
    }

    /** @param decided what the record's decision was */
    ShadowDelta compare(ReleaseInput input, Decision decided) {
        if (shadow == null) {
            return ShadowDelta.failed(NOT_LOADED);
        }
        Decision other;
        try {
            other = shadow.release(input);
        } catch (DecisionInvalidException e) {
            return ShadowDelta.failed(DECISION_INVALID);
        } catch (RuntimeException e) {
            if (!failed) {
                LOG.warn("The shadow cannot be asked; counted as {}", EVALUATION_FAILED, e);
            }
            failed = true;
            return ShadowDelta.failed(EVALUATION_FAILED);
        }
        TreeSet<String> recipients = new TreeSet<>(decided.recipients().keySet());
        recipients.addAll(other.recipients().keySet());
        List<Change> changes = new ArrayList<>();
        for (String recipient : recipients) {
            changes.addAll(changes(
                    input.dataset(),
                    recipient,
                    decided.recipients().get(recipient),
                    other.recipients().get(recipient)));
        }
        return ShadowDelta.of(changes);
    }

    private List<Change> changes(
            String dataset, String recipient, @Nullable RecipientDecision was, @Nullable RecipientDecision is) {
        Answers answers = new Answers(dataset, recipient, Answer.of(was), Answer.of(is));
        if (java.util.Objects.equals(answers.before(), answers.after())) {
            return List.of();
        }
        if (compared.size() >= MAX_MEMORISED) {
            compared.clear();
        }
        return compared.computeIfAbsent(
                answers,
                first -> changes(
                        dataset, recipient, ViewDiff.of(dataset, was, is, deciding.rulebook(), candidate.rulebook())));
    }

    /** A view that comes or goes is one change, not one of each of its fields. */
    private static List<Change> changes(String dataset, String recipient, ViewDiff diff) {
        if (!diff.before().equals(diff.after())) {
            return List.of(new Change(dataset, recipient, DISPOSITION, diff.before(), diff.after()));
        }
        List<Change> changes = new ArrayList<>();
        for (FieldChange field : diff.fields()) {
            changes.add(new Change(dataset, recipient, field.pattern(), field.before(), field.after()));
        }
        diff.terms()
                .forEach(term -> changes.add(new Change(dataset, recipient, term.what(), term.before(), term.after())));
        return changes;
    }
}
