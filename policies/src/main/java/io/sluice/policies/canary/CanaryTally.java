package io.sluice.policies.canary;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.audit.ReasonCode;
import io.sluice.core.decision.Activation;
import io.sluice.core.decision.Canary;
import io.sluice.core.decision.Disposition;
import io.sluice.core.decision.ReturnLimit;
import java.util.EnumSet;
import java.util.Set;

/**
 * Counts what became of the records of one activation with a canary, from their audit entries: those that the canary decided
 * beside those that the active revision did. Counted is the first attempt at each record that one of the two was asked about;
 * a record has failed where it went to quarantine, for all or for a recipient, by a code that the policy or its execution is
 * the cause of. What a floor decided, copies, further attempts and the entries of other activations do not count. Not
 * thread-safe.
 */
public final class CanaryTally {
    private static final Set<ReasonCode> OF_THE_POLICY = EnumSet.of(
            ReasonCode.POLICY_UNAVAILABLE,
            ReasonCode.DECISION_INVALID,
            ReasonCode.DATASET_UNKNOWN,
            ReasonCode.TRANSFORM_FAILED,
            ReasonCode.UNDECLARED_FIELD,
            ReasonCode.MODIFIER_EXTENSION,
            ReasonCode.VIEW_TOO_LARGE,
            ReasonCode.ENTRY_TOO_LARGE,
            ReasonCode.TOPIC_MISSING);

    private final Activation activation;
    private final Canary canary;
    private final ReturnLimit limit;
    private long decided;
    private long failed;
    private long others;
    private long othersFailed;

    /**
     * Begins at nothing.
     *
     * @throws IllegalArgumentException where the activation has no canary that returns by itself
     */
    public CanaryTally(Activation activation) {
        this.activation = activation;
        this.canary =
                activation.canary().orElseThrow(() -> new IllegalArgumentException("the activation has no canary"));
        ReturnLimit returnAt = canary.returnAt();
        if (returnAt == null) {
            throw new IllegalArgumentException("the activation's canary does not return by itself");
        }
        this.limit = returnAt;
    }

    /** Counts an entry, where it is one that counts. */
    public void add(JsonNode entry) {
        JsonNode policy = entry.path("policy");
        if (policy.path("activation").asLong() != activation.number()
                || policy.has("applied")
                || !entry.path("type").asText().equals(AuditEntry.RECORD)
                || entry.path("id").asText().indexOf('#') >= 0) {
            return;
        }
        String bundle = policy.path("bundle").asText();
        long one = hasFailed(entry) ? 1 : 0;
        if (bundle.equals(canary.candidate().bundle())) {
            decided++;
            failed += one;
        } else if (bundle.equals(activation.bundle())) {
            others++;
            othersFailed += one;
        }
    }

    private static boolean hasFailed(JsonNode entry) {
        if (isOfThePolicy(entry.path("outcome").path("reason"))) {
            return true;
        }
        for (JsonNode recipient : entry.path("recipients")) {
            if (recipient.path("disposition").asText().equals(Disposition.QUARANTINE.code())
                    && isOfThePolicy(recipient.path("code"))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfThePolicy(JsonNode code) {
        return ReasonCode.of(code.asText()).filter(OF_THE_POLICY::contains).isPresent();
    }

    /** Whether the canary has to go back. */
    public boolean isReached() {
        return limit.isReached(decided, failed, others, othersFailed);
    }

    /** What was counted so far. */
    public CanaryReport report() {
        return new CanaryReport(
                activation.number(),
                activation.revision(),
                canary.candidate().revision(),
                limit,
                decided,
                failed,
                others,
                othersFailed,
                false,
                null);
    }
}
