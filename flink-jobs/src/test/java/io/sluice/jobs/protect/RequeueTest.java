package io.sluice.jobs.protect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.audit.ReasonCode;
import io.sluice.core.decision.Decision;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.event.Choice;
import io.sluice.core.event.Headers;
import io.sluice.core.quarantine.OpenRecipients;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.jobs.kafka.KafkaOutput;
import io.sluice.protection.seal.Header;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes back from quarantine: for whom, under what, how often, and what is no requeue at all. */
@NullUnmarked // what is null here fails the test
class RequeueTest {
    private static final Instant LATER = World.NOW.plus(Duration.ofDays(3));

    private World world;
    private KeyedOneInputStreamOperatorTestHarness<String, IngressRecord, KafkaOutput> harness;

    /** The test policy, mended: what a record asks it to get wrong it gets right. */
    record MendedPolicy(TestPolicy policy) implements PolicyInForce {
        @Override
        public long revision() {
            return policy.revision();
        }

        @Override
        public String bundle() {
            return policy.bundle();
        }

        @Override
        public Rulebook rulebook() {
            return policy.rulebook();
        }

        @Override
        public boolean looksInside() {
            return policy.looksInside();
        }

        @Override
        public Optional<Decision> decide(ReleaseInput input) {
            return policy.decide(new ReleaseInput(
                    input.day(),
                    input.dataset(),
                    input.controller(),
                    input.producer(),
                    input.producerOrg(),
                    input.purpose(),
                    input.region(),
                    input.consents(),
                    input.objections(),
                    input.restrictions(),
                    new TreeMap<>()));
        }
    }

    @BeforeEach
    void open() throws Exception {
        world = new World();
        world.policies.put(2L, new MendedPolicy(new TestPolicy(2)));
        harness = harness();
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
        world.close();
    }

    @Test
    void onlyThoseStillOpenGetAViewUnderTheActivationStamped() throws Exception {
        KafkaOutput quarantined = refusedForResearch("o1").quarantined();

        Outputs out = process(world.requeued(quarantined, 2, LATER));

        assertThat(out.allViews()).isEqualTo(out.views("research")).hasSize(1);
        JsonNode entry = out.entry();
        assertThat(entry.path("id").asText()).isEqualTo("events.ingress/1/4/0#1");
        assertThat(entry.path("recipients")).hasSize(1);
        assertThat(out.recipient("research").path("releasedId").asText())
                .isEqualTo(Outputs.headers(out.views("research").get(0)).get("ce_id"));
        assertThat(entry.at("/policy/activation").asLong()).isEqualTo(2);
        assertThat(entry.at("/policy/revision").asLong()).isEqualTo(2);
        assertThat(entry.path("requeue").toString())
                .isEqualTo("{\"first\":\"events.ingress/1/4/0\",\"open\":[\"research\"],\"sealed\":1,\"stamped\":2}");
        assertThat(entry.path("recorded").asText()).isEqualTo("2026-11-26T09:30:00.000000Z");
        assertThat(entry.at("/input/day").asText())
                .as("it leaves on the day of its requeue")
                .isEqualTo("2026-11-26");
        assertThat(out.of("dev.events.quarantine")).isEmpty();
    }

    @Test
    void aRecordOpenForAllIsDecidedForAll() throws Exception {
        KafkaOutput quarantined = process(
                        world.seal(World.withActivation(world.tags("o1", 1), 9), World.event("o1", World.order(1))))
                .quarantined();
        world.policies.put(10L, new TestPolicy(10));

        Outputs out = process(world.requeued(quarantined, 10, LATER));

        assertThat(out.views("care")).hasSize(1);
        assertThat(out.views("research")).hasSize(1);
        assertThat(out.entry().path("requeue").toString())
                .isEqualTo("{\"first\":\"events.ingress/1/4/0\",\"open\":[\"*\"],\"sealed\":9,\"stamped\":10}");
    }

