package io.sluice.policies.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.audit.DecidedEntries;
import io.sluice.core.audit.RecipientOutcome;
import io.sluice.core.decision.Reason;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.IngressPosition;
import io.sluice.core.event.Tags;
import io.sluice.policies.Drafts;
import io.sluice.policies.draft.DraftPolicy;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.Golden;
import io.sluice.policies.evaluate.Strictest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Promise P5: what an entry says was decided is what its input and its bundle decide, and what is otherwise shows. */
class ReplayTest {
    private static final int DECISIONS = 1_000;

    /** Five revisions that differ in tables alone. */
    private static List<ActivePolicy> revisions() {
        return List.of(
                Drafts.with(data -> {}),
                Drafts.with(Drafts.research("health.value", "drop")),
                Drafts.with(Drafts.research("demographic.gender", "redact")),
                Drafts.with(data -> data.withObject("/matrix/fhir-patient/billing/agreement")
                        .put("until", "2026-01-31")
                        .put("clause", "45 CFR 164.504(e)")),
                Drafts.with(
                        data -> data.withObject("/matrix/fhir-patient/research").putArray("compatible")));
    }

    private static List<ReleaseInput> inputs() {
        List<Golden> golden = Golden.all();
        List<ReleaseInput> inputs = new ArrayList<>();
        for (int i = 0; inputs.size() < DECISIONS; i++) {
            ReleaseInput input = golden.get(i % golden.size()).input();
            inputs.add(new ReleaseInput(
                    input.day().plusDays(i / golden.size()),
                    input.dataset(),
                    input.controller(),
                    input.producer(),
                    input.producerOrg(),
                    input.purpose(),
                    input.region(),
                    input.consents(),
                    input.objections(),
                    input.restrictions(),
                    input.attributes()));
        }
        return inputs;
    }

