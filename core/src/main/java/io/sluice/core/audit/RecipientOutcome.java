package io.sluice.core.audit;

import io.sluice.core.decision.Disposition;
import io.sluice.core.decision.Legal;
import io.sluice.core.decision.Reason;
import io.sluice.core.encoding.CanonicalJson;
import java.util.List;
import java.util.Map;
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
        @Nullable Legal legal,
        List<Reason> reasons,
        @Nullable ReasonCode code) {
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

    Map<String, Object> toJson() {
        Map<String, Object> json = new TreeMap<>();
        json.put("id", recipient);
        json.put("disposition", disposition.code());
        if (code != null) {
            json.put("code", code.code());
        }
        if (releasedId != null && plan != null) {
            json.put("releasedId", releasedId);
            json.put("plan", plan);
            json.put("patterns", patterns());
            json.put("undeclared", undeclared);
        }
        if (!keys.isEmpty()) {
            json.put("keys", keys.stream().sorted().toList());
        }
        if (legal != null) {
            json.put("legal", legal.toJson());
        }
        if (!reasons.isEmpty()) {
            json.put("reasons", reasons.stream().map(Reason::toJson).toList());
        }
        return json;
    }

    /** {@code [[index,count],...]}; written by hand, for a record may match a hundred patterns. */
    private CanonicalJson.Canonical patterns() {
        StringBuilder text = new StringBuilder(16 + 8 * patternCounts.length).append('[');
        for (int i = 0; i < patternCounts.length; i++) {
            if (patternCounts[i] > 0) {
                text.append(text.length() == 1 ? "[" : ",[")
                        .append(i)
                        .append(',')
                        .append(patternCounts[i])
                        .append(']');
            }
        }
        return new CanonicalJson.Canonical(text.append(']').toString());
    }
}
