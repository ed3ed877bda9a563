package io.sluice.jobs.protect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.audit.SubjectErasure;
import io.sluice.core.event.Choice;
import io.sluice.core.event.IngressPosition;
import io.sluice.core.event.Tags;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.jobs.kafka.KafkaOutput;
import io.sluice.jobs.kafka.TopicFacts;
import io.sluice.protection.keys.RingKey;
import io.sluice.protection.seal.Header;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole function without Kafka: every disposition and every reason code. */
@NullUnmarked // what is null here fails the test
class ProtectFunctionTest {
    @TempDir
    Path folder;

    private World world;

    private KeyedOneInputStreamOperatorTestHarness<String, IngressRecord, KafkaOutput> harness;

    @BeforeEach
    void open() throws Exception {
        world = new World();
        harness = harness();
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
        world.close();
    }

    @Test
    void releasesEachRecipientsViewAndOneEntryLast() throws Exception {
        Outputs out = process(world.order("o1", 1));

        assertThat(out.views("care")).hasSize(1);
        assertThat(out.views("research")).hasSize(1);
        assertThat(out.views("marketing")).isEmpty();
        assertThat(new String(out.views("care").get(0).value(), UTF_8)).isEqualTo(World.order(1));
        assertThat(new String(out.views("research").get(0).value(), UTF_8)).isEqualTo("{\"item\":\"tea-1\"}");
        assertThat(out.all().get(out.all().size() - 1).topic()).isEqualTo("dev.audit.entries");
        JsonNode entry = out.entry();
        assertThat(entry.path("id").asText()).isEqualTo("events.ingress/1/4/0");
        assertThat(entry.path("outcome").path("code").asText()).isEqualTo("decided");
        assertThat(entry.path("policy").path("activation").asLong()).isEqualTo(1);
        assertThat(entry.path("controller").asText()).isEqualTo("webshop");
        assertThat(entry.path("regimes").get(0).asText()).isEqualTo("gdpr");
        assertThat(out.recipient("marketing").path("disposition").asText()).isEqualTo("withhold");
        assertThat(out.recipient("care").path("releasedId").asText())
                .isEqualTo(Outputs.headers(out.views("care").get(0)).get("ce_id"))
                .isNotEqualTo(out.recipient("research").path("releasedId").asText());
        assertThat(out.of("dev.audit.entries").get(0).partition()).isEqualTo(4 % 3);
    }