    @Test
    void itHappensOnceHoweverOftenItIsAsked() throws Exception {
        KafkaOutput quarantined = refusedForResearch("o1").quarantined();
        assertThat(process(world.requeued(quarantined, 2, LATER)).views("research"))
                .hasSize(1);

        assertNotAttempted(process(world.requeued(quarantined, 2, LATER)), "duplicate", "events.ingress/1/4/0");
        restore();
        assertNotAttempted(
                process(world.requeued(quarantined, 2, LATER.plusSeconds(9))), "duplicate", "events.ingress/1/4/0");
        harness.processWatermark(LATER.plus(Duration.ofDays(30)).toEpochMilli());
        assertNotAttempted(
                process(world.requeued(quarantined, 2, LATER.plus(Duration.ofDays(30)))),
                "duplicate",
                "events.ingress/1/4/0");
        harness.processWatermark(LATER.plus(Duration.ofDays(200)).toEpochMilli());
        assertThat(harness.numKeyedStateEntries())
                .as("all is forgotten but whom its view reached")
                .isEqualTo(1);
        assertNotAttempted(
                process(world.requeued(quarantined, 2, LATER.plus(Duration.ofDays(200)))),
                "expired",
                "events.ingress/1/4/0");
    }

    @Test
    void whatFailsAgainIsQuarantinedAgainForTheSame() throws Exception {
        KafkaOutput first = refusedForResearch("o1").quarantined();

        Outputs failed = process(world.requeued(first, 1, LATER));

        assertThat(failed.allViews()).isEmpty();
        assertThat(failed.entry().path("id").asText()).isEqualTo("events.ingress/1/4/0#1");
        KafkaOutput second = failed.quarantined();
        assertThat(Outputs.headers(second))
                .containsEntry("sluice-attempt", "1")
                .containsEntry("sluice-position", "events.ingress/1/4/0")
                .containsEntry("sluice-recipients", "research")
                .doesNotContainKey("sluice-activation");
        assertThat(second.value()).isEqualTo(first.value());
        assertNotAttempted(process(world.requeued(first, 2, LATER)), "duplicate", "events.ingress/1/4/0");
        Outputs mended = process(world.requeued(second, 2, LATER.plusSeconds(60)));
        assertThat(mended.views("research")).hasSize(1);
        assertThat(mended.entry().path("id").asText()).isEqualTo("events.ingress/1/4/0#2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                Headers.RECIPIENTS,
                Headers.POSITION,
                Headers.ATTEMPT,
                Headers.REASON,
                Headers.RECORDED,
                Headers.TICKET,
                Headers.SEAL,
                "ce_purpose",
                "ce_dataset"
            })
    void nobodyCanAlterWhatTheJobSaidOfIt(String header) throws Exception {
        KafkaOutput quarantined = refusedForResearch("o1").quarantined();
        byte[] other = header.equals(Headers.RECIPIENTS)
                ? "*".getBytes(UTF_8)
                : header.equals(Headers.POSITION)
                        ? "events.ingress/1/4/1".getBytes(UTF_8)
                        : header.equals(Headers.ATTEMPT)
                                ? "1".getBytes(UTF_8)
                                : header.equals(Headers.REASON)
                                        ? "stale".getBytes(UTF_8)
                                        : header.equals(Headers.RECORDED)
                                                ? "2026-11-25T09:30:00.020000Z".getBytes(UTF_8)
                                                : "t1_aaaaaaaaaaaaaaaaaaaaaaaaaa".getBytes(UTF_8);
        List<Header> altered = new ArrayList<>();
        List<Header> missing = new ArrayList<>();
        List<Header> doubled = new ArrayList<>();
        for (Header own : quarantined.headers()) {
            boolean isIt = own.name().equals(header);
            altered.add(isIt ? new Header(header, other) : own);
            doubled.add(own);
            if (isIt) {
                doubled.add(own);
            } else {
                missing.add(own);
            }
        }

        for (List<Header> headers : List.of(altered, missing, doubled)) {
            headers.add(new Header(Headers.ACTIVATION, "2".getBytes(UTF_8)));
            assertNotAttempted(
                    process(world.requeued(quarantined.key(), headers, quarantined.value(), LATER)),
                    "ticket-invalid",
                    "");
        }
        assertThat(process(world.requeued(quarantined, 2, LATER)).views("research"))
                .as("the record itself is still good")
                .hasSize(1);
    }

    @Test
    void aTicketIsGoodForItsRecordAlone() throws Exception {
        KafkaOutput quarantined = refusedForResearch("o1").quarantined();
        IngressRecord served = world.order("o2", 1);
        process(served);
        IngressRecord good = world.requeued(quarantined, 2, LATER);

        assertNotAttempted(
                process(world.requeued(good.key(), good.headers(), served.value(), LATER)), "ticket-invalid", "");
        assertNotAttempted(
                process(world.requeued("other".getBytes(UTF_8), good.headers(), good.value(), LATER)),
                "ticket-invalid",
                "");
        assertNotAttempted(process(world.requeued(null, good.headers(), null, LATER)), "ticket-invalid", "");
    }

