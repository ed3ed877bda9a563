package io.sluice.core.audit;

import io.sluice.core.decision.Disposition;
import io.sluice.core.decision.Legal;
import io.sluice.core.decision.Reason;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.CanonicalWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What became of a record for one recipient. Patterns are cited by index into the plan, never by path: a member name can
 * be personal data.
 *
 * @param recipient recipient id
 * @param disposition what became of it
 * @param releasedId id of the view, where released
 * @param plan digest of the plan, where released
 * @param patternCounts how often each pattern of the plan matched; index is the pattern's; empty where not released
 * @param undeclared how many undeclared leaves were dropped
 * @param keys ids of the keys used
 * @param findings what was found inside free texts
 * @param legal on what ground, where released
 * @param reasons why, where the policy says so
 * @param code the fault, where quarantined
 */
public record RecipientOutcome(
        String recipient,
        Disposition disposition,
        @Nullable String releasedId,
        @Nullable String plan,
        int[] patternCounts,
        int undeclared,
        Set<String> keys,
        TextFindings findings,
        @Nullable Legal legal,
        List<Reason> reasons,
        @Nullable ReasonCode code) {
    /** The same, with nothing found inside texts. */
    public RecipientOutcome(
            String recipient,
            Disposition disposition,
            @Nullable String releasedId,
            @Nullable String plan,
            int[] patternCounts,
            int undeclared,
            Set<String> keys,
            @Nullable Legal legal,
            List<Reason> reasons,
            @Nullable ReasonCode code) {
        this(
                recipient,
                disposition,
                releasedId,
                plan,
                patternCounts,
                undeclared,
                keys,
                TextFindings.NONE,
                legal,
                reasons,
                code);
    }

    /** Withheld by the rulebook. */
    public static RecipientOutcome withheld(String recipient, List<Reason> reasons) {
        return new RecipientOutcome(
                recipient, Disposition.WITHHOLD, null, null, new int[0], 0, Set.of(), null, reasons, null);
    }

    /** Quarantined through a fault. */
    public static RecipientOutcome quarantined(String recipient, ReasonCode code) {
        return new RecipientOutcome(
                recipient, Disposition.QUARANTINE, null, null, new int[0], 0, Set.of(), null, List.of(), code);
    }

    /** The JSON object of an entry. */
    Map<String, Object> toJson() {
        return isReleased() ? toJson(releasedId, patterns(), undeclared) : toJson(null, null, null);
    }

    boolean isReleased() {
        return releasedId != null && plan != null;
    }

    /** With other values in place of those that differ from record to record; a view's is absent where they are null. */
    Map<String, Object> toJson(
            @Nullable Object viewId, @Nullable Object viewPatterns, @Nullable Object viewUndeclared) {
        Map<String, Object> json = new TreeMap<>();
        json.put("id", recipient);
        json.put("disposition", disposition.code());
        put(json, "code", code == null ? null : code.code());
        put(json, "releasedId", viewId);
        put(json, "plan", viewId == null ? null : plan);
        put(json, "patterns", viewPatterns);
        put(json, "undeclared", viewUndeclared);
        put(json, "keys", keys.isEmpty() ? null : keys.stream().sorted().toList());
        put(json, "findings", findings.isEmpty() ? null : findings.toJson());
        put(json, "legal", legal == null ? null : legal.toJson());
        put(
                json,
                "reasons",
                reasons.isEmpty() ? null : reasons.stream().map(Reason::toJson).toList());
        return json;
    }

    private static void put(Map<String, Object> json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value);
        }
    }

    /** Whether another outcome says the same of its record but for the view's id, patterns and undeclared fields. */
    boolean isLike(RecipientOutcome other) {
        return recipient.equals(other.recipient)
                && disposition == other.disposition
                && isReleased() == other.isReleased()
                && Objects.equals(plan, other.plan)
                && keys.equals(other.keys)
                && findings.equals(other.findings)
                && Objects.equals(legal, other.legal)
                && reasons.equals(other.reasons)
                && code == other.code;
    }

    private CanonicalJson.Canonical patterns() {
        CanonicalWriter out = new CanonicalWriter();
        writePatterns(out);
        return new CanonicalJson.Canonical(new String(out.toBytes(), StandardCharsets.US_ASCII));
    }

    /** {@code [[index,count],...]}; a record may match a hundred patterns. */
    void writePatterns(CanonicalWriter out) {
        char before = '[';
        for (int i = 0; i < patternCounts.length; i++) {
            if (patternCounts[i] > 0) {
                out.raw(before)
                        .raw('[')
                        .integer(i)
                        .raw(',')
                        .integer(patternCounts[i])
                        .raw(']');
                before = ',';
            }
        }
        if (before == '[') {
            out.raw(before);
        }
        out.raw(']');
    }
}
