package io.sluice.jobs.protect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.decision.Envelope;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.event.Choice;
import io.sluice.core.rulebook.Dataset;
import io.sluice.jobs.kafka.CodecSerializer;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.jobs.kafka.KafkaOutput;
import io.sluice.jobs.kafka.TopicFacts;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is told of a subject's choice, and how: the whole function without Kafka. */
@NullUnmarked // what is null here fails the test
class NoticesTest {
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

    /** GDPR Art. 19 and 21; the notice is in the one call, and so in the one transaction, of the choice's entry. */
    @ParameterizedTest
    @EnumSource(
            value = Choice.Kind.class,
            names = {"WITHDRAWAL", "OBJECTION", "RESTRICTION"})
    void whoGotSomethingOfTheSubjectIsToldAsItKnowsTheSubject(Choice.Kind kind) throws Exception {
        process(world.order("o1", 1));
        KafkaOutput view = process(world.order("o2", 1)).views("care").get(0);

        Outputs out = process(world.choice("c1", 1, new Choice(kind, List.of("treatment", "newsletter"), null)));

        KafkaOutput notice = out.views("care").get(0);
        Map<String, String> headers = Outputs.headers(notice);
        assertThat(headers)
                .containsEntry("ce_specversion", "1.0")
                .containsEntry("ce_type", "io.sluice.notice." + kind.code())
                .containsEntry("ce_source", "urn:sluice:dev:notices")
                .containsEntry("ce_subject", World.subject(1).value())
                .containsEntry("ce_time", "2026-11-23T09:30:00.000000Z")
                .containsEntry("content-type", "application/json")
                .hasSize(7);
        assertThat(new String(notice.value(), UTF_8))
                .as("its own purpose and no other of the subject's")
                .isEqualTo("{\"kind\":\"" + kind.code() + "\",\"purposes\":[\"treatment\"]}");
        assertThat(notice.key()).as("the partition of its views").isEqualTo(view.key());
        assertThat(notice.partition()).isEqualTo(view.partition());
        assertThat(out.all()).hasSize(3);
        JsonNode notices = out.entry().path("notices");
        assertThat(notices).hasSize(2);
        assertThat(notices.get(0).toString())
                .isEqualTo("{\"id\":\"care\",\"releasedIds\":[\"" + headers.get("ce_id") + "\"]}");
    }

    /** Art. 11 and 12(2): whom a recipient does not know, it cannot be told of; the entry says that it was not. */
    @Test
    void aRecipientThatKnowsNobodyIsNotTold() throws Exception {
        process(world.order("o1", 1));

        Outputs out = process(world.choice("c1", 1, new Choice(Choice.Kind.OBJECTION, List.of(), null)));

        assertThat(out.views("research")).isEmpty();
        assertThat(out.entry().path("notices").toString())
                .contains("{\"code\":\"not-addressable\",\"id\":\"research\"}");
    }

    @Test
    void nobodyIsToldWhoGotNothingOrForAnotherPurposeOrOfAConsent() throws Exception {
        process(world.order("o1", 1));

        for (IngressRecord choice : List.of(
                world.choice("c1", 2, new Choice(Choice.Kind.OBJECTION, List.of(), null)),
                world.choice("c2", 1, new Choice(Choice.Kind.OBJECTION, List.of("research"), null)),
                world.choice("c3", 1, new Choice(Choice.Kind.CONSENT, List.of("treatment"), "v1")))) {
            Outputs out = process(choice);
            assertThat(out.allViews()).isEmpty();
            assertThat(out.entry().has("notices")).isFalse();
        }
    }

    @Test
    void whomSomethingReachedSurvivesARestoreAndAReplayTellsTheSame() throws Exception {
        process(world.order("o1", 1));
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        IngressRecord choice = world.choice("c1", 1, new Choice(Choice.Kind.WITHDRAWAL, List.of("treatment"), null));
        Map<String, String> first =
                Outputs.headers(process(choice).views("care").get(0));
        harness.close();

        harness = harness();
        harness.initializeState(snapshot);
        harness.open();

        assertThat(Outputs.headers(process(choice).views("care").get(0))).isEqualTo(first);
        assertThat(process(world.copy(choice, World.NOW.plusSeconds(9))).views("care"))
                .as("a copy of the choice tells nobody again")
                .isEmpty();
    }