    @Test
    void poisonIsRefusedWithAnEntryAndLeavesNoState() throws Exception {
        IngressRecord sealed = world.order("o1", 1);
        List<IngressRecord> poison = List.of(
                world.requeued(null, List.of(), null, LATER),
                world.requeued(new byte[0], List.of(), new byte[0], LATER),
                world.requeued(sealed.key(), sealed.headers(), sealed.value(), LATER),
                world.requeued(
                        new byte[100_000],
                        List.of(new Header("sluice-ticket", null), new Header("", new byte[] {(byte) 0xff})),
                        "{}".getBytes(UTF_8),
                        LATER),
                world.requeued(
                        sealed.key(),
                        List.of(
                                new Header(Headers.POSITION, new byte[] {(byte) 0xff}),
                                new Header(Headers.ATTEMPT, "99999999999999".getBytes(UTF_8))),
                        sealed.value(),
                        LATER));

        for (IngressRecord record : poison) {
            JsonNode entry = assertNotAttempted(process(record), "ticket-invalid", "");
            assertThat(entry.path("id").asText())
                    .isEqualTo("events.requeue/2/" + record.position().offset());
        }
        assertThat(harness.numKeyedStateEntries()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "two", "01", "9999999999999999999999"})
    void withoutAnActivationItIsRefused(String activation) throws Exception {
        KafkaOutput quarantined = refusedForResearch("o1").quarantined();
        List<Header> headers = new ArrayList<>(quarantined.headers());
        headers.add(new Header(Headers.ACTIVATION, activation.getBytes(UTF_8)));

        assertNotAttempted(
                process(world.requeued(quarantined.key(), headers, quarantined.value(), LATER)),
                "activation-invalid",
                "events.ingress/1/4/0");
    }

    /** P9: whoever may requeue must not choose among old revisions. */
    @Test
    void p9AnActivationThatWasReplacedDecidesNothingAnyMore() throws Exception {
        KafkaOutput quarantined = refusedForResearch("o1").quarantined();
        world.policies.put(3L, new MendedPolicy(new TestPolicy(3)));
        world.replaced.add(2L);

        Outputs out = process(world.requeued(quarantined, 2, LATER));

        assertThat(out.allViews()).isEmpty();
        assertThat(out.entry().at("/outcome/reason").asText()).isEqualTo("policy-superseded");
        assertThat(Outputs.headers(out.quarantined()))
                .containsEntry("sluice-reason", "policy-superseded")
                .containsEntry("sluice-recipients", "research");
        assertThat(process(world.requeued(out.quarantined(), 3, LATER)).views("research"))
                .hasSize(1);
    }

    @Test
    void p9NothingIsDecidedUnderAnOlderActivationThanTheOneSealedIntoIt() throws Exception {
        KafkaOutput quarantined = process(
                        world.seal(World.withActivation(world.tags("o1", 1), 9), World.event("o1", World.order(1))))
                .quarantined();

        Outputs out = process(world.requeued(quarantined, 2, LATER));

        assertThat(out.allViews()).isEmpty();
        assertThat(out.entry().at("/outcome/reason").asText()).isEqualTo("policy-superseded");
    }

    @Test
    void aRecipientWhomThePolicyNoLongerHasGetsNothing() throws Exception {
        IngressRecord record = world.order("o1", 1);
        KafkaOutput quarantined = world.quarantine()
                .of(record, ReasonCode.TOPIC_MISSING, OpenRecipients.of(List.of("research", "gone", "aged")));

        Outputs out = process(world.requeued(quarantined, 2, LATER));

        assertThat(out.allViews()).isEqualTo(out.views("research")).hasSize(1);
        assertThat(out.entry().path("recipients")).hasSize(3);
        assertThat(out.entry().at("/recipients/0/id").asText()).isEqualTo("aged");
        assertThat(out.recipient("gone").path("disposition").asText()).isEqualTo("withhold");
        assertThat(out.recipient("gone").at("/reasons/0/rule").asText()).isEqualTo("recipient-not-in-policy");
    }