    @Test
    void opensOfTheEnvelopeOnlyWhatThePlanOpens() throws Exception {
        Outputs out = process(world.order("o1", 1));

        KafkaOutput care = out.views("care").get(0);
        assertThat(Outputs.headers(care))
                .containsEntry("ce_subject", World.subject(1).value())
                .containsEntry("ce_time", "2026-11-23T09:30:00.000000Z")
                .containsEntry("ce_source", "urn:sluice:dev:dataset:orders:producer:shop")
                .containsEntry("ce_type", "io.sluice.view.orders")
                .containsEntry("content-type", "application/json")
                .containsEntry("sluice-policy", "1");
        assertThat(new String(care.key(), UTF_8)).isEqualTo(World.subject(1).value());
        KafkaOutput research = out.views("research").get(0);
        Map<String, String> headers = Outputs.headers(research);
        assertThat(headers.keySet())
                .containsExactlyInAnyOrder(
                        "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "content-type");
        assertThat(headers)
                .containsEntry("ce_time", "2026-01-01T00:00:00Z")
                .containsEntry("ce_source", "urn:sluice:dev:dataset:orders");
        assertThat(new String(research.key(), UTF_8)).isEqualTo(headers.get("ce_id"));
        assertThat(research.timestampMs())
                .isEqualTo(java.time.Instant.parse("2026-01-01T00:00:00Z").toEpochMilli());
    }

    @Test
    void theReleasedIdIsTheSameOnAReplayAndOtherForAnotherPosition() throws Exception {
        IngressRecord record = world.order("o1", 1);
        String first = process(record).recipient("care").path("releasedId").asText();
        harness.close();
        harness = harness();
        harness.open();

        assertThat(process(record).recipient("care").path("releasedId").asText())
                .isEqualTo(first)
                .matches("r1_[a-z2-7]{26}");
        assertThat(process(world.order("o2", 1))
                        .recipient("care")
                        .path("releasedId")
                        .asText())
                .isNotEqualTo(first);
    }

    @Test
    void writesAPlanOnceBeforeTheFirstEntryThatCitesIt() throws Exception {
        Outputs first = process(world.order("o1", 1));
        Outputs second = process(world.order("o2", 2));

        assertThat(first.of("dev.policy.plans")).hasSize(2);
        for (KafkaOutput plan : first.of("dev.policy.plans")) {
            assertThat(io.sluice.core.encoding.Sha256.hex(plan.value())).isEqualTo(new String(plan.key(), UTF_8));
        }
        assertThat(first.of("dev.policy.plans").stream().map(plan -> new String(plan.key(), UTF_8)))
                .contains(first.recipient("care").path("plan").asText());
        assertThat(second.of("dev.policy.plans")).isEmpty();
    }

    @Test
    void dropsACopyAndSaysSo() throws Exception {
        IngressRecord record = world.order("o1", 1);
        process(record);

        Outputs out = process(world.copy(record, World.NOW.plusSeconds(60)));

        assertThat(out.all()).hasSize(1);
        assertThat(out.entry().path("outcome").path("code").asText()).isEqualTo("duplicate");
    }

    @Test
    void quarantinesTheSameIdWithOtherContent() throws Exception {
        process(world.order("o1", 1));

        Outputs out = process(world.seal(world.tags("o1", 1), World.event("o1", World.order(2))));

        assertFaulty(out, "id-reused");
    }

    @Test
    void aRetryUnderANewSealIsACopyWithinTheWindowOnly() throws Exception {
        process(world.order("o1", 1));
        Tags within = World.with(world.tags("o1", 1), World.NOW.plus(Duration.ofMinutes(59)));
        Tags beyond = World.with(world.tags("o1", 1), World.NOW.plus(Duration.ofMinutes(61)));

        assertThat(process(world.seal(within, World.event("o1", World.order(1))))
                        .entry()
                        .path("outcome")
                        .path("code")
                        .asText())
                .isEqualTo("duplicate");
        assertThat(process(world.seal(beyond, World.event("o1", World.order(1))))
                        .allViews())
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {3_601, -3_601})
    void quarantinesARecordWhoseTimeOfReceiptIsAWindowOff(long seconds) throws Exception {
        IngressRecord record = world.order("o1", 1);

        assertFaulty(process(world.copy(record, World.NOW.plusSeconds(seconds))), "stale");
        assertThat(process(record).allViews())
                .as("nothing of it was remembered")
                .hasSize(2);
    }

    /** Brokers refuse what is more than an hour ahead of their clocks, and the whole transaction with it. */
    @Test
    void aGatewayWhoseClockIsAheadMakesNoRecordsOfTheFuture() throws Exception {
        IngressRecord ahead = world.copy(world.order("o1", 1), World.NOW.minusSeconds(3_599));

        Outputs out = process(ahead);

        KafkaOutput care = out.views("care").get(0);
        assertThat(care.timestampMs()).isEqualTo(ahead.appendedMs());
        assertThat(Outputs.headers(care)).containsEntry("ce_time", "2026-11-23T09:30:00.000000Z");
        assertThat(out.views("research").get(0).timestampMs())
                .as("as coarse as ever")
                .isEqualTo(java.time.Instant.parse("2026-01-01T00:00:00Z").toEpochMilli());
        process(world.choice("c1", 1, consent("newsletter")));
        Outputs notice = process(world.copy(
                world.choice("c2", 1, new Choice(Choice.Kind.ERASURE, List.of(), null)), World.NOW.minusSeconds(60)));
        assertThat(notice.views("care").get(0).timestampMs())
                .isEqualTo(World.NOW.minusSeconds(60).toEpochMilli());
    }

    @Test
    void quarantinesForgedAlteredAndTruncatedRecords() throws Exception {
        IngressRecord good = world.order("o1", 1);
        byte[] flipped = good.value().clone();
        flipped[3] ^= 1;

        assertRefused(process(altered(good, good.key(), good.headers(), flipped)), "seal-invalid");
        assertRefused(
                process(altered(good, good.key(), good.headers(), java.util.Arrays.copyOf(flipped, 5))),
                "seal-invalid");
        assertRefused(process(altered(good, good.key(), good.headers(), null)), "seal-invalid");
        assertRefused(
                process(altered(good, good.key(), retagged(good, "ce_purpose", "newsletter"), good.value())),
                "seal-invalid");
        assertRefused(
                process(altered(good, good.key(), retagged(good, "ce_dataset", "fhir-patient"), good.value())),
                "seal-invalid");
        assertRefused(
                process(altered(good, World.subject(9).value().getBytes(UTF_8), good.headers(), good.value())),
                "header-invalid");
        assertRefused(process(altered(good, null, good.headers(), good.value())), "header-invalid");
        assertRefused(process(altered(good, new byte[100_000], good.headers(), good.value())), "header-invalid");
        assertRefused(process(altered(good, good.key(), List.of(), "{}".getBytes(UTF_8))), "header-invalid");
        List<Header> doubled = new ArrayList<>(good.headers());
        doubled.add(new Header("ce_purpose", "order-fulfilment".getBytes(UTF_8)));
        assertRefused(process(altered(good, good.key(), doubled, good.value())), "header-invalid");
        assertThat(harness.numKeyedStateEntries())
                .as("no state of what did not verify")
                .isZero();
    }

    @Test
    void aQuarantinedRecordKeepsItsSealAndHeadersButNoForgedSluiceHeaders() throws Exception {
        IngressRecord good = world.order("o1", 1);
        List<Header> headers = new ArrayList<>(good.headers());
        headers.add(new Header("Sluice-Reason", "forged".getBytes(UTF_8)));
        headers.add(new Header("sluice-recipients", "nobody".getBytes(UTF_8)));
        byte[] flipped = good.value().clone();
        flipped[0] ^= 1;

        KafkaOutput quarantined =
                process(altered(good, good.key(), headers, flipped)).quarantined();

        assertThat(Outputs.headers(quarantined))
                .containsEntry("sluice-reason", "seal-invalid")
                .containsEntry("sluice-recipients", "*")
                .containsEntry("sluice-attempt", "0")
                .containsEntry("ce_dataset", "orders")
                .containsKey("sluice-seal")
                .doesNotContainKey("Sluice-Reason");
        assertThat(quarantined.value()).isEqualTo(flipped);
    }

    @Test
    void quarantinesWhereTheKeyOfThePeriodIsGone() throws Exception {
        close();
        world = new World(TestKeys.in(folder));
        IngressRecord record = world.order("o1", 1);
        world.sealKeys.destroyPeriodsBefore(LocalDate.of(2027, 1, 1));
        harness = harness();
        harness.open();

        assertRefused(process(record), "key-unavailable");
    }

    @Test
    void p1OpensNothingWhileTheKmsOfViewsIsOutOfReachAndRecoversAlone() throws Exception {
        world.inReach.set(false);
        assertRefused(process(world.order("o1", 1)), "key-unavailable");

        world.inReach.set(true);
        assertThat(process(world.order("o2", 2)).allViews()).isNotEmpty();
    }

    @Test
    void quarantinesWithoutTheActivation() throws Exception {
        assertFaulty(
                process(world.seal(World.withActivation(world.tags("o1", 1), 9), World.event("o1", World.order(1)))),
                "policy-unavailable");
    }

    /** P9: the entry holds what was stamped and what was applied; the view names the revision that decided. */
    @Test
    void aFloorDecidesAndTheEntrySaysSo() throws Exception {
        world.chosen.put(1L, new Ruling.Decides(new TestPolicy(7), 9));
        Outputs out = process(world.order("o1", 1));
        assertThat(out.entry().at("/policy/activation").asLong()).isEqualTo(1);
        assertThat(out.entry().at("/policy/applied").asLong()).isEqualTo(9);
        assertThat(out.entry().at("/policy/revision").asLong()).isEqualTo(7);
        assertThat(out.entry().at("/policy/bundle").asText()).isEqualTo(new TestPolicy(7).bundle());

        world.chosen.clear();
        JsonNode before = process(world.order("o2", 1)).entry().path("policy");
        assertThat(before.path("revision").asLong()).isEqualTo(1);
        assertThat(before.has("applied")).isFalse();
    }

    @Test
    void quarantinesWhereNeitherFloorNorStampIsTheStricter() throws Exception {
        world.chosen.put(1L, Ruling.None.CONFLICT);
        assertFaulty(process(world.order("o1", 1)), "floor-conflict");
    }

    @Test
    void quarantinesWhereTheEngineDidNotComeBack() throws Exception {
        Outputs out = process(
                world.seal(World.withTest(world.tags("o1", 1), "engineless"), World.event("o1", World.order(1))));
        assertFaulty(out, "policy-unavailable");
        assertThat(out.entry().at("/policy/revision").asLong()).isEqualTo(1);
    }

    @Test
    void quarantinesWhatTheRulebookOfTheActivationDoesNotKnow() throws Exception {
        assertFaulty(
                process(world.seal(World.withDataset(world.tags("o1", 1), "other"), World.event("o1", "{}"))),
                "dataset-unknown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"undefined", "throws"})
    void quarantinesWithoutADecision(String test) throws Exception {
        assertFaulty(
                process(world.seal(World.withTest(world.tags("o1", 1), test), World.event("o1", World.order(1)))),
                "decision-invalid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"item\":1}{", "no json", "{\"item\":\"\\ud800\" x"})
    void quarantinesAPayloadThatDoesNotParse(String payload) throws Exception {
        assertFaulty(process(world.seal(world.tags("o1", 1), World.event("o1", payload))), "payload-invalid");
    }

    @Test
    void oneRecipientsInvalidDecisionIsItsOwn() throws Exception {
        Outputs out =
                process(world.seal(World.withTest(world.tags("o1", 1), "refused"), World.event("o1", World.order(1))));

        assertOnlyResearchQuarantined(out, "decision-invalid");
    }

    @Test
    void oneRecipientsFailedTransformIsItsOwn() throws Exception {
        Outputs out = process(
                world.seal(World.withTest(world.tags("o1", 1), "unavailable"), World.event("o1", World.order(1))));

        assertOnlyResearchQuarantined(out, "transform-failed");
    }

    @Test
    void quarantinesUndeclaredFieldsWhereThePlanSaysSo() throws Exception {
        Outputs out = process(
                world.seal(World.withTest(world.tags("o1", 1), "undeclared"), World.event("o1", World.order(1))));

        assertOnlyResearchQuarantined(out, "undeclared-field");
    }

    @Test
    void oneRecipientsMissingTopicIsItsOwn() throws Exception {
        world.topics.remove("dev.released.research");

        assertOnlyResearchQuarantined(process(world.order("o1", 1)), "topic-missing");
    }

    @Test
    void aTopicThatMayNotBeWrittenIsMissing() throws Exception {
        world.topics.put("dev.released.research", new TopicFacts(1, 1 << 20, false));

        assertOnlyResearchQuarantined(process(world.order("o1", 1)), "topic-missing");
    }

    @Test
    void aViewThatTheTopicDoesNotTakeIsItsRecipientsFault() throws Exception {
        world.topics.put("dev.released.research", new TopicFacts(1, 300, true));

        assertOnlyResearchQuarantined(process(world.order("o1", 1)), "view-too-large");
    }

    @Test
    void aViewBeyondTheJobsLimitIsQuarantined() throws Exception {
        String large = "{\"item\":\"" + "x".repeat(100_001) + "\"}";

        Outputs out = process(world.seal(world.tags("o1", 1), World.event("o1", large)));

        assertThat(out.allViews()).isEmpty();
        assertThat(out.recipient("care").path("code").asText()).isEqualTo("view-too-large");
        assertThat(Outputs.headers(out.quarantined())).containsEntry("sluice-recipients", "care,research");
    }

    @Test
    void aPlanThatCannotBeKeptIsNotCited() throws Exception {
        world.topics.put("dev.policy.plans", new TopicFacts(1, 300, true));

        Outputs out = process(world.order("o1", 1));

        assertThat(out.allViews()).isEmpty();
        assertThat(out.recipient("care").path("code").asText()).isEqualTo("decision-invalid");
    }

    @Test
    void releasesNothingWhereTheEntryDoesNotFit() throws Exception {
        Outputs out =
                process(world.seal(World.withTest(world.tags("o1", 1), "verbose"), World.event("o1", World.order(1))));

        assertFaulty(out, "entry-too-large");
        assertThat(out.of("dev.audit.entries").get(0).value().length).isLessThan(2_000);
        assertThat(out.of("dev.policy.plans")).isEmpty();
    }

    @Test
    void aChoiceRulesTheSubjectsLaterEventsAndNobodyElses() throws Exception {
        assertThat(process(world.order("o1", 1)).views("marketing")).isEmpty();

        Outputs chosen = process(world.choice("c1", 1, consent("newsletter")));

        assertThat(chosen.all()).hasSize(2);
        assertThat(new String(chosen.of("dev.subject.choices").get(0).key(), UTF_8))
                .isEqualTo(World.subject(1).value());
        assertThat(Outputs.json(chosen.of("dev.subject.choices").get(0))
                        .path("consents")
                        .get(0)
                        .asText())
                .isEqualTo("newsletter");
        assertThat(chosen.entry().path("type").asText()).isEqualTo("io.sluice.audit.choice");
        assertThat(chosen.entry().path("outcome").path("code").asText()).isEqualTo("applied");
        assertThat(process(world.order("o2", 1)).views("marketing")).hasSize(1);
        assertThat(process(world.order("o3", 2)).views("marketing")).isEmpty();
        process(world.choice("c2", 1, new Choice(Choice.Kind.WITHDRAWAL, List.of("newsletter"), null)));
        assertThat(process(world.order("o4", 1)).views("marketing")).isEmpty();
    }

    @Test
    void aCopyOfAConsentAfterItsWithdrawalChangesNothing() throws Exception {
        IngressRecord consent = world.choice("c1", 1, consent("newsletter"));
        process(consent);
        process(world.choice("c2", 1, new Choice(Choice.Kind.WITHDRAWAL, List.of("newsletter"), null)));

        Outputs copy = process(world.copy(consent, World.NOW.plusSeconds(5)));

        assertThat(copy.of("dev.subject.choices")).isEmpty();
        assertThat(process(world.order("o1", 1)).views("marketing")).isEmpty();
    }

    @Test
    void anObjectionToAllOutweighsAConsent() throws Exception {
        process(world.choice("c1", 1, consent("newsletter")));
        process(world.choice("c2", 1, new Choice(Choice.Kind.OBJECTION, List.of(), null)));

        Outputs out = process(world.order("o1", 1));

        assertThat(out.views("marketing")).isEmpty();
        assertThat(out.entry()
                        .path("input")
                        .path("subject")
                        .path("objections")
                        .get(0)
                        .asText())
                .isEqualTo("*");
    }

    /** P5: what entries of one question have in common is kept; another question's entry must hold that question. */
    @Test
    void p5EachEntryHoldsWhatItsOwnDecisionWasAsked() throws Exception {
        JsonNode plain = process(world.order("o1", 1)).entry();
        JsonNode tested = process(world.seal(
                        World.withTest(world.tags("o2", 1), "undeclared"), World.event("o2", World.order(1))))
                .entry();
        process(world.choice("c1", 1, consent("newsletter")));
        JsonNode consented = process(world.order("o3", 1)).entry();
        JsonNode alike = process(world.order("o4", 2)).entry();

        assertThat(plain.at("/input/attributes")).isEmpty();
        assertThat(tested.at("/input/attributes/test").asText()).isEqualTo("undeclared");
        assertThat(consented.at("/input/subject/consents/0").asText()).isEqualTo("newsletter");
        assertThat(alike.path("input")).isEqualTo(plain.path("input")).isNotEqualTo(consented.path("input"));
        assertThat(alike.path("id")).isNotEqualTo(plain.path("id"));
    }

    @Test
    void asksAboutDeclaredPurposesOnly() throws Exception {
        process(world.choice("c1", 1, consent("undeclared", "newsletter")));

        assertThat(process(world.order("o1", 1))
                        .entry()
                        .path("input")
                        .path("subject")
                        .path("consents"))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "nonsense",
                "{\"kind\":\"consent\",\"purposes\":[]}",
                "{\"kind\":\"erasure\",\"purposes\":[\"newsletter\"]}",
                "{\"kind\":\"consent\",\"purposes\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\"],"
                        + "\"textVersion\":\"v1\"}"
            })
    void quarantinesAChoiceThatItCannotApply(String json) throws Exception {
        Outputs out = process(world.choice("c1", 1, json));

        assertFaulty(out, "choice-invalid");
        assertThat(out.of("dev.subject.choices")).isEmpty();
    }

    /** GDPR Art. 17: nothing goes on, and all of it is in the one call, and so in the one transaction, of the choice's entry. */
    @Test
    void anErasureBlocksItsSubjectUntilItConsentsAnew() throws Exception {
        process(world.order("o1", 1));
        process(world.choice("c1", 1, consent("newsletter")));
        process(world.choice("c2", 1, new Choice(Choice.Kind.RESTRICTION, List.of("newsletter"), null)));

        Outputs out = process(world.choice("c3", 1, new Choice(Choice.Kind.ERASURE, List.of(), null)));

        JsonNode entry = out.entry();
        assertThat(entry.at("/choice/kind").asText()).isEqualTo("erasure");
        assertThat(entry.at("/outcome/code").asText()).isEqualTo("applied");
        KafkaOutput notice = out.views("care").get(0);
        assertThat(Outputs.headers(notice)).containsEntry("ce_type", "io.sluice.notice.erasure");
        String id = Outputs.headers(notice).get("ce_id");
        JsonNode set = Outputs.json(out.of("dev.subject.choices").get(0));
        assertThat(set.toString())
                .isEqualTo("{\"consents\":[],\"erasure\":{\"entry\":\""
                        + entry.path("id").asText()
                        + "\",\"received\":\"2026-11-23T09:30:00.000000Z\",\"recipients\":[{\"id\":\"care\",\"releasedIds\":[\""
                        + id + "\"]},{\"code\":\"not-addressable\",\"id\":\"research\"}],\"returned\":false},"
                        + "\"objections\":[],\"restrictions\":[\"*\"],\"version\":2}");

        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = harness();
        harness.initializeState(snapshot);
        harness.open();
        process(world.choice("c4", 1, new Choice(Choice.Kind.WITHDRAWAL, List.of("newsletter"), null)));
        JsonNode asked = process(world.order("o2", 1)).entry().at("/input/subject");
        assertThat(asked.path("consents")).isEmpty();
        assertThat(asked.path("restrictions").toString()).isEqualTo("[\"*\"]");
        assertThat(process(world.order("o3", 2)).entry().at("/input/subject/restrictions"))
                .as("another subject")
                .isEmpty();

        Outputs returned = process(world.choice("c5", 1, consent("newsletter")));
        byte[] standing = returned.of("dev.subject.choices").get(0).value();
        assertThat(SubjectErasure.ofChoices(standing).orElseThrow().returned()).isTrue();
        assertThat(Outputs.json(standing).path("restrictions").toString())
                .as("what it restricted before stays restricted")
                .isEqualTo("[\"newsletter\"]");
    }

    @Test
    void standingChoicesOfTheVersionBeforeErasureAreRead() throws Exception {
        DataInputDeserializer before =
                new DataInputDeserializer(new byte[] {0, 0, 0, 1, 0, 1, 'a', 0, 0, 0, 0, 0, 0, 0, 0});

        assertThat(StandingChoicesCodec.INSTANCE.read(1, before))
                .isEqualTo(new StandingChoices(List.of("a"), List.of(), List.of(), null));
    }

    @Test
    void stateSurvivesARestore() throws Exception {
        IngressRecord seen = world.order("o1", 1);
        process(seen);
        process(world.choice("c1", 1, consent("newsletter")));
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();

        harness = harness();
        harness.initializeState(snapshot);
        harness.open();

        assertThat(process(world.copy(seen, World.NOW.plusSeconds(9)))
                        .entry()
                        .path("outcome")
                        .path("code")
                        .asText())
                .isEqualTo("duplicate");
        assertThat(process(world.order("o2", 1)).views("marketing")).hasSize(1);
    }

    @Test
    void aSnapshotHoldsNothingOfAPayloadNorAKey() throws Exception {
        process(world.order("o1", 1));
        process(world.choice("c1", 1, consent("newsletter")));

        StringBuilder snapshot = new StringBuilder();
        for (KeyedStateHandle handle : harness.snapshot(1, 1).getManagedKeyedState()) {
            try (java.io.InputStream in = ((StreamStateHandle) handle).openInputStream()) {
                snapshot.append(new String(in.readAllBytes(), java.nio.charset.StandardCharsets.ISO_8859_1));
            }
        }

        String text = snapshot.toString().toLowerCase(Locale.ROOT);
        assertThat(text).contains(World.subject(1).value());
        assertThat(text).doesNotContain("nordmann", "tea-1", "secret", "https://shop");
        assertThat(world.fields.ring().all()).isNotEmpty();
        for (RingKey key : world.fields.ring().all()) {
            byte[] half = key.secret().with(bytes -> Arrays.copyOf(bytes, 16));
            assertThat(snapshot.toString().contains(new String(half, java.nio.charset.StandardCharsets.ISO_8859_1)))
                    .as(key.name())
                    .isFalse();
            assertThat(text.contains(HexFormat.of().formatHex(half)))
                    .as(key.name())
                    .isFalse();
        }
    }

    @Test
    void forgetsIdsWhenNoRecordCanNeedThemAndBoundsThemBefore() throws Exception {
        process(world.order("o1", 1));
        assertThat(harness.numEventTimeTimers()).isEqualTo(1);

        harness.processWatermark(World.NOW.plus(Duration.ofHours(3)).toEpochMilli());

        assertThat(harness.numEventTimeTimers()).isZero();
        assertThat(harness.numKeyedStateEntries())
                .as("whom the views reached is needed for as long as those have them")
                .isEqualTo(1);
    }

    @Test
    void aWindowThatGrewKnowsTheCopiesOfBeforeAndForgetsThemToo() throws Exception {
        IngressRecord first = world.order("o1", 1);
        process(first);
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();
        world.limits = world.limits.withDuplicateWindow(Duration.ofHours(2));
        harness = harness();
        harness.initializeState(snapshot);
        harness.open();

        harness.processWatermark(World.NOW.plus(Duration.ofHours(3)).toEpochMilli()); // past the timer of before
        assertThat(process(world.copy(first, World.NOW.plus(Duration.ofMinutes(110))))
                        .entry()
                        .path("outcome")
                        .path("code")
                        .asText())
                .isEqualTo("duplicate");
        harness.processWatermark(World.NOW.plus(Duration.ofHours(5)).toEpochMilli());

        assertThat(harness.numEventTimeTimers()).isZero();
        assertThat(harness.numKeyedStateEntries()).as("whom the views reached").isEqualTo(1);
    }

    @Test
    void pastTheLimitOldIdsGoAndTheirCopiesAreStale() throws Exception {
        List<IngressRecord> records = new ArrayList<>();
        for (int i = 0; i < 101; i++) {
            Tags tags = World.with(world.tags("o" + i, 1), World.NOW.plusSeconds(i));
            records.add(world.seal(tags, World.event("o" + i, World.order(1))));
            assertThat(process(records.get(i)).allViews()).hasSize(2);
        }

        assertFaulty(process(world.copy(records.get(0), World.NOW.plusSeconds(200))), "stale");
        assertThat(process(world.copy(records.get(100), World.NOW.plusSeconds(200)))
                        .entry()
                        .path("outcome")
                        .path("code")
                        .asText())
                .isEqualTo("duplicate");
        assertThat(harness.numKeyedStateEntries()).isLessThan(110);
    }

    private KeyedOneInputStreamOperatorTestHarness<String, IngressRecord, KafkaOutput> harness() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(world.function()), IngressRecord::stateKey, Types.STRING);
    }