    /** Views under ids as keys lie in every partition, and only what stands in one partition has an order. */
    @Test
    void whereViewsAreNotUnderTheSubjectsKeyEveryPartitionHasTheNotice() {
        Reached reached = Reached.NOBODY.with(plan("care", "treatment", Envelope.Subject.REF, Envelope.Key.ID));
        OpenedRecord opened = opened("c1");

        Notices.Told told =
                world.steps(0).notices().of(opened, new Choice(Choice.Kind.RESTRICTION, List.of(), null), reached);

        Set<String> ids = new HashSet<>();
        Set<Integer> partitions = new HashSet<>();
        for (KafkaOutput notice : told.outputs()) {
            ids.add(Outputs.headers(notice).get("ce_id"));
            partitions.add(notice.partition());
        }
        assertThat(partitions).containsExactlyInAnyOrder(0, 1);
        assertThat(ids)
                .hasSize(2)
                .containsExactlyInAnyOrderElementsOf(told.outcomes().get(0).releasedIds());
    }

    @Test
    void aTopicThatIsGoneOrTooSmallIsSaidAndHoldsNothingUp() {
        Reached reached = Reached.NOBODY
                .with(plan("gone", "treatment", Envelope.Subject.REF, Envelope.Key.REF))
                .with(plan("care", "treatment", Envelope.Subject.REF, Envelope.Key.REF));
        world.topics.put(World.TOPICS.released("care"), new TopicFacts(2, 10, true));

        Notices.Told told = world.steps(0)
                .notices()
                .of(opened("c1"), new Choice(Choice.Kind.OBJECTION, List.of("treatment"), null), reached);

        assertThat(told.outputs()).isEmpty();
        assertThat(told.outcomes())
                .hasSize(2)
                .allSatisfy(outcome -> assertThat(outcome.untold().code()).isEqualTo("topic-missing"));
    }

    @Test
    void ofSeveralEnvelopesTheMostReservedHoldsForNotices() throws Exception {
        Reached reached = Reached.NOBODY
                .with(plan("care", "treatment", Envelope.Subject.DROP, Envelope.Key.ID, Envelope.Time.KEEP))
                .with(plan("care", "research", Envelope.Subject.REF, Envelope.Key.REF, Envelope.Time.YEAR))
                .with(plan("care", "treatment", Envelope.Subject.REF, Envelope.Key.REF, Envelope.Time.DAY));
        Reached.Reach care = reached.recipients().get("care");

        assertThat(care.purposes()).containsExactly("research", "treatment");
        assertThat(care.named()).isTrue();
        assertThat(care.keyed()).isTrue();
        assertThat(care.time()).isEqualTo(Envelope.Time.YEAR);
        assertThat(reached.with(plan("care", "research", Envelope.Subject.DROP, Envelope.Key.ID)))
                .as("nothing new")
                .isSameAs(reached);

        CodecSerializer<Reached> serializer = new CodecSerializer<>(ReachedCodec.INSTANCE);
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(reached, out);
        assertThat(serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer())))
                .isEqualTo(reached);
    }

    private OpenedRecord opened(String eventId) {
        IngressRecord sealed = world.choice(eventId, 1, "{}");
        return new OpenedRecord(sealed, world.tags(eventId, 1), World.event(eventId, "{}"), null);
    }

    private static ProtectionPlan plan(String recipient, String purpose, Envelope.Subject subject, Envelope.Key key) {
        return plan(recipient, purpose, subject, key, Envelope.Time.KEEP);
    }

    private static ProtectionPlan plan(
            String recipient, String purpose, Envelope.Subject subject, Envelope.Key key, Envelope.Time time) {
        return new ProtectionPlan(
                recipient,
                purpose,
                TestPolicy.DATASET,
                Dataset.Format.JSON,
                List.of(),
                Dataset.Undeclared.DROP,
                new Envelope(time, subject, Envelope.Source.DATASET, key, false));
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
