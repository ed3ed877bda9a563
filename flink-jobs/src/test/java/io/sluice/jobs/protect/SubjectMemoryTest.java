package io.sluice.jobs.protect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.event.Choice;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.jobs.kafka.KafkaOutput;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.flink.api.common.typeinfo.Types;
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

/** A patient's record says who the patient is; the notes that come later know it. */
@NullUnmarked // what is null here fails the test
class SubjectMemoryTest {
    private static final String PATIENT = """
            {"id":"P-4711","name":[{"family":"Quackenbush","given":["Zebulon","Ng"]}],"birthDate":"1949-07-21",
             "telecom":[{"value":"617-555-0142"}]}""";
    private static final String NOTE = """
            {"subject":{"reference":"Patient/P-4711"},"author":{"display":"Ada Lovelace"},
             "note":"Ze\\u0062ulon Q\\u00fcackenbush (P4711, born 7/21/49) called Dr. Lovelace from (617) 555 0142 about %s"}""";

    @TempDir
    Path folder;

    private World world;
    private KeyedOneInputStreamOperatorTestHarness<String, IngressRecord, KafkaOutput> harness;

    @BeforeEach
    void open() throws Exception {
        world = new World();
        world.policies.put(1L, new TextPolicy(true));
        harness = harness();
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
        world.close();
    }

    @Test
    void aLaterNoteIsMaskedByWhatAnEarlierRecordSaid() throws Exception {
        assertThat(patient("p1", 1, PATIENT)
                        .recipient("care")
                        .path("disposition")
                        .asText())
                .isEqualTo("withhold");

        Outputs out = note("n1", 1, "Zebulon's tea");

        assertThat(text(out))
                .isEqualTo("[name] [name] ([number], born [date]) called Dr. [name] from [phone] about [name]'s tea");
        JsonNode findings = out.recipient("care").path("findings");
        assertThat(findings.path("masked").path("name").asInt()).isEqualTo(4);
        assertThat(findings.path("masked").path("phone").asInt()).isEqualTo(1);
        assertThat(findings.has("dropped")).isFalse();
    }

    @Test
    void whatSeveralRecordsSaidIsAllKnown() throws Exception {
        patient("p1", 1, PATIENT);
        patient("p2", 1, PATIENT.replace("Quackenbush", "Featherstone"));

        assertThat(text(note("n1", 1, "once Mrs Featherstone")))
                .startsWith("[name] [name] (")
                .endsWith("about once Mrs [name]");
    }

    @Test
    void theNoteOfASubjectThatNobodyHasNamedDoesNotGoOut() throws Exception {
        patient("p1", 1, PATIENT);

        Outputs out = note("n1", 2, "tea");

        assertThat(new String(out.views("care").get(0).value(), UTF_8)).isEqualTo("{}");
        assertThat(out.recipient("care")
                        .path("findings")
                        .path("dropped")
                        .path("subject-unknown")
                        .asInt())
                .isEqualTo(1);
    }

    /** A name beside a reference is masked, but it is not enough to open a text. */
    @Test
    void aNameAloneIsNotEnough() throws Exception {
        patient("p1", 1, "{\"id\":\"P-4711\",\"name\":[{\"family\":\"Quackenbush\"}]}");
        assertThat(note("n1", 1, "tea")
                        .recipient("care")
                        .path("findings")
                        .path("dropped")
                        .has("subject-unknown"))
                .isTrue();

        patient("p2", 1, "{\"id\":\"P-4711\",\"name\":[{\"given\":[\"Zebulon\"]}],\"birthDate\":\"1949-07-21\"}");
        assertThat(text(note("n2", 1, "tea"))).startsWith("[name] [name] ([number], born [date])");
    }

    @Test
    void itSurvivesARestoreAndIsNeverInClear() throws Exception {
        patient("p1", 1, PATIENT);
        note("n1", 1, "tea");
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);

