package io.sluice.cli.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.sluice.cli.output.Table;
import io.sluice.core.decision.Disposition;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.decision.Reason;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.policies.diff.FieldChange;
import io.sluice.policies.diff.ViewDiff;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.explain.FieldReason;
import io.sluice.policies.explain.FieldReasons;
import io.sluice.policies.explain.Replay;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A replayed decision, for people and for programs. Not thread-safe. */
public final class ExplainText {
    private final JsonNode entry;
    private final ActivePolicy policy;
    private final Replay replay;
    private final boolean all;
    private final SortedMap<String, ViewDiff> otherwise = new TreeMap<>();
    private String other = "";

    /** @param all every field of a plan, not only those that the record had */
    public ExplainText(JsonNode entry, ActivePolicy policy, Replay replay, boolean all) {
        this.entry = entry;
        this.policy = policy;
        this.replay = replay;
        this.all = all;
    }

    /** Adds what another revision would have decided. */
    public void under(String name, ActivePolicy revision) {
        other = name;
        SortedMap<String, RecipientDecision> answers = Replay.decide(revision, replay.input());
        TreeSet<String> recipients = new TreeSet<>(replay.decided().keySet());
        recipients.addAll(answers.keySet());
        for (String recipient : recipients) {
            otherwise.put(
                    recipient,
                    ViewDiff.of(
                            replay.input().dataset(),
                            replay.decided().get(recipient),
                            answers.get(recipient),
                            policy.rulebook(),
                            revision.rulebook()));
        }
    }

    /** For people. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append("Entry ")
                .append(entry.path("id").asText())
                .append(": ")
                .append(replay.input().dataset())
                .append(" of ")
                .append(replay.input().producer())
                .append(", collected for ")
                .append(replay.input().purpose())
                .append(", on ")
                .append(replay.input().day())
                .append(choices())
                .append('\n');
        text.append("Decided under revision ")
                .append(policy.bundle().revision())
                .append(" (bundle ")
                .append(policy.bundle().digest(), 0, 12)
                .append("). Decided again: ")
                .append(replay.differences().isEmpty() ? "the same.\n" : "NOT the same.\n");
        replay.differences().forEach(line -> text.append("  ").append(line).append('\n'));
        replay.decided().values().forEach(decision -> recipient(text, decision));
        if (!other.isEmpty()) {
            under(text);
        }
        return text.toString();
    }

    private String choices() {
        List<String> choices = new ArrayList<>();
        addChoice(choices, "consents", replay.input().consents());
        addChoice(choices, "objections", replay.input().objections());
        addChoice(choices, "restrictions", replay.input().restrictions());
        return choices.isEmpty() ? "" : "; " + String.join("; ", choices);
    }

    private static void addChoice(List<String> choices, String what, List<String> purposes) {
        if (!purposes.isEmpty()) {
            choices.add(what + " " + String.join(", ", purposes));
        }
    }

    private void recipient(StringBuilder text, RecipientDecision decision) {
        JsonNode recorded = recorded(decision.recipient());
        text.append('\n').append(decision.recipient()).append(": ");
        if (recorded.isMissingNode()) {
            text.append("not open in this attempt, and ");
        } else if (recorded.has("code")) {
            text.append("quarantined (")
                    .append(recorded.path("code").asText())
                    .append("), a fault and no decision; the policy says ");
        }
        text.append(decision.disposition().code())
                .append(ground(decision))
                .append(", because of ")
                .append(decision.reasons().stream().map(ExplainText::words).collect(Collectors.joining("; ")))
                .append('\n');
        ProtectionPlan plan = decision.plan();
        if (plan != null) {
            text.append(fields(plan, recorded).toString().indent(2));
        }
    }

    private static String ground(RecipientDecision decision) {
        var legal = decision.legal();
        if (decision.disposition() != Disposition.RELEASE || legal == null) {
            return "";
        }
        List<String> grounds = new ArrayList<>();
        legal.toJson().forEach((name, value) -> {
            if (!name.equals("purpose")) {
                grounds.add(name + " " + value);
            }
        });
        return " for " + legal.purpose() + (grounds.isEmpty() ? "" : " (" + String.join(", ", grounds) + ")");
    }

    private static String words(Reason reason) {
        return reason.rule() + (reason.clause() == null ? "" : " (" + reason.clause() + ")");
    }

    private Table fields(ProtectionPlan plan, JsonNode recorded) {
        Table table = new Table("field", "times", "transform", "because", "clause");
        Map<Integer, Long> times = times(recorded);
        List<FieldReason> reasons = FieldReasons.of(plan, policy);
        for (int i = 0; i < reasons.size(); i++) {
            FieldReason reason = reasons.get(i);
            if (all || times.containsKey(i)) {
                table.row(
                        reason.rule().pattern().text(),
                        times.getOrDefault(i, 0L),
                        reason.rule().transform().name(),
                        reason.because(),
                        reason.clause().isEmpty() ? "-" : reason.clause());
            }
        }
        return table;
    }

    /** How often each pattern matched, by its index in the plan that the entry cites. */
    private static Map<Integer, Long> times(JsonNode recorded) {
        Map<Integer, Long> times = new LinkedHashMap<>();
        recorded.path("patterns")
                .forEach(pair -> times.put(pair.path(0).asInt(), pair.path(1).asLong()));
        return times;
    }

