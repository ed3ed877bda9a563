package io.sluice.policies.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.decision.Activation;
import io.sluice.core.decision.AdmissionInput;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.policies.Shipped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be asked, or is not answered in so many words, opens nothing (promise P1). */
class EngineTest {
    private static final AdmissionInput ORDERS = new AdmissionInput("webshop", "orders", null, null);

    @Test
    void theWarmUpAsksWhatProducersWillAskAndGetsAnswers() {
        List<Question> questions = Question.warmUp(Shipped.bundle());

        assertThat(questions).extracting(Question::entrypoint).contains(Entrypoint.ADMISSION, Entrypoint.TERMS);
        assertThat(questions.size()).isLessThanOrEqualTo(2 * Question.MAX_WARM_UP_DATASETS);
        assertThat(questions)
                .allSatisfy(question -> assertThat(
                                Shipped.engine().evaluate(question.entrypoint(), question.canonicalInput()))
                        .isPresent());
    }

    @Test
    void aWarmUpThatFailsCostsNothingButTime() {
        byte[] tooLarge =
                ("\"" + "x".repeat(WasmEngine.MAX_MEMORY_PAGES << 16) + "\"").getBytes(StandardCharsets.UTF_8);
        Question broken = new Question(Entrypoint.TERMS, tooLarge); // does not fit the instance's memory
        try (WasmEngine engine =
                new WasmEngine(Shipped.bundle().wasm(), Shipped.bundle().data(), 1, List.of(broken))) {
            assertThat(policy(engine).admit(ORDERS).allow()).isTrue();
        }
    }

    @Test
    void aQuestionThatIsTooLongIsNotAsked() {
        assertThatThrownBy(() ->
                        Shipped.engine().evaluate(Entrypoint.ADMISSION, new byte[PolicyEngine.MAX_INPUT_BYTES + 1]))
                .isInstanceOf(PolicyEvaluationException.class)
                .hasMessageContaining("65536");
    }

    @Test
    void aClosedEngineAnswersNothing() {
        WasmEngine engine =
                new WasmEngine(Shipped.bundle().wasm(), Shipped.bundle().data(), 1, List.of());
        engine.close();
        assertThatThrownBy(() -> engine.evaluate(Entrypoint.ADMISSION, ORDERS.canonical()))
                .isInstanceOf(PolicyEvaluationException.class);
    }

    /** Engines of one module share its code and nothing else. */
    @Test
    void eachEngineAnswersFromItsOwnTables() {
        byte[] empty = "{\"rulebook\":{}}".getBytes(StandardCharsets.UTF_8);
        try (WasmEngine shipped =
                        new WasmEngine(Shipped.bundle().wasm(), Shipped.bundle().data(), 1, List.of());
                WasmEngine without = new WasmEngine(Shipped.bundle().wasm(), empty, 1, List.of())) {
            for (int i = 0; i < 3; i++) {
                assertThat(policy(without).admit(ORDERS).allow()).isFalse();
                assertThat(policy(shipped).admit(ORDERS).allow()).isTrue();
            }
        }
    }

    @Test
    void whatIsNoModuleMakesNoEngine() {
        assertThatThrownBy(() -> new WasmEngine(
                        new byte[] {0, 'a', 's', 'm'}, Shipped.bundle().data(), 1, List.of()))
                .isInstanceOf(PolicyEvaluationException.class);
    }

    @Test
    void anEvaluationThatIsLateIsInterruptedAndDoesNotCount() {
        try (EvaluationWatchdog.Watch watch = EvaluationWatchdog.watch(Duration.ofMillis(1))) {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
            assertThatThrownBy(watch::requireInTime).isInstanceOf(PolicyEvaluationException.class);
        }
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void anUndefinedAdmissionIsDenied() {
        assertThat(policy(answering(null)).admit(ORDERS).allow()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "true",
                "\"allow\"",
                "{\"allow\":\"true\"}",
                "{\"allow\":1}",
                "{\"allow\":null}",
                "{\"allow\":false}",
                "{\"Allow\":true}"
            })
    void onlyAllowTrueAdmits(String answer) {
        assertThat(policy(answering(answer)).admit(ORDERS).allow()).isFalse();
    }

    private static ActivePolicy policy(PolicyEngine engine) {
        return new ActivePolicy(
                new Activation(1, Shipped.bundle().digest(), 1, Shipped.TENANT, Shipped.NOW), Shipped.bundle(), engine);
    }

    private static PolicyEngine answering(@org.jspecify.annotations.Nullable String answer) {
        return new PolicyEngine() {
            @Override
            public Optional<JsonNode> evaluate(Entrypoint entrypoint, byte[] canonicalInput) {
                try {
                    return answer == null
                            ? Optional.empty()
                            : Optional.of(StrictJson.read(answer.getBytes(StandardCharsets.UTF_8)));
                } catch (MalformedJsonException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public void close() {}
        };
    }
}
