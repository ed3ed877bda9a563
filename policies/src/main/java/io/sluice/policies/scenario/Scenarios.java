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
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.load.Similar;
import io.sluice.policies.load.YamlDocument;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs {@code scenarios/*.yaml} against a built revision: choices, questions and events in order, at a pinned day. Of questions
 * it looks at decisions and plans; events are carried through by the {@link EventStand} that it is given. One instance runs one
 * file; not thread-safe.
 */
public final class Scenarios {
    private final ActivePolicy policy;
    private final YamlDocument file;
    private final EventStand stand;
    private final Standing standing = new Standing();
    private final Map<String, String> captured = new HashMap<>();
    private final List<Failure> failures = new ArrayList<>();
    private final List<ReleaseInput> releases = new ArrayList<>();
    private final List<AdmissionInput> admissions = new ArrayList<>();
    private int step;
    private String what = "";

    private Scenarios(ActivePolicy policy, YamlDocument file, EventStand stand) {
        this.policy = policy;
        this.file = file;
        this.stand = stand;
    }

    /**
     * Runs all scenarios of a rulebook, by file.
     *
     * @param stands makes for each scenario a stand that carries its events through and knows nothing of the others
     */
    public static List<ScenarioResult> run(LoadedRulebook rulebook, ActivePolicy policy, Supplier<EventStand> stands) {
        return rulebook.files(FileKind.SCENARIOS).stream()
                .map(file -> run(file, policy, stands.get()))
                .toList();
    }

    /** Runs one scenario. */
    public static ScenarioResult run(YamlDocument file, ActivePolicy policy, EventStand stand) {
        return new Scenarios(policy, file, stand).run();
    }

    private ScenarioResult run() {
        for (JsonNode one : file.json().path("steps")) {
            String pointer = "/steps/" + step++;
            if (one.has("choose")) {
                standing.choose(one.path("choose"));
            } else if (one.has("admit")) {
                admit(pointer, one);
            } else if (one.has("post")) {
                post(pointer, one);
            } else {
                ask(pointer, one);
            }
        }
        return new ScenarioResult(
                file.path(), file.json().path("scenario").asText(), step, failures, releases, admissions);
    }

    private void admit(String pointer, JsonNode one) {
        JsonNode asked = one.path("admit");
        what = "admit " + asked.path("producer").asText();
        AdmissionInput input = new AdmissionInput(
                asked.path("producer").asText(),
                text(asked, "dataset"),
                text(asked, "purpose"),
                text(asked, "controller"));
        admissions.add(input);
        AdmissionDecision decision = policy.admit(input);
        boolean allow = one.path("expect").path("allow").asBoolean();
        String code = text(one.path("expect"), "code");
        if (decision.allow() != allow || (code != null && !code.equals(decision.code()))) {
            fail(pointer, "admission is " + (decision.allow() ? "allowed" : "refused: " + decision.code()));
        }
    }

    private void ask(String pointer, JsonNode one) {
        ReleaseInput input = input(one.path("ask"));
        what = "ask about " + input.dataset();
        releases.add(input);
        Decision decision;
        try {
            decision = policy.release(input);
        } catch (DecisionInvalidException e) {
            fail(pointer, "the policy gives no answer, which means deny");
            return;
        }
        for (Map.Entry<String, JsonNode> expected : one.path("expect").properties()) {
            RecipientDecision given = decision.recipients().get(expected.getKey());
            if (given == null) {
                fail(pointer, noRecipient(expected.getKey()));
            } else {
                compare(pointer, given, expected.getValue());
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
                day(asked),
                asked.path("dataset").asText(),
                dataset == null ? "" : dataset.controller(),
                asked.path("producer").asText(),
                producer == null ? "" : producer.org(),
                asked.path("purpose").asText(),
                text(asked, "region"),
                standing.consents(),
                standing.objections(),
                standing.restrictions(),
                attributes);
    }

    private void compare(String pointer, RecipientDecision given, JsonNode expected) {
        String disposition = expected.path("disposition").asText();
        if (!given.disposition().code().equals(disposition)) {
            fail(
                    pointer,
                    given.recipient() + ": " + given.disposition().code() + " " + given.reasons() + ", not "
                            + disposition);
            return;
        }
        String reason = text(expected, "reason");
        if (reason != null
                && given.reasons().stream().noneMatch(one -> one.rule().equals(reason))) {
            fail(pointer, given.recipient() + ": the reasons are " + given.reasons() + ", not " + reason);
        }
        if (given.disposition() == Disposition.RELEASE) {
            for (Map.Entry<String, JsonNode> open : expected.path("open").properties()) {
                transform(pointer, given, open.getKey(), open.getValue().asText());
            }
            expected.path("closed").forEach(pattern -> transform(pointer, given, pattern.asText(), "drop"));
        }
    }

    private void transform(String pointer, RecipientDecision given, String pattern, String expected) {
        String actual = given.plan() == null
                ? "undeclared"
                : given.plan().fields().stream()
                        .filter(rule -> rule.pattern().text().equals(pattern))
                        .map(rule -> rule.transform().name())
                        .findFirst()
                        .orElse("undeclared");
        if (!actual.equals(expected)) {
            fail(pointer, given.recipient() + ": " + pattern + " is " + actual + ", not " + expected);
        }
    }

    private void post(String pointer, JsonNode one) {
        JsonNode posted = one.path("post");
        PostedEvent event = new PostedEvent(
                posted.path("producer").asText(),
                posted.path("to").asText(),
                text(posted, "purpose"),
                day(posted),
                posted.path("event"));
        what = "post " + event.producer() + " to " + event.address();
        if (one.has("expect") == one.has("refused")) {
            fail(
                    pointer,
                    "a posted event either has 'expect', the recipients' views, or 'refused', the gateway's code");
            return;
        }
        EventOutcome outcome = stand.post(event, standing);
        String code = text(one, "refused");
        if (outcome instanceof EventOutcome.Refused refused) {
            if (!refused.code().equals(code)) {
                fail(
                        code == null ? pointer : pointer + "/refused",
                        "the gateway refuses the event: " + refused.code() + ", " + refused.detail());
            }
            return;
        }
        EventOutcome.Decided decided = (EventOutcome.Decided) outcome;
        releases.add(decided.input());
        if (code != null) {
            fail(pointer + "/refused", "the gateway takes the event");
        }
        for (Map.Entry<String, JsonNode> expected : one.path("expect").properties()) {
            String at = pointer + "/expect/" + YamlDocument.token(expected.getKey());
            EventOutcome.Got got = decided.recipients().get(expected.getKey());
            if (got == null) {
                fail(at, noRecipient(expected.getKey()));
            } else {
                compare(at, expected.getKey(), got, expected.getValue());
            }
        }
    }

    private void compare(String at, String recipient, EventOutcome.Got got, JsonNode expected) {
        String disposition = expected.path("disposition").asText();
        if (!got.disposition().code().equals(disposition)) {
            fail(at, recipient + ": " + got.disposition().code() + " " + got.reasons() + ", not " + disposition);
            return;
        }
        String reason = text(expected, "reason");
        if (reason != null && !got.reasons().contains(reason)) {
            fail(at + "/reason", recipient + ": the reasons are " + got.reasons() + ", not " + reason);
        }
        JsonNode view = expected.get("view");
        if (view == null) {
            return;
        }
        if (got.view() == null) {
            fail(at + "/view", recipient + ": nothing goes out, so there is no view");
            return;
        }
        misspelt(at + "/view", view);
        for (Difference difference : ViewComparison.of(recipient, view, got.view(), got.because(), captured)) {
            failures.add(new Failure(
                    step, what, file.error(at + "/view" + difference.path(), difference.sentence()), difference));
        }
    }

    private void misspelt(String at, JsonNode expected) {
        if (expected.isTextual()) {
            String word = Placeholder.unknown(expected.asText());
            if (word != null) {
                fail(
                        at,
                        expected.asText() + " is no placeholder; there are " + String.join(", ", Placeholder.words())
                                + Similar.hint("<" + word + ">", Placeholder.words()));
            }
        }
        expected.properties()
                .forEach(member -> misspelt(at + "/" + YamlDocument.token(member.getKey()), member.getValue()));
        for (int i = 0; expected.isArray() && i < expected.size(); i++) {
            misspelt(at + "/" + i, expected.get(i));
        }
    }

    private LocalDate day(JsonNode asked) {
        return LocalDate.parse(asked.path("day").asText(file.json().path("day").asText()));
    }

    private String noRecipient(String id) {
        return "recipient '" + id + "' does not exist"
                + Similar.hint(id, policy.rulebook().recipients().keySet());
    }

    private void fail(String pointer, String message) {
        failures.add(new Failure(step, what, file.error(pointer, message), null));
    }

    private static @Nullable String text(JsonNode json, String name) {
        return json.path(name).isTextual() ? json.get(name).textValue() : null;
    }
}