    private JsonNode recorded(String recipient) {
        for (JsonNode recorded : entry.path("recipients")) {
            if (recorded.path("id").asText().equals(recipient)) {
                return recorded;
            }
        }
        return MissingNode.getInstance();
    }

    private void under(StringBuilder text) {
        text.append("\nUnder ").append(other).append(":\n");
        for (Map.Entry<String, ViewDiff> view : otherwise.entrySet()) {
            if (view.getValue().isEmpty()) {
                text.append(view.getKey()).append(": the same\n");
            } else {
                text.append(view.getKey())
                        .append(": ")
                        .append(DiffText.dispositions(view.getValue()))
                        .append('\n');
                DiffText.details(text, view.getValue());
            }
        }
    }

    /** For programs. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("entry", entry.path("id").asText());
        json.put("revision", policy.bundle().revision());
        json.put("bundle", policy.bundle().digest());
        json.put("input", replay.input().toJson());
        json.put("same", replay.differences().isEmpty());
        json.put("differences", replay.differences());
        json.put(
                "recipients", replay.decided().values().stream().map(this::json).toList());
        if (!other.isEmpty()) {
            Map<String, Object> under = new LinkedHashMap<>();
            otherwise.forEach((recipient, diff) -> under.put(recipient, json(diff)));
            json.put("under", Map.of("revision", other, "recipients", under));
        }
        return json;
    }

    private Map<String, Object> json(RecipientDecision decision) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", decision.recipient());
        json.put("disposition", decision.disposition().code());
        json.put("reasons", decision.reasons().stream().map(Reason::toJson).toList());
        ProtectionPlan plan = decision.plan();
        if (plan != null && decision.legal() != null) {
            json.put("legal", decision.legal().toJson());
            Map<Integer, Long> times = times(recorded(decision.recipient()));
            List<Map<String, Object>> fields = new ArrayList<>();
            List<FieldReason> reasons = FieldReasons.of(plan, policy);
            for (int i = 0; i < reasons.size(); i++) {
                if (all || times.containsKey(i)) {
                    Map<String, Object> field = reasons.get(i).toJson();
                    field.put("times", times.getOrDefault(i, 0L));
                    fields.add(field);
                }
            }
            json.put("fields", fields);
        }
        return json;
    }

    private static Map<String, Object> json(ViewDiff diff) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("before", diff.before());
        json.put("after", diff.after());
        json.put("fields", diff.fields().stream().map(FieldChange::toJson).toList());
        json.put("terms", diff.terms().stream().map(ViewDiff.TermChange::toJson).toList());
        return json;
    }
}