    /** As the protect job writes it. */
    private static ObjectNode entry(ReleaseInput input, ActivePolicy policy) {
        Map<String, Object> entry = new TreeMap<>();
        entry.put("id", "events.ingress/1/0/0");
        entry.put("type", "io.sluice.audit.record");
        entry.put("outcome", Map.of("code", "decided"));
        entry.put("input", input.toJson());
        entry.put("policy", Map.of("bundle", policy.bundle().digest()));
        entry.put(
                "recipients",
                Replay.decide(policy, input).values().stream()
                        .map(ReplayTest::recipient)
                        .toList());
        try {
            return (ObjectNode) StrictJson.read(CanonicalJson.bytes(entry));
        } catch (MalformedJsonException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, Object> recipient(RecipientDecision decision) {
        Map<String, Object> json = new TreeMap<>();
        json.put("id", decision.recipient());
        json.put("disposition", decision.disposition().code());
        if (decision.planDigest() != null && decision.legal() != null) {
            json.put("plan", decision.planDigest());
            json.put("legal", decision.legal().toJson());
        }
        json.put("reasons", decision.reasons().stream().map(Reason::toJson).toList());
        return json;
    }

    @Test
    void aThousandDecisionsOfEachOfFiveRevisionsAreMadeAgainAndAChangedTableIsNoticed() {
        List<ActivePolicy> revisions = revisions();
        List<ReleaseInput> inputs = inputs();
        for (int i = 0; i < revisions.size(); i++) {
            ActivePolicy decided = revisions.get(i);
            ActivePolicy again = DraftPolicy.of(decided.bundle()); // another engine, an empty cache
            ActivePolicy changed = revisions.get((i + 1) % revisions.size());
            int noticed = 0;
            for (ReleaseInput input : inputs) {
                JsonNode entry = entry(input, decided);
                assertThat(Replay.of(entry, again).differences()).isEmpty();
                List<String> differences = Replay.of(entry, changed).differences();
                assertThat(differences).first().asString().startsWith("the entry cites bundle ");
                noticed += differences.size() > 1 ? 1 : 0;
            }
            assertThat(noticed).as("revision " + (i + 1) + " under the next").isPositive();
        }
    }

    /**
     * What a canary decided, and what a floor did in place of a stamp, is replayed from the bundle that the entry cites, not
     * from what was stamped; a table of it that is another one shows.
     */
    @Test
    void whatACanaryOrAFloorDecidedIsMadeAgainFromTheirBundle() throws Exception {
        ActivePolicy active = Drafts.with(data -> {});
        ActivePolicy closing = Drafts.with(Drafts.research("demographic.gender", "drop"));
        assertThat(Strictest.of(List.of(closing, active), "fhir-patient")).containsSame(closing);
        ActivePolicy altered = Drafts.with(
                Drafts.research("demographic.gender", "drop").andThen(Drafts.research("geo.state", "drop")));
        ReleaseInput input = Golden.all().stream()
                .map(Golden::input)
                .filter(one -> one.dataset().equals("fhir-patient"))
                .findFirst()
                .orElseThrow();
        for (long applied : new long[] {2, 4}) { // the canary of activation 2, and a floor after it
            JsonNode entry = written(
                    input,
                    closing,
                    new DecidedEntries.Policy(
                            2,
                            applied,
                            closing.bundle().revision(),
                            closing.bundle().digest()));
            assertThat(entry.at("/policy/activation").asLong()).isEqualTo(2);
            assertThat(entry.at("/policy").has("applied")).isEqualTo(applied == 4);

            assertThat(Replay.of(entry, DraftPolicy.of(closing.bundle())).differences())
                    .isEmpty();
            for (ActivePolicy other : List.of(active, altered)) {
                assertThat(Replay.of(entry, other).differences())
                        .anyMatch(line -> line.startsWith("the entry cites bundle "))
                        .anyMatch(line -> line.startsWith("research: the entry says plan "));
            }
        }
    }

    /** By what the protect job writes entries with. */
    private static JsonNode written(ReleaseInput input, ActivePolicy policy, DecidedEntries.Policy decidedBy)
            throws Exception {
        Instant at = Instant.parse("2026-11-23T12:00:00Z");
        Tags tags = new Tags(
                "e1",
                "urn:sluice:dev:gateway",
                Tags.EVENT_TYPE,
                input.dataset(),
                input.producer(),
                input.purpose(),
                null,
                input.region(),
                at,
                decidedBy.activation(),
                input.attributes());
        List<RecipientOutcome> outcomes = Replay.decide(policy, input).values().stream()
                .map(decision -> new RecipientOutcome(
                        decision.recipient(),
                        decision.disposition(),
                        decision.plan() == null ? null : "view-of-" + decision.recipient(),
                        decision.planDigest(),
                        new int[0],
                        0,
                        Set.of(),
                        decision.legal(),
                        decision.reasons(),
                        null))
                .toList();
        return StrictJson.read(
                new DecidedEntries("dev", "protect/0", "st-elsewhere", List.of("hipaa"), decidedBy, input)
                        .of(new IngressPosition(1, 0, 5), 0, at, tags, outcomes)
                        .canonical());
    }

    @Test
    void eachPartOfAnEntryThatSaysSomethingElseIsNamed() {
        ActivePolicy policy = Drafts.with(data -> {});
        ReleaseInput input = Golden.all().stream()
                .map(Golden::input)
                .filter(one -> one.dataset().equals("fhir-patient"))
                .findFirst()
                .orElseThrow();
        ObjectNode plan = entry(input, policy);
        first(plan, "release").put("plan", "0".repeat(64));
        assertThat(Replay.of(plan, policy).differences())
                .singleElement()
                .asString()
                .contains("the entry says plan 0000", "and the bundle says ");

        ObjectNode legal = entry(input, policy);
        first(legal, "release").withObject("legal").put("purpose", "marketing");
        assertThat(Replay.of(legal, policy).differences())
                .singleElement()
                .asString()
                .contains("legal ground");

        ObjectNode disposition = entry(input, policy);
        first(disposition, "withhold").put("disposition", "release");
        assertThat(Replay.of(disposition, policy).differences())
                .singleElement()
                .asString()
                .contains("the entry says release, and the bundle says withhold");

        ObjectNode missing = entry(input, policy);
        missing.withArray("recipients").remove(0);
        assertThat(Replay.of(missing, policy).differences())
                .singleElement()
                .asString()
                .contains("does not name it");

        ObjectNode fault = entry(input, policy);
        first(fault, "release").put("disposition", "quarantine").put("code", "topic-missing");
        assertThat(Replay.of(fault, policy).differences()).isEmpty();
    }

    private static ObjectNode first(ObjectNode entry, String disposition) {
        for (JsonNode recipient : entry.path("recipients")) {
            if (recipient.path("disposition").asText().equals(disposition)) {
                return (ObjectNode) recipient;
            }
        }
        throw new AssertionError("no " + disposition);
    }

    @Test
    void whatDecidedNothingIsNotReplayed() throws Exception {
        assertThatThrownBy(() -> Replay.input(StrictJson.read("{\"code\":\"heartbeat\"}".getBytes("UTF-8"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it is an act");
        assertThatThrownBy(() -> Replay.input(StrictJson.read(
                        "{\"outcome\":{\"code\":\"quarantined\",\"reason\":\"seal-invalid\"}}".getBytes("UTF-8"))))
                .hasMessageContaining("the record is quarantined (seal-invalid)");
    }

    @Test
    void everyFieldHasItsReasonAndTheClauseOfTheRulebook() {
        ActivePolicy policy = Drafts.with(data -> {});
        ReleaseInput input = Golden.all().stream()
                .map(Golden::input)
                .filter(one -> one.dataset().equals("fhir-patient"))
                .findFirst()
                .orElseThrow();
        var research = Objects.requireNonNull(
                Objects.requireNonNull(Replay.decide(policy, input).get("research"))
                        .plan());
        List<FieldReason> reasons = FieldReasons.of(research, policy);
        assertThat(reasons).hasSameSizeAs(research.fields());
        assertThat(reasons)
                .filteredOn(reason -> reason.rule().pattern().text().equals("/gender"))
                .singleElement()
                .satisfies(reason -> {
                    assertThat(reason.because())
                            .isEqualTo("protections/research-fhir.yaml, rule on demographic.gender");
                    assertThat(reason.clause()).isEqualTo("45 CFR 164.514(b)(2)");
                });
        assertThat(reasons)
                .filteredOn(reason -> reason.rule().rule().equals("default"))
                .isNotEmpty()
                .allSatisfy(reason -> assertThat(reason.clause()).isEqualTo("GDPR Art. 25(2)"));
    }
}
