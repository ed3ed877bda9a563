package io.sluice.audit.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Says in one English sentence what an entry means. Holds codes, ids and counts only, as the entry does. Thread-safe.
 */
public final class EntryExplainer {
    private static final int MAX_RULES = 3;
    private static final Map<String, String> DONE = Map.ofEntries(
            Map.entry("keep", "kept"),
            Map.entry("generalise", "generalised"),
            Map.entry("date-shift", "date-shifted"),
            Map.entry("mask", "masked"),
            Map.entry("tokenise", "tokenised"),
            Map.entry("tokenise-fpe", "tokenised in their format"),
            Map.entry("pseudonymise", "pseudonymised"),
            Map.entry("encrypt", "encrypted"),
            Map.entry("encrypt-deterministic", "encrypted deterministically"),
            Map.entry("redact", "redacted"),
            Map.entry("drop", "dropped"));

    private final Function<String, Optional<byte[]>> plans;

    /** Looks plans up by their digest, as {@code PolicyArchive::plan} does. */
    public EntryExplainer(Function<String, Optional<byte[]>> plans) {
        this.plans = plans;
    }

    /** The sentence of an entry. */
    public String explain(JsonNode entry) {
        return switch (entry.path("type").asText("")) {
            case AuditEntry.RECORD -> record(entry);
            case AuditEntry.CHOICE -> choice(entry);
            default -> ActSentences.of(entry);
        };
    }

    private String record(JsonNode entry) {
        String code = entry.path("outcome").path("code").asText("");
        String who = sent(entry) + again(entry.path("requeue"));
        if (code.equals("duplicate")) {
            return who + "; it was a copy of an earlier record, and nothing was released.";
        }
        if (code.equals("quarantined")) {
            return who + "; it was quarantined "
                    + (entry.has("requeue") ? "again for those (" : "for all recipients (")
                    + entry.path("outcome").path("reason").asText("no reason given") + "), and nothing was released.";
        }
        List<String> parts = new ArrayList<>(List.of(who));
        entry.path("recipients").forEach(recipient -> parts.add(recipient(recipient)));
        parts.add("decided under revision "
                + entry.path("policy").path("revision").asText("?") + " (activation "
                + entry.path("policy").path("activation").asText("?") + ")");
        return String.join("; ", parts) + ".";
    }

    private static String sent(JsonNode entry) {
        String id = entry.path("id").asText("");
        if (entry.path("producer").isMissingNode()) {
            return "Record " + id + " could not be verified, so nothing that it says of itself is repeated here";
        }
        return "Producer " + entry.path("producer").asText() + " sent record " + id + " of dataset "
                + entry.path("dataset").asText("?") + " for purpose "
                + entry.path("purpose").asText("?");
    }

    private static String again(JsonNode requeue) {
        if (requeue.isMissingNode()) {
            return "";
        }
        List<String> open = new ArrayList<>();
        requeue.path("open").forEach(recipient -> open.add(recipient.asText()));
        return "; it came back from quarantine for "
                + (open.contains("*") ? "all recipients" : String.join(", ", open)) + ", its first entry is "
                + requeue.path("first").asText("?");
    }

    private String recipient(JsonNode recipient) {
        String id = recipient.path("id").asText("?");
        return switch (recipient.path("disposition").asText("")) {
            case "release" -> released(id, recipient);
            case "withhold" -> "recipient " + id + " got nothing" + because(recipient);
            default ->
                "for recipient " + id + " it was quarantined ("
                        + recipient.path("code").asText("no reason given") + ")";
        };
    }

    private String released(String id, JsonNode recipient) {
        Map<String, Long> done = new LinkedHashMap<>();
        Set<String> dropRules = new TreeSet<>();
        JsonNode plan = plan(recipient.path("plan").asText(""));
        long given = count(recipient.path("patterns"), plan, done, dropRules);
        List<String> parts = new ArrayList<>();
        done.forEach(
                (what, count) -> parts.add(count + " " + what + (what.equals("dropped") ? byRules(dropRules) : "")));
        long undeclared = recipient.path("undeclared").asLong();
        if (undeclared > 0) {
            parts.add(undeclared + " undeclared dropped");
        }
        String fields = plan == null
                ? "fields of " + recipient.path("patterns").size() + " patterns of a plan that is not kept here"
                : given == 1 ? "1 field" : given + " fields";
        String legal = recipient.path("legal").path("purpose").asText("");
        return "recipient " + id + " got " + fields + (parts.isEmpty() ? "" : ": " + String.join(", ", parts))
                + because(recipient) + (legal.isEmpty() ? "" : ", for " + legal + ground(recipient.path("legal")));
    }