    @Test
    void theStandingChoicesHoldThen() throws Exception {
        process(world.choice("c1", 1, consent()));
        KafkaOutput quarantined = world.quarantine()
                .of(world.order("o1", 1), ReasonCode.TOPIC_MISSING, OpenRecipients.of(List.of("marketing")));
        KafkaOutput another = world.quarantine()
                .of(world.order("o2", 1), ReasonCode.TOPIC_MISSING, OpenRecipients.of(List.of("marketing")));
        assertThat(process(world.requeued(another, 2, LATER)).views("marketing"))
                .hasSize(1);
        process(world.choice("c2", 1, withdrawal()));

        Outputs out = process(world.requeued(quarantined, 2, LATER));

        assertThat(out.allViews()).isEmpty();
        assertThat(out.recipient("marketing").path("disposition").asText()).isEqualTo("withhold");
        assertThat(out.entry().at("/input/subject/consents")).isEmpty();
    }

    @Test
    void aConsentThatComesBackDoesNotUndoWhatWasChosenSince() throws Exception {
        KafkaOutput old = quarantinedChoice("c1", consent());
        KafkaOutput withdrawn = quarantinedChoice("c2", withdrawal());
        assertThat(process(world.requeued(old, 2, LATER))
                        .entry()
                        .at("/outcome/code")
                        .asText())
                .as("nothing was chosen since")
                .isEqualTo("applied");
        KafkaOutput newer = quarantinedChoice("c3", consent());
        process(world.requeued(withdrawn, 2, LATER));
        assertThat(process(world.order("o1", 1)).views("marketing"))
                .as("a withdrawal holds whenever it comes")
                .isEmpty();

        Outputs out = process(world.requeued(newer, 2, LATER));

        assertThat(out.entry().at("/outcome/reason").asText()).isEqualTo("choice-superseded");
        assertThat(out.of("dev.subject.choices")).isEmpty();
        assertThat(process(world.order("o2", 1)).views("marketing")).isEmpty();
    }

    /** What cannot be undone waits for nothing but a consent: whoever came back since keeps what it gave then. */
    @Test
    void anErasureThatComesBackIsAppliedUnlessTheSubjectHasConsentedSince() throws Exception {
        KafkaOutput first = quarantinedChoice("c1", new Choice(Choice.Kind.ERASURE, List.of(), null));
        KafkaOutput second = quarantinedChoice("c2", new Choice(Choice.Kind.ERASURE, List.of(), null));
        process(world.choice("c3", 1, withdrawal()));

        assertThat(process(world.requeued(first, 2, LATER))
                        .entry()
                        .at("/outcome/code")
                        .asText())
                .isEqualTo("applied");
        process(world.choice("c4", 1, consent()));
        Outputs out = process(world.requeued(second, 2, LATER));

        assertThat(out.entry().at("/outcome/reason").asText()).isEqualTo("choice-superseded");
        assertThat(process(world.order("o1", 1)).views("marketing")).hasSize(1);
    }

    /** P7: what was given before is gone, whatever the subject chose since; what it gave after its return is its own. */
    @Test
    void whatCameBeforeAnErasureGoesOutToNobodyAlsoOnceTheSubjectHasReturned() throws Exception {
        process(world.choice("c1", 1, consent()));
        KafkaOutput before = refusedForResearch("o1").quarantined();
        process(world.choice("c2", 1, new Choice(Choice.Kind.ERASURE, List.of(), null)));
        KafkaOutput since = refusedForResearch("o2").quarantined();
        KafkaOutput still = erased(process(world.requeued(before, 2, LATER)));
        process(world.choice("c3", 1, consent()));

        erased(process(world.requeued(still, 2, LATER)));

        assertThat(process(world.requeued(since, 2, LATER)).views("research")).hasSize(1);
    }

    private static KafkaOutput erased(Outputs out) {
        assertThat(out.allViews()).isEmpty();
        assertThat(out.entry().at("/outcome/reason").asText()).isEqualTo("subject-erased");
        return out.quarantined();
    }

    @Test
    void ofCopiesInQuarantineOneGoesOn() throws Exception {
        IngressRecord record = world.order("o1", 1);
        IngressRecord copy = world.copy(record, World.NOW.plusSeconds(60));
        KafkaOutput first = world.quarantine().of(record, ReasonCode.KEY_UNAVAILABLE, OpenRecipients.ALL);
        KafkaOutput second = world.quarantine().of(copy, ReasonCode.STALE, OpenRecipients.ALL);

        assertThat(process(world.requeued(first, 2, LATER)).allViews()).hasSize(2);
        harness.processWatermark(LATER.toEpochMilli());
        Outputs out = process(world.requeued(second, 2, LATER.plusSeconds(1)));

        assertThat(out.all()).hasSize(1);
        assertThat(out.entry().path("id").asText()).isEqualTo("events.ingress/1/4/1#1");
        assertThat(out.entry().at("/outcome/code").asText()).isEqualTo("duplicate");
    }

