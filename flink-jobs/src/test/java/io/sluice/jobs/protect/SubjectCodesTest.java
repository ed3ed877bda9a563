package io.sluice.jobs.protect;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.decision.Decision;
import io.sluice.core.decision.Envelope;
import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.Legal;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.event.Choice;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.core.rulebook.TransformSpec;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.jobs.kafka.KafkaOutput;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

/** Random codes link the records of one subject, come from nothing, and stay with the subject. */
@NullUnmarked // what is null here fails the test
class SubjectCodesTest {
    @TempDir
    Path folder;

    private World world;
    private KeyedOneInputStreamOperatorTestHarness<String, IngressRecord, KafkaOutput> harness;
    private int events;
    private Duration passed = Duration.ZERO;

    @BeforeEach
    void open() throws Exception {
        world = new World();
        world.limits = world.limits.withMaxCodesPerSubject(3);
        world.policies.put(1L, new CodePolicy("study"));
        harness = harness();
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
        world.close();
    }

    @Test
    void aSubjectsRecordsAreLinkedAndOthersAreNot() throws Exception {
        String code = code(1, "P-4711");
        assertThat(code).matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(code(1, "P-4711")).isEqualTo(code);
        assertThat(code(1, "P-4712")).isNotEqualTo(code);
        assertThat(code(2, "P-4711")).isNotEqualTo(code);
        world.policies.put(1L, new CodePolicy("other-study"));
        assertThat(code(1, "P-4711")).isNotEqualTo(code);
    }

    /** 45 CFR 164.514(c): with every key and every input alike the code is another. */
    @Test
    void aCodeIsDerivedFromNothing() throws Exception {
        OperatorSubtaskState before = harness.snapshot(1, 1);
        String code = code(1, "P-4711");

        restore(before);

        assertThat(code(1, "P-4711")).isNotEqualTo(code);
    }

    @Test
    void itSurvivesARestoreAndStateTellsNothing() throws Exception {
        String code = code(1, "P-4711");
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        StringBuilder bytes = new StringBuilder();
        for (KeyedStateHandle handle : snapshot.getManagedKeyedState()) {
            try (InputStream in = ((StreamStateHandle) handle).openInputStream()) {
                bytes.append(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
            }
        }
        byte[] raw = new byte[16];
        String hex = code.replace("-", "");
        for (int i = 0; i < raw.length; i++) {
            raw[i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
        }
        assertThat(bytes.toString())
                .contains("pseudonyms")
                .doesNotContain("4711", code, hex, new String(raw, 8, 8, StandardCharsets.ISO_8859_1));

        restore(snapshot);

        assertThat(code(1, "P-4711")).isEqualTo(code);
    }

    @Test
    void pastTheLimitAViewGoesToQuarantineUntilCodesAreForgotten() throws Exception {
        String first = code(1, "a");
        code(1, "b");
        code(1, "c");
        Outputs out = process(1, "d");
        assertThat(out.views("care")).isEmpty();
        assertThat(out.recipient("care").path("code").asText()).isEqualTo("transform-failed");
        assertThat(code(1, "a")).as("what is kept stays").isEqualTo(first);
        assertThat(code(2, "d")).as("another subject").isNotEmpty();

        pass(SubjectMemory.KEPT.multipliedBy(2));

        assertThat(code(1, "d")).isNotEmpty();
        assertThat(code(1, "a")).as("forgotten").isNotEqualTo(first);
    }

    /** Though state is not asked for a code at each of its uses. */
    @Test
    void aCodeInUseIsKept() throws Exception {
        String code = code(1, "P-4711");
        for (int month = 0; month < 30; month++) {
            pass(Duration.ofDays(30));
            assertThat(code(1, "P-4711")).isEqualTo(code);
            pass(RecentCodes.FRESH.dividedBy(2));
            assertThat(code(1, "P-4711")).isEqualTo(code);
        }
        pass(SubjectMemory.KEPT);
        assertThat(code(1, "P-4711")).as("forgotten").isNotEqualTo(code);
    }

    @Test
    void anErasureDropsThem() throws Exception {
        String code = code(1, "P-4711");
        String others = code(2, "P-4711");
        for (String id : List.of("a", "b", "c")) {
            process(1, id);
        }
        IngressRecord erasure = world.choice("erasure", 1, new Choice(Choice.Kind.ERASURE, List.of(), null));
        harness.processElement(new StreamRecord<>(erasure, erasure.appendedMs()));

        assertThat(code(1, "P-4711")).as("nor is the limit used up").isNotEqualTo(code);
        assertThat(code(2, "P-4711")).isEqualTo(others);
    }

    @Test
    void withOtherKeysNothingIsFound() throws Exception {
        String code = code(1, "P-4711");
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        world.close();
        world = new World(TestKeys.in(folder));
        world.policies.put(1L, new CodePolicy("study"));
        restore(snapshot);
        assertThat(code(1, "P-4711")).isNotEqualTo(code);
    }

    private void pass(Duration time) throws Exception {
        passed = passed.plus(time);
        world.nanoTime.addAndGet(time.toNanos());
        harness.setStateTtlProcessingTime(passed.toMillis());
    }

    private void restore(OperatorSubtaskState snapshot) throws Exception {
        harness.close();
        harness = harness();
        harness.initializeState(snapshot);
        harness.open();
    }

    private String code(int subject, String id) throws Exception {
        Outputs out = process(subject, id);
        assertThat(out.views("care")).hasSize(1);
        return Outputs.json(out.views("care").get(0)).path("id").asText();
    }

    private Outputs process(int subject, String id) throws Exception {
        String event = "e" + events++;
        IngressRecord record = world.seal(
                World.withDataset(world.tags(event, subject), TextPolicy.PATIENTS),
                World.event(event, "{\"id\":\"" + id + "\"}"));
        harness.getOutput().clear();
        harness.processElement(new StreamRecord<>(record, record.appendedMs()));
        return new Outputs(harness.extractOutputValues());
    }

    private KeyedOneInputStreamOperatorTestHarness<String, IngressRecord, KafkaOutput> harness() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(world.function()), IngressRecord::stateKey, Types.STRING);
    }

    /** {@code care} gets the ids of patients as codes. */
    @NullUnmarked
    private record CodePolicy(String domain) implements PolicyInForce {
        @Override
        public long revision() {
            return 7;
        }

        @Override
        public String bundle() {
            return "9".repeat(64);
        }

        @Override
        public Rulebook rulebook() {
            return new TextPolicy(false).rulebook();
        }

        @Override
        public boolean looksInside() {
            return false;
        }

        @Override
        public Optional<Decision> decide(ReleaseInput input) {
            FieldRule rule = new FieldRule(
                    FieldPattern.parse("/id"),
                    TransformSpec.parse("pseudonymise", new TreeMap<>(Map.of("domain", domain)))
                            .orElseThrow(),
                    "test-rule");
            ProtectionPlan plan = new ProtectionPlan(
                    "care",
                    "treatment",
                    TextPolicy.PATIENTS,
                    Dataset.Format.JSON,
                    List.of(rule),
                    Dataset.Undeclared.DROP,
                    Envelope.CLOSED);
            RecipientDecision care = RecipientDecision.release(
                    plan, new Legal("treatment", null, null, "treatment", null, null), List.of());
            return Optional.of(new Decision(new TreeMap<>(Map.of("care", care))));
        }
    }
}