        StringBuilder bytes = new StringBuilder();
        for (KeyedStateHandle handle : snapshot.getManagedKeyedState()) {
            try (InputStream in = ((StreamStateHandle) handle).openInputStream()) {
                bytes.append(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(bytes.toString())
                .contains("subject-identifiers")
                .contains(World.subject(1).value());
        assertThat(bytes.toString().toLowerCase(Locale.ROOT))
                .doesNotContain("quackenbush", "zebulon", "4711", "1949", "0142", "lovelace");

        harness.close();
        harness = harness();
        harness.initializeState(snapshot);
        harness.open();
        assertThat(text(note("n2", 1, "tea"))).startsWith("[name] [name] (");
    }

    /** Also of a record that comes late, until the subject returns. */
    @Test
    void anErasureForgetsTheSubject() throws Exception {
        patient("p1", 1, PATIENT);
        chosen("c1", new Choice(Choice.Kind.ERASURE, List.of(), null));
        assertSubjectUnknown(note("n1", 1, "tea"));

        patient("p2", 1, PATIENT);
        assertSubjectUnknown(note("n2", 1, "tea"));

        chosen("c2", new Choice(Choice.Kind.CONSENT, List.of("treatment"), "v1"));
        patient("p3", 1, PATIENT);
        assertThat(text(note("n3", 1, "tea"))).startsWith("[name] [name] (");
    }

    private void chosen(String id, Choice choice) throws Exception {
        IngressRecord record = world.choice(id, 1, choice);
        harness.processElement(new StreamRecord<>(record, record.appendedMs()));
    }

    private static void assertSubjectUnknown(Outputs out) {
        assertThat(out.recipient("care").at("/findings/dropped/subject-unknown").asInt())
                .isEqualTo(1);
    }

    @Test
    void whatDoesNotOpenClosesTheTexts() throws Exception {
        patient("p1", 1, PATIENT);
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();
        world.close();
        world = new World(TestKeys.in(folder));
        world.policies.put(1L, new TextPolicy(true));
        harness = harness();
        harness.initializeState(snapshot);
        harness.open();

        assertThat(note("n1", 1, "tea")
                        .recipient("care")
                        .path("findings")
                        .path("dropped")
                        .path("identifiers-unreadable")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void forgetsASubjectOfWhomNothingComesAnyMore() throws Exception {
        patient("p1", 1, PATIENT);
        harness.setStateTtlProcessingTime(
                SubjectMemory.KEPT.minus(Duration.ofDays(1)).toMillis());
        assertThat(text(note("n1", 1, "tea"))).startsWith("[name] [name] (");

        harness.setStateTtlProcessingTime(
                SubjectMemory.KEPT.multipliedBy(2).minus(Duration.ofDays(2)).toMillis());
        assertThat(text(note("n2", 1, "tea"))).as("a note counts too").startsWith("[name] [name] (");

        harness.setStateTtlProcessingTime(SubjectMemory.KEPT.multipliedBy(4).toMillis());
        assertThat(note("n3", 1, "tea")
                        .recipient("care")
                        .path("findings")
                        .path("dropped")
                        .has("subject-unknown"))
                .isTrue();
    }

    @Test
    void nothingIsRememberedWhereNobodyLooksInside() throws Exception {
        close();
        world = new World(TestKeys.in(folder));
        world.policies.put(1L, new TextPolicy(false));
        harness = harness();
        harness.open();
        patient("p1", 1, PATIENT);
        note("n1", 1, "tea");
        assertThat(world.fields.ring().versions("subject-identifiers")).isEmpty();

        world.policies.put(1L, new TextPolicy(true));
        assertThat(note("n2", 1, "tea")
                        .recipient("care")
                        .path("findings")
                        .path("dropped")
                        .has("subject-unknown"))
                .isTrue();
    }

    private Outputs patient(String id, int subject, String json) throws Exception {
        return process(id, subject, TextPolicy.PATIENTS, json);
    }

    private Outputs note(String id, int subject, String about) throws Exception {
        return process(id, subject, TextPolicy.NOTES, NOTE.formatted(about));
    }

    private Outputs process(String id, int subject, String dataset, String json) throws Exception {
        IngressRecord record = world.seal(World.withDataset(world.tags(id, subject), dataset), World.event(id, json));
        harness.getOutput().clear();
        harness.processElement(new StreamRecord<>(record, record.appendedMs()));
        return new Outputs(harness.extractOutputValues());
    }

    private static String text(Outputs out) {
        assertThat(out.views("care")).hasSize(1);
        return Outputs.json(out.views("care").get(0)).path("note").asText();
    }

    private KeyedOneInputStreamOperatorTestHarness<String, IngressRecord, KafkaOutput> harness() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(world.function()), IngressRecord::stateKey, Types.STRING);
    }
}
