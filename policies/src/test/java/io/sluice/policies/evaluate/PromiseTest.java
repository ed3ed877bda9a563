package io.sluice.policies.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.decision.Activation;
import io.sluice.core.decision.Decision;
import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.policies.Shipped;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Promises P1, P5 and P6 as far as the policy answers for them. */
class PromiseTest {
    /** P5: a fresh engine of the same revision answers with the same bytes, whatever it was asked before. */
    @Test
    void p5TheSameQuestionHasTheSameAnswerToTheByte() {
        try (WasmEngine again =
                new WasmEngine(Shipped.bundle().wasm(), Shipped.bundle().data(), 1, List.of())) {
            List<Golden> golden = Golden.all();
            for (int i = golden.size() - 1; i >= 0; i--) {
                byte[] input = golden.get(i).input().canonical();
                Optional<String> first =
                        Shipped.engine().evaluate(Entrypoint.RELEASE, input).map(CanonicalJson::text);
                Optional<String> second =
                        again.evaluate(Entrypoint.RELEASE, input).map(CanonicalJson::text);
                assertThat(second).isEqualTo(first);
            }
        }
    }

    /** P5: a cached decision is the decision, and plans of equal decisions have one digest. */
    @Test
    void p5TheCacheChangesNothing() {
        ActivePolicy policy = Shipped.policy();
        Decision first = policy.release(ShippedDecisionTest.patient("treatment"));
        Decision cached = policy.release(ShippedDecisionTest.patient("treatment"));
        Decision fresh = Shipped.policy().release(ShippedDecisionTest.patient("treatment"));
        assertThat(cached).isSameAs(first);
        assertThat(fresh).isEqualTo(first);
        assertThat(policy.cache().hits()).isEqualTo(1);
        assertThat(policy.cache().misses()).isEqualTo(1);
    }

    /** P5: the same recipient and dataset under other fields is another plan, whatever was planned before. */
    @Test
    void p5PlansOfDifferentFieldsAreDifferentPlans() {
        ObjectNode answer = Shipped.engine()
                .evaluate(
                        Entrypoint.RELEASE,
                        ShippedDecisionTest.patient("treatment").canonical())
                .map(JsonNode::<ObjectNode>deepCopy)
                .orElseThrow();
        ObjectNode closed = answer.deepCopy();
        rule((ObjectNode) closed.get("care")).put("transform", "drop").putObject("params");
        Iterator<JsonNode> answers = List.<JsonNode>of(answer, closed).iterator();
        ActivePolicy policy = policy((entrypoint, input) -> answers.next());
        Decision first = policy.release(ShippedDecisionTest.patient("treatment"));
        Decision second = policy.release(ShippedDecisionTest.patient("payment"));
        assertThat(second.recipients().get("care"))
                .isNotEqualTo(first.recipients().get("care"));
        assertThat(second.recipients().get("research"))
                .isEqualTo(first.recipients().get("research"));
    }

    /** P6: only what the catalog declares is in a plan; a field that appears tomorrow is in none. */
    @Test
    void p6AFieldThatNobodyDeclaredIsInNoPlan() {
        Decision decision = Shipped.policy().release(ShippedDecisionTest.patient("treatment"));
        for (RecipientDecision one : decision.recipients().values()) {
            if (one.plan() != null) {
                assertThat(one.plan().fields())
                        .extracting(FieldRule::pattern)
                        .containsOnlyElementsOf(Shipped.bundle()
                                .rulebook()
                                .datasets()
                                .getOrDefault("fhir-patient", orders())
                                .fields()
                                .keySet())
                        .doesNotContain(FieldPattern.parse("/x-new"), FieldPattern.parse("/**"));
            }
        }
    }

    private static Dataset orders() {
        return Objects.requireNonNull(Shipped.bundle().rulebook().datasets().get("orders"));
    }

    /** P1, P6: undefined is no decision. */
    @Test
    void p6UndefinedMeansDeny() {
        ActivePolicy policy = Shipped.policy();
        assertThatThrownBy(() -> policy.release(ShippedDecisionTest.patient("curiosity")))
                .isInstanceOf(DecisionInvalidException.class);
    }

