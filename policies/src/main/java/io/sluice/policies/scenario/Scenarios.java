package io.sluice.policies.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.decision.AdmissionDecision;
import io.sluice.core.decision.AdmissionInput;
import io.sluice.core.decision.Decision;
import io.sluice.core.decision.Disposition;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.Producer;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.DecisionInvalidException;
import io.sluice.policies.load.FileKind;
import io.sluice.policies.load.Finding;
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.load.YamlDocument;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Runs {@code scenarios/*.yaml} against a built revision: choices and questions in order, at a pinned day. It looks at
 * decisions and plans, not at payloads. One instance runs one file; not thread-safe.
 */
public final class Scenarios {
    private final ActivePolicy policy;
    private final YamlDocument file;
    private final TreeSet<String> consents = new TreeSet<>();
    private final TreeSet<String> objections = new TreeSet<>();
    private final TreeSet<String> restrictions = new TreeSet<>();
    private final List<Finding> findings = new ArrayList<>();

    private Scenarios(ActivePolicy policy, YamlDocument file) {
        this.policy = policy;
        this.file = file;
    }

    /** Runs all scenarios of a rulebook; what is not as expected is a finding at its step. */
    public static List<Finding> run(LoadedRulebook rulebook, ActivePolicy policy) {
        List<Finding> findings = new ArrayList<>();
        for (YamlDocument file : rulebook.files(FileKind.SCENARIOS)) {
            findings.addAll(new Scenarios(policy, file).steps());
        }
        return findings;
    }

    private List<Finding> steps() {
        int index = 0;
        for (JsonNode step : file.json().path("steps")) {
            String pointer = "/steps/" + index++;
            if (step.has("choose")) {
                choose(step.path("choose"));
            } else if (step.has("admit")) {
                admit(pointer, step);
            } else {
                ask(pointer, step);
            }
        }
        return findings;
    }

    /** As the protect job keeps them: a withdrawal takes a consent back, the others stand. */
    private void choose(JsonNode choice) {
        List<String> purposes = new ArrayList<>();
        choice.path("purposes").forEach(purpose -> purposes.add(purpose.asText()));
        List<String> orAll = purposes.isEmpty() ? List.of("*") : purposes;
        switch (choice.path("kind").asText()) {
            case "consent" -> consents.addAll(purposes);
            case "withdrawal" -> purposes.forEach(consents::remove);
            case "objection" -> objections.addAll(orAll);
            default -> restrictions.addAll(orAll);
        }
    }

    private void admit(String pointer, JsonNode step) {
        JsonNode asked = step.path("admit");
        AdmissionDecision decision = policy.admit(new AdmissionInput(
                asked.path("producer").asText(),
                text(asked, "dataset"),
                text(asked, "purpose"),
                text(asked, "controller")));
        boolean allow = step.path("expect").path("allow").asBoolean();
        String code = text(step.path("expect"), "code");
        if (decision.allow() != allow || code != null && !code.equals(decision.code())) {
            fail(pointer, "admission is " + (decision.allow() ? "allowed" : "refused: " + decision.code()));
        }
    }

    private void ask(String pointer, JsonNode step) {
        Decision decision;
        try {
            decision = policy.release(input(step.path("ask")));
        } catch (DecisionInvalidException e) {
            fail(pointer, "the policy gives no answer, which means deny");
            return;
        }
        for (Map.Entry<String, JsonNode> expected : step.path("expect").properties()) {
            RecipientDecision one = decision.recipients().get(expected.getKey());
            if (one == null) {
                fail(pointer, "recipient '" + expected.getKey() + "' does not exist");
            } else {
                compare(pointer, one, expected.getValue());
            }
        }
    }

    private ReleaseInput input(JsonNode asked) {
        Dataset dataset = policy.rulebook().datasets().get(asked.path("dataset").asText());
        Producer producer =
                policy.rulebook().producers().get(asked.path("producer").asText());
        TreeMap<String, String> attributes = new TreeMap<>();
        asked.path("attributes")
                .properties()
                .forEach(attribute ->
                        attributes.put(attribute.getKey(), attribute.getValue().asText()));
        return new ReleaseInput(
                LocalDate.parse(asked.path("day").asText(file.json().path("day").asText())),
                asked.path("dataset").asText(),
                dataset == null ? "" : dataset.controller(),
                asked.path("producer").asText(),
                producer == null ? "" : producer.org(),
                asked.path("purpose").asText(),
                text(asked, "region"),
                List.copyOf(consents),
                List.copyOf(objections),
                List.copyOf(restrictions),
                attributes);
    }

    private void compare(String pointer, RecipientDecision one, JsonNode expected) {
        String disposition = expected.path("disposition").asText();
        if (!one.disposition().code().equals(disposition)) {
            fail(
                    pointer,
                    one.recipient() + ": " + one.disposition().code() + " " + one.reasons() + ", not " + disposition);
            return;
        }
        String reason = text(expected, "reason");
        if (reason != null
                && one.reasons().stream().noneMatch(given -> given.rule().equals(reason))) {
            fail(pointer, one.recipient() + ": the reasons are " + one.reasons() + ", not " + reason);
        }
        if (one.disposition() == Disposition.RELEASE) {
            for (Map.Entry<String, JsonNode> open : expected.path("open").properties()) {
                transform(pointer, one, open.getKey(), open.getValue().asText());
            }
            expected.path("closed").forEach(pattern -> transform(pointer, one, pattern.asText(), "drop"));
        }
    }

    private void transform(String pointer, RecipientDecision one, String pattern, String expected) {
        String actual = one.plan() == null
                ? "undeclared"
                : one.plan().fields().stream()
                        .filter(rule -> rule.pattern().text().equals(pattern))
                        .map(rule -> rule.transform().name())
                        .findFirst()
                        .orElse("undeclared");
        if (!actual.equals(expected)) {
            fail(pointer, one.recipient() + ": " + pattern + " is " + actual + ", not " + expected);
        }
    }

    private void fail(String pointer, String message) {
        findings.add(file.error(pointer, message));
    }

    private static @Nullable String text(JsonNode json, String name) {
        return json.path(name).isTextual() ? json.get(name).textValue() : null;
    }
}