    private Outputs process(IngressRecord record) throws Exception {
        harness.getOutput().clear();
        harness.processElement(new StreamRecord<>(record, record.appendedMs()));
        return new Outputs(harness.extractOutputValues());
    }

    private static Choice consent(String... purposes) {
        return new Choice(Choice.Kind.CONSENT, List.of(purposes), "v1");
    }

    private static IngressRecord altered(
            IngressRecord record,
            byte @org.jspecify.annotations.Nullable [] key,
            List<Header> headers,
            byte @org.jspecify.annotations.Nullable [] value) {
        IngressPosition position = record.position();
        return new IngressRecord(position, 0, record.appendedMs(), key, headers, value);
    }

    private static List<Header> retagged(IngressRecord record, String name, String value) {
        return record.headers().stream()
                .map(header -> header.name().equals(name) ? new Header(name, value.getBytes(UTF_8)) : header)
                .collect(Collectors.toList());
    }

    private static void assertRefused(Outputs out, String reason) {
        assertThat(out.all()).hasSize(2);
        assertThat(Outputs.headers(out.quarantined()))
                .containsEntry("sluice-reason", reason)
                .containsEntry("sluice-recipients", "*");
        JsonNode entry = out.entry();
        assertThat(entry.path("outcome").path("code").asText()).isEqualTo("quarantined");
        assertThat(entry.path("outcome").path("reason").asText()).isEqualTo(reason);
        List<String> members = new ArrayList<>();
        entry.fieldNames().forEachRemaining(members::add);
        assertThat(members)
                .containsExactlyInAnyOrder("specversion", "id", "type", "tenant", "writer", "recorded", "outcome");
    }

