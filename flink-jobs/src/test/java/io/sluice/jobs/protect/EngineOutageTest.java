package io.sluice.jobs.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.policies.evaluate.Entrypoint;
import io.sluice.policies.evaluate.PolicyEngine;
import io.sluice.policies.evaluate.PolicyRecord;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.evaluate.PolicyUnavailableException;
import io.sluice.policies.evaluate.WasmEngine;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An outage of the policy engine: a bounded wait, then none for a while, and no hand is needed when it comes back. */
@NullUnmarked // what is null here fails the test
class EngineOutageTest {
    private static final Duration LIMIT = Duration.ofMillis(300);

    private static PolicyStore store;
    private static FlakyEngine engine;

    /** The wasm, where it is reached. */
    private static final class FlakyEngine implements PolicyEngine {
        private final PolicyEngine wasm;
        /** How many questions are refused from now on. */
        private int refusals;

        private int asked;

        FlakyEngine(PolicyEngine wasm) {
            this.wasm = wasm;
        }

        @Override
        public Optional<JsonNode> evaluate(Entrypoint entrypoint, byte[] canonicalInput) {
            asked++;
            if (refusals > 0) {
                refusals--;
                throw new PolicyUnavailableException("the engine is away");
            }
            return wasm.evaluate(entrypoint, canonicalInput);
        }

        @Override
        public void close() {
            wasm.close();
        }
    }

    @BeforeAll
    static void shippedPolicy() {
        ShippedPolicy shipped = new ShippedPolicy();
        store = PolicyStore.logging(shipped.root(), bundle -> engine = new FlakyEngine(WasmEngine.of(bundle, 1)));
        shipped.revision(1).forEach((key, value) -> store.accept(new PolicyRecord(key, value)));
    }

    @AfterEach
    void reset() {
        engine.refusals = 0;
        engine.asked = 0;
    }

    private static PolicyInForce policy(Duration limit) throws InterruptedException {
        return new KnownPolicies(store, Duration.ZERO, limit, System::nanoTime)
                .activation(1)
                .orElseThrow();
    }

    /** Each day is a question of its own, that no other test has the answer of in the cache. */
    private static ReleaseInput order(int day) {
        return new ReleaseInput(
                LocalDate.of(2026, 11, day),
                "orders",
                "webshop-eu",
                "webshop",
                "Webshop Europe GmbH",
                "order-fulfilment",
                "EEA",
                List.of(),
                List.of(),
                List.of(),
                new TreeMap<>());
    }

    @Test
    void aShortOutageIsWaitedFor() throws Exception {
        PolicyInForce policy = policy(Duration.ofMinutes(1));
        engine.refusals = 3;
        assertThat(policy.decide(order(1))).isPresent();
        assertThat(engine.asked).isEqualTo(4);
    }

    @Test
    void aLongOneIsWaitedForOnceAndTheJobRecoversAlone() throws Exception {
        PolicyInForce policy = policy(LIMIT);
        assertThat(policy.decide(order(2))).isPresent();
        engine.refusals = Integer.MAX_VALUE;
        long started = System.nanoTime();
        assertThatThrownBy(() -> policy.decide(order(3))).isInstanceOf(PolicyUnavailableException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThanOrEqualTo(LIMIT);
        int asked = engine.asked;
        for (int i = 0; i < 5; i++) { // the next records of the outage ask once, and do not wait again
            assertThatThrownBy(() -> policy.decide(order(4))).isInstanceOf(PolicyUnavailableException.class);
        }
        assertThat(engine.asked).isEqualTo(asked + 5);
        assertThat(policy.decide(order(2)))
                .as("what was decided before needs no engine")
                .isPresent();
        engine.refusals = 0;
        assertThat(policy.decide(order(4))).isPresent();
    }

    @Test
    void aCancelledTaskDoesNotQuarantine() throws Exception {
        PolicyInForce policy = policy(Duration.ofMinutes(1));
        engine.refusals = Integer.MAX_VALUE;
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> policy.decide(order(5))).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }
}
