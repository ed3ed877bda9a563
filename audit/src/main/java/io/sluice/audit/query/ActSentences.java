package io.sluice.audit.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The sentences of acts: what people and rooms did. */
final class ActSentences {
    private ActSentences() {}

    /** The sentence of an act's entry; of a code that is not known here, who did it and what the code is. */
    static String of(JsonNode entry) {
        JsonNode detail = entry.path("detail");
        String when = "At " + text(entry, "time") + " ";
        String who = entry.path("actor").asText(text(entry, "writer"));
        return switch (entry.path("code").asText("")) {
            case "heartbeat" ->
                "The log builder " + text(entry, "writer") + " was alive at " + text(entry, "time")
                        + "; it had appended "
                        + entries(
                                detail.path("to").asLong() - detail.path("from").asLong())
                        + " since its heartbeat before.";
            case "builder-started" ->
                "The log builder " + text(entry, "writer") + " started at " + text(entry, "time")
                        + (detail.path("after").asText().equals("fault") ? ", again after a fault that passed," : "")
                        + " and went on from a log of "
                        + entries(detail.path("size").asLong()) + ".";
            case "admission-refused" ->
                who + " was refused at the gateway "
                        + ReadSentences.times(detail.path("count").asLong()) + " in the minute of "
                        + text(detail, "minute") + " (" + text(detail, "code") + ").";
            case "policy-activated" -> when + who + " " + activation(detail) + ".";
            case "canary-returned" ->
                when + "the canary of " + revision(detail.path("canary")) + " returned by itself: it failed "
                        + text(detail, "failed") + " of " + text(detail, "decided") + " records, the others "
                        + text(detail, "othersFailed") + " of " + text(detail, "others") + ". In force is "
                        + activated(detail) + ".";
            case "quarantine-requeued" ->
                when + who + " requeued " + text(detail, "count") + " quarantined records under revision "
                        + text(detail, "revision") + " (activation " + text(detail, "activation") + "), because: "
                        + text(detail, "why") + ".";
            case "requeue-refused" -> {
                String attempt = detail.path("record").asText("");
                yield "Record " + text(entry, "id") + " was not attempted (" + text(detail, "reason") + ")"
                        + (attempt.isEmpty() ? "" : "; it was quarantined by the attempt " + attempt) + ".";
            }
            case "legal-hold-set" ->
                when + who + " set a legal hold on the subject " + text(detail, "subject") + until(detail.path("hold"))
                        + ", because: " + text(detail.path("hold"), "reason") + ".";
            case "legal-hold-released" ->
                when + who + " released the legal hold on the subject " + text(detail, "subject") + ", because: "
                        + text(detail, "why") + ".";
            case "accounting-suspended" ->
                when + who + " noted that " + text(detail, "agency") + " suspended the accounting of disclosures to "
                        + text(detail, "recipient") + " of the subject " + text(entry.path("subject"), "ref")
                        + " until " + text(detail, "until") + ", by a statement that was "
                        + text(detail, "statement") + ".";
            case "accounting-resumed" ->
                when + who + " ended the suspension of the accounting of disclosures to " + text(detail, "recipient")
                        + " of the subject " + text(entry.path("subject"), "ref") + ".";
            case "erasure-held" ->
                when + "the erasure of the subject " + text(detail, "subject") + " had to wait for a legal hold of "
                        + text(detail.path("hold"), "by") + until(detail.path("hold")) + ", because: "
                        + text(detail.path("hold"), "reason") + ".";
            case "erasure-ordered" -> when + erasure(detail) + " began.";
            case "erasure-punctured" -> when + erasure(detail) + " cut the subject out of the key trees.";
            case "erasure-keys-destroyed" ->
                when + erasure(detail) + " destroyed the keys of the trees before the cut.";
            case "subject-erased" ->
                when + erasure(detail) + " was complete; its certificate has the SHA-256 "
                        + text(detail, "certificateSha256") + ".";
            case "period-keys-destroyed" ->
                when + who + " destroyed the sealing keys of " + days(detail.path("days")) + ".";
            case "log-pruned" ->
                when + who + " had the log pruned: entries " + text(detail, "from") + " to "
                        + (detail.path("to").asLong() - 1) + ", all recorded by " + text(detail, "newest")
                        + ", were to be deleted after this entry, because: " + text(detail, "why")
                        + ". Whether they were, and no hold stopped it, the log's file \"pruned\" tells.";
            case "activity-reviewed" ->
                when + who + " entered that the activity was reviewed, in the first "
                        + text(detail.path("log"), "size")
                        + " entries of this log; the statement is signed in the name of "
                        + text(detail, "reviewer") + " with the key " + text(detail, "keySha256") + ".";
            default ->
                RevealSentences.of(entry)
                        .or(() -> ReadSentences.of(entry))
                        .orElseGet(() ->
                                when + who + " did " + text(entry, "code") + " (entry " + text(entry, "id") + ").");
        };
    }

    private static String entries(long count) {
        return count == 1 ? "1 entry" : String.format(Locale.ROOT, "%,d entries", count);
    }

    private static String activated(JsonNode detail) {
        return revision(detail) + " (activation " + text(detail, "activation") + ")";
    }

    private static String revision(JsonNode detail) {
        return "revision " + text(detail, "revision");
    }

    /** An activation may leave in force what was: it begins or ends what runs beside it. */
    private static String activation(JsonNode detail) {
        String stays = "; in force is " + activated(detail);
        JsonNode ended = detail.path("shadowEnded");
        if (detail.has("shadow")) {
            return "began a shadow of " + revision(detail.path("shadow"))
                    + (ended.isObject() ? " in place of that of " + revision(ended) : "") + stays;
        }
        if (detail.has("canaryEnded")) {
            return "ended the canary of revision " + text(detail, "canaryEnded") + stays;
        }
        if (ended.isObject()) {
            return "ended the shadow of " + revision(ended) + stays;
        }
        JsonNode canary = detail.path("canary");
        if (canary.isObject()) {
            return "began a canary of " + revision(canary) + " for "
                    + String.format(
                            Locale.ROOT,
                            "%.2f %%",
                            canary.path("shareBasisPoints").asInt() / 100.0)
                    + " of the subjects" + stays;
        }
        return "put " + activated(detail) + " in force"
                + (detail.path("floor").asBoolean() ? ", as a floor under what was stamped before" : "");
    }

    private static String erasure(JsonNode detail) {
        return "the erasure of the subject " + text(detail, "subject") + " (choice " + text(detail, "choice") + ")";
    }

    private static String until(JsonNode hold) {
        return hold.has("until") ? " until " + text(hold, "until") : "";
    }

    private static String days(JsonNode days) {
        List<String> named = new ArrayList<>();
        days.forEach(day -> named.add(day.asText()));
        return named.isEmpty() ? "no day" : String.join(", ", named);
    }

    private static String text(JsonNode json, String name) {
        return json.path(name).asText("?");
    }
}