    static List<Broken> broken() {
        return List.of(
                new Broken("unknown transform", care -> rule(care).put("transform", "scramble")),
                new Broken("unknown variant", care -> rule(care).put("transform", "generalise.century")),
                new Broken("transform of a later version", care -> rule(care).put("transform", "aggregate")),
                new Broken("unknown disposition", care -> care.put("disposition", "allow")),
                new Broken("no disposition", care -> care.remove("disposition")),
                new Broken("no envelope", care -> care.remove("envelope")),
                new Broken("unknown envelope word", care -> ((ObjectNode) care.get("envelope")).put("time", "minute")),
                new Broken("labels that are no yes or no", care -> care.put("labels", "REDACTED")),
                new Broken("unknown envelope member", care -> ((ObjectNode) care.get("envelope")).put("ip", true)),
                new Broken(
                        "envelope's policy in words",
                        care -> ((ObjectNode) care.get("envelope")).put("policy", "true")),
                new Broken("unknown member", care -> care.put("obligation", "log")),
                new Broken("unknown purpose", care -> ((ObjectNode) care.get("legal")).put("purpose", "fun")),
                new Broken("no reasons", care -> care.putArray("reasons")),
                new Broken("undeclared kept", care -> care.put("undeclared", "keep")),
                new Broken("detection asked", care -> ((ObjectNode) care.get("detected")).putObject("identifier")),
                new Broken(
                        "fraction as parameter",
                        care -> ((ObjectNode) rule(care).get("params")).put("size", 0.5)),
                new Broken(
                        "pattern nobody declares",
                        care -> ((ObjectNode) care.get("fields"))
                                .set("/x-new", rule(care).deepCopy())),
                new Broken(
                        "pattern that does not parse",
                        care -> ((ObjectNode) care.get("fields"))
                                .set("x", rule(care).deepCopy())));
    }

    /** P1: whatever in an answer is not known makes it no decision; nothing is skipped. */
    @ParameterizedTest
    @MethodSource("broken")
    void p1AnAnswerWithSomethingUnknownIsNoDecision(Broken broken) {
        ObjectNode answer = Shipped.engine()
                .evaluate(
                        Entrypoint.RELEASE,
                        ShippedDecisionTest.patient("treatment").canonical())
                .map(JsonNode::<ObjectNode>deepCopy)
                .orElseThrow();
        broken.change().accept((ObjectNode) answer.get("care"));
        assertRefused(answer);
    }

    @Test
    void p1ARecipientTooFewOrTooManyIsNoDecision() {
        ObjectNode answer = Shipped.engine()
                .evaluate(
                        Entrypoint.RELEASE,
                        ShippedDecisionTest.patient("treatment").canonical())
                .map(JsonNode::<ObjectNode>deepCopy)
                .orElseThrow();
        ObjectNode fewer = answer.deepCopy();
        fewer.remove("marketing");
        assertRefused(fewer);
        answer.set("stranger", answer.get("care"));
        assertRefused(answer);
        assertRefused(JsonNodeFactory.instance.arrayNode());
    }

    private static void assertRefused(JsonNode answer) {
        ActivePolicy policy = policy((entrypoint, input) -> answer);
        assertThatThrownBy(() -> policy.release(ShippedDecisionTest.patient("treatment")))
                .isInstanceOf(DecisionInvalidException.class);
    }

    private static ActivePolicy policy(BiFunction<Entrypoint, byte[], JsonNode> answers) {
        PolicyEngine liar = new PolicyEngine() {
            @Override
            public Optional<JsonNode> evaluate(Entrypoint entrypoint, byte[] canonicalInput) {
                return Optional.of(answers.apply(entrypoint, canonicalInput));
            }

            @Override
            public void close() {}
        };
        return new ActivePolicy(
                new Activation(1, Shipped.bundle().digest(), 1, Shipped.TENANT, Shipped.NOW), Shipped.bundle(), liar);
    }

    private static ObjectNode rule(ObjectNode decision) {
        Map.Entry<String, JsonNode> first =
                decision.get("fields").properties().iterator().next();
        return (ObjectNode) first.getValue();
    }

    record Broken(String name, Consumer<ObjectNode> change) {
        @Override
        public String toString() {
            return name;
        }
    }
}