    /** Adds up what was done, in the plan's order of transforms; returns how many fields went out. */
    private static long count(
            JsonNode patterns, @Nullable JsonNode plan, Map<String, Long> done, Set<String> dropRules) {
        long given = 0;
        for (JsonNode pattern : patterns) {
            JsonNode rule = plan == null
                    ? null
                    : plan.path("fields").path(pattern.path(0).asInt(-1));
            if (rule == null || rule.isMissingNode()) {
                continue;
            }
            String kind = rule.path("transform").asText("").split("\\.")[0];
            long count = pattern.path(1).asLong();
            done.merge(DONE.getOrDefault(kind, kind), count, Long::sum);
            if (kind.equals("drop")) {
                dropRules.add(rule.path("rule").asText("?"));
            } else {
                given += count;
            }
        }
        return given;
    }

    private static String byRules(Set<String> rules) {
        List<String> named = rules.stream().limit(MAX_RULES).toList();
        return named.isEmpty()
                ? ""
                : " by rule " + String.join(", ", named) + (rules.size() > MAX_RULES ? " and others" : "");
    }

    private static String because(JsonNode recipient) {
        List<String> reasons = new ArrayList<>();
        recipient.path("reasons").forEach(reason -> {
            String clause = reason.path("clause").asText("");
            reasons.add("rule " + reason.path("rule").asText("?") + (clause.isEmpty() ? "" : ", " + clause));
        });
        return reasons.isEmpty() ? "" : " (" + String.join("; ", reasons) + ")";
    }

    private static String ground(JsonNode legal) {
        List<String> grounds = new ArrayList<>();
        say(grounds, "GDPR Art. 6(1)(", legal.path("gdpr6"), ")");
        say(grounds, "GDPR Art. 9(2)(", legal.path("gdpr9"), ")");
        say(grounds, "HIPAA ", legal.path("hipaa"), "");
        say(grounds, "consent text ", legal.path("consent"), "");
        return grounds.isEmpty() ? "" : " on the ground of " + String.join(", ", grounds);
    }

    private static void say(List<String> grounds, String before, JsonNode value, String after) {
        if (value.isTextual()) {
            grounds.add(before + value.textValue() + after);
        }
    }

    private static String choice(JsonNode entry) {
        JsonNode choice = entry.path("choice");
        if (choice.isMissingNode()) {
            return "Choice " + entry.path("id").asText() + " was not applied ("
                    + entry.path("outcome")
                            .path("reason")
                            .asText(entry.path("outcome").path("code").asText("?"))
                    + ").";
        }
        List<String> purposes = new ArrayList<>();
        choice.path("purposes").forEach(purpose -> purposes.add(purpose.asText()));
        return "Subject " + entry.path("subject").path("ref").asText("?") + " made the choice "
                + choice.path("kind").asText("?")
                + (purposes.isEmpty() ? "" : " for " + String.join(", ", purposes))
                + (choice.has("textVersion")
                        ? " (text " + choice.path("textVersion").asText() + ")"
                        : "")
                + ", entry " + entry.path("id").asText() + ", with the outcome "
                + entry.path("outcome").path("code").asText("?") + "." + notices(entry);
    }

    private static String notices(JsonNode entry) {
        List<String> told = new ArrayList<>();
        List<String> untold = new ArrayList<>();
        for (JsonNode notice : entry.path("notices")) {
            String id = notice.path("id").asText("?");
            if (notice.has("code")) {
                untold.add(id + " (" + notice.path("code").asText() + ")");
            } else {
                told.add(id);
            }
        }
        return (told.isEmpty() ? "" : " Told of it: " + String.join(", ", told) + ".")
                + (untold.isEmpty() ? "" : " Not told: " + String.join(", ", untold) + ".");
    }

    private @Nullable JsonNode plan(String digest) {
        return plans.apply(digest).map(EntryExplainer::parse).orElse(null);
    }

    private static JsonNode parse(byte[] plan) {
        try {
            return StrictJson.read(plan);
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException("the plan is not JSON: " + e.getMessage(), e);
        }
    }
}