    @Test
    void aCopyOfWhatWasReleasedIsDroppedAndKnownToThoseThatFollow() throws Exception {
        IngressRecord record = world.order("o1", 1);
        process(record);
        KafkaOutput copy = world.quarantine()
                .of(world.copy(record, World.NOW.plusSeconds(9)), ReasonCode.KEY_UNAVAILABLE, OpenRecipients.ALL);
        assertThat(process(world.requeued(copy, 2, World.NOW.plusSeconds(99)))
                        .entry()
                        .at("/outcome/code")
                        .asText())
                .isEqualTo("duplicate");

        IngressRecord late = world.order("o2", 1);
        KafkaOutput unopened = world.quarantine().of(late, ReasonCode.KEY_UNAVAILABLE, OpenRecipients.ALL);
        assertThat(process(world.requeued(unopened, 2, World.NOW.plusSeconds(99)))
                        .allViews())
                .hasSize(2);
        assertThat(process(world.copy(late, World.NOW.plusSeconds(199)))
                        .entry()
                        .at("/outcome/code")
                        .asText())
                .isEqualTo("duplicate");
    }

    @Test
    void anIdThatWasReusedIsAnotherEventOnceSomebodySaysSo() throws Exception {
        process(world.order("o1", 1));
        KafkaOutput reused = process(world.seal(world.tags("o1", 1), World.event("o1", World.order(2))))
                .quarantined();

        assertThat(process(world.requeued(reused, 2, LATER)).allViews()).hasSize(2);
    }

    @Test
    void whatDoesNotOpenStaysUnbelieved() throws Exception {
        IngressRecord good = world.order("o1", 1);
        byte[] flipped = good.value().clone();
        flipped[3] ^= 1;
        KafkaOutput forged = process(
                        new IngressRecord(good.position(), 0, good.appendedMs(), good.key(), good.headers(), flipped))
                .quarantined();

        Outputs out = process(world.requeued(forged, 2, LATER));

        assertThat(out.entry().at("/outcome/reason").asText()).isEqualTo("seal-invalid");
        assertThat(out.entry().has("dataset")).isFalse();
        assertThat(out.entry().path("requeue").toString())
                .isEqualTo("{\"first\":\"events.ingress/1/4/0\",\"open\":[\"*\"],\"stamped\":2}");
        assertThat(Outputs.headers(out.quarantined())).containsEntry("sluice-attempt", "1");
    }

    @Test
    void paceHoldsTheRate() throws Exception {
        Pace pace = new Pace(200);
        IngressRecord record = world.order("o1", 1);
        long started = System.nanoTime();

        for (int i = 0; i < 21; i++) {
            assertThat(pace.map(record)).isSameAs(record);
        }

        assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
    }

    private Outputs refusedForResearch(String eventId) throws Exception {
        Outputs out = process(
                world.seal(World.withTest(world.tags(eventId, 1), "refused"), World.event(eventId, World.order(1))));
        assertThat(out.views("care")).hasSize(1);
        assertThat(Outputs.headers(out.quarantined())).containsEntry("sluice-recipients", "research");
        return out;
    }

    private KafkaOutput quarantinedChoice(String eventId, Choice choice) {
        return world.quarantine().of(world.choice(eventId, 1, choice), ReasonCode.KEY_UNAVAILABLE, OpenRecipients.ALL);
    }

    private static JsonNode assertNotAttempted(Outputs out, String reason, String record) {
        assertThat(out.all()).as("nothing leaves but its entry").hasSize(1);
        JsonNode entry = out.entry();
        assertThat(entry.path("type").asText()).isEqualTo("io.sluice.audit.act");
        assertThat(entry.path("code").asText()).isEqualTo("requeue-refused");
        assertThat(entry.at("/detail/reason").asText()).isEqualTo(reason);
        assertThat(entry.at("/detail/record").asText()).isEqualTo(record);
        return entry;
    }

    private static Choice consent() {
        return new Choice(Choice.Kind.CONSENT, List.of("newsletter"), "v1");
    }

    private static Choice withdrawal() {
        return new Choice(Choice.Kind.WITHDRAWAL, List.of("newsletter"), null);
    }

    private void restore() throws Exception {
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = harness();
        harness.initializeState(snapshot);
        harness.open();
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
}