    /** Faults of what a policy was asked, or of what came of its answer, name it: they may be its own. */
    private static final Set<String> UNDER_A_POLICY =
            Set.of("dataset-unknown", "decision-invalid", "entry-too-large", "payload-invalid");

    private static void assertFaulty(Outputs out, String reason) {
        assertThat(out.allViews()).isEmpty();
        assertThat(out.all()).hasSize(2);
        assertThat(Outputs.headers(out.quarantined()))
                .containsEntry("sluice-reason", reason)
                .containsEntry("sluice-recipients", "*");
        assertThat(out.entry().path("outcome").path("reason").asText()).isEqualTo(reason);
        assertThat(out.entry().path("dataset").asText()).isNotEmpty();
        JsonNode policy = out.entry().path("policy");
        if (UNDER_A_POLICY.contains(reason)) {
            assertThat(policy.path("activation").asLong()).isEqualTo(1);
            assertThat(policy.path("revision").asLong()).isEqualTo(1);
            assertThat(policy.path("bundle").asText()).matches("[0-9a-f]{64}");
        } else if (!reason.equals("policy-unavailable")) { // there may be one whose engine did not come back
            assertThat(policy.isMissingNode()).as(reason).isTrue();
        }
    }

    private static void assertOnlyResearchQuarantined(Outputs out, String reason) {
        assertThat(out.views("care")).hasSize(1);
        assertThat(out.views("research")).isEmpty();
        assertThat(out.recipient("research").path("disposition").asText()).isEqualTo("quarantine");
        assertThat(out.recipient("research").path("code").asText()).isEqualTo(reason);
        assertThat(out.entry().path("outcome").path("code").asText()).isEqualTo("decided");
        assertThat(Outputs.headers(out.quarantined()))
                .containsEntry("sluice-reason", reason)
                .containsEntry("sluice-recipients", "research");
    }
}
