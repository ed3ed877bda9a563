package io.sluice.policies.explain;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.decision.Disposition;
import io.sluice.core.decision.Reason;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.DecisionInvalidException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The decision of a record's audit entry made again, from the input that the entry holds and the bundle that it cites
 * (promise P5). Immutable.
 *
 * @param input what was asked
 * @param decided what the bundle answers, by recipient; empty where it has no answer
 * @param differences where the entry says something else, a line each; none where it was decided so
 */
public record Replay(ReleaseInput input, SortedMap<String, RecipientDecision> decided, List<String> differences) {
    /** What the protect job withholds by itself: the revision no longer has the recipient. */
    private static final String NOT_IN_POLICY = "recipient-not-in-policy";

    public Replay {
        decided = Collections.unmodifiableSortedMap(new TreeMap<>(decided));
        differences = List.copyOf(differences);
    }

    /**
     * Decides again and compares.
     *
     * @param entry an audit entry of a record
     * @throws IllegalArgumentException saying why the entry holds no decision to make again
     */
    public static Replay of(JsonNode entry, ActivePolicy policy) {
        ReleaseInput input = input(entry);
        List<String> differences = new ArrayList<>();
        String cited = entry.path("policy").path("bundle").asText();
        if (!cited.equals(policy.bundle().digest())) {
            differences.add("the entry cites bundle " + cited + ", and this is "
                    + policy.bundle().digest());
        }
        SortedMap<String, RecipientDecision> decided = decide(policy, input);
        for (JsonNode recorded : entry.path("recipients")) {
            compare(recorded, decided.get(recorded.path("id").asText()), differences);
        }
        if (!entry.has("requeue")) {
            decided.keySet().stream()
                    .filter(recipient -> !names(entry, recipient))
                    .forEach(recipient -> differences.add(recipient + ": the entry does not name it"));
        }
        return new Replay(input, decided, differences);
    }

    /** What another revision would have answered. */
    public static SortedMap<String, RecipientDecision> decide(ActivePolicy policy, ReleaseInput input) {
        try {
            return policy.release(input).recipients();
        } catch (DecisionInvalidException e) {
            return Collections.emptySortedMap();
        }
    }

    /** The decision input of an entry. @throws IllegalArgumentException where it has none */
    public static ReleaseInput input(JsonNode entry) {
        String outcome = entry.path("outcome").path("code").asText("");
        String reason = entry.path("outcome").path("reason").asText("");
        if (!entry.path("input").isObject()) {
            throw new IllegalArgumentException(
                    outcome.isEmpty()
                            ? "it is an act, not a record: nothing was decided in it"
                            : "nothing was decided in it: the record is " + outcome
                                    + (reason.isEmpty() ? "" : " (" + reason + ")"));
        }
        return ReleaseInput.of(entry.path("input"));
    }

    private static boolean names(JsonNode entry, String recipient) {
        for (JsonNode recorded : entry.path("recipients")) {
            if (recorded.path("id").asText().equals(recipient)) {
                return true;
            }
        }
        return false;
    }

    /** A quarantine is a fault of the job or the record, of which the policy knows nothing. */
    private static void compare(JsonNode recorded, @Nullable RecipientDecision decided, List<String> differences) {
        String id = recorded.path("id").asText();
        String disposition = recorded.path("disposition").asText();
        if (disposition.equals(Disposition.QUARANTINE.code())
                || decided == null && recorded.at("/reasons/0/rule").asText().equals(NOT_IN_POLICY)) {
            return;
        }
        if (decided == null) {
            differences.add(id + ": the entry says " + disposition + ", and the bundle has no answer");
            return;
        }
        add(differences, id, "", disposition, decided.disposition().code());
        add(differences, id, "plan ", recorded.path("plan").asText(""), text(decided.planDigest()));
        add(differences, id, "legal ground ", text(recorded.path("legal")), legal(decided));
        add(differences, id, "reasons ", text(recorded.path("reasons")), reasons(decided));
    }

    private static void add(List<String> differences, String id, String what, String recorded, String decided) {
        if (!recorded.equals(decided)) {
            differences.add(id + ": the entry says " + what + (recorded.isEmpty() ? "nothing" : recorded)
                    + ", and the bundle says " + (decided.isEmpty() ? "nothing" : decided));
        }
    }

    private static String legal(RecipientDecision decided) {
        return decided.legal() == null ? "" : CanonicalJson.text(decided.legal().toJson());
    }

    private static String reasons(RecipientDecision decided) {
        List<Map<String, Object>> reasons =
                decided.reasons().stream().map(Reason::toJson).toList();
        return reasons.isEmpty() ? "" : CanonicalJson.text(reasons);
    }

    private static String text(JsonNode json) {
        return json.isMissingNode() ? "" : CanonicalJson.text(json);
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
