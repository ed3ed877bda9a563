package io.sluice.policies.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.sluice.policies.evaluate.Entrypoint;
import io.sluice.policies.evaluate.PolicyEngine;
import io.sluice.policies.evaluate.PolicyEvaluationException;
import io.sluice.policies.evaluate.PolicyUnavailableException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a server does but answer under the revision is an error of the decision (P1, P9), soon (P10), and tells nothing. */
class OpaRestEngineTest {
    private static final byte[] QUESTION = "{\"purpose\":\"hush-hush\"}".getBytes(StandardCharsets.UTF_8);
    /** Long enough for a machine that is busy; what is meant to time out has a shorter one. */
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final Duration SHORT = Duration.ofMillis(600);
    private static final String LATE = "did not answer within";

    private static OpaServers servers(Duration timeout, String... servers) {
        return new OpaServers(new OpaRestConfig(List.of(servers), null, null, timeout, 10_000));
    }

    private static PolicyEngine engine(Duration timeout, String... servers) {
        return new OpaRestEngine(servers(timeout, servers), FakeOpa.REVISION);
    }

    private static PolicyEngine engine(FakeOpa opa) {
        return engine(TIMEOUT, opa.address());
    }

    private static void ask(PolicyEngine engine) {
        engine.evaluate(Entrypoint.TERMS, QUESTION);
    }

    @Test
    void asksTheDataApiAndGivesItsResult() {
        try (FakeOpa opa = new FakeOpa(FakeOpa.result("{\"care\":1}", FakeOpa.REVISION))) {
            assertThat(engine(opa).evaluate(Entrypoint.TERMS, QUESTION))
                    .hasValueSatisfying(
                            result -> assertThat(result.path("care").asInt()).isEqualTo(1));
            assertThat(opa.questions()).containsExactly("{\"input\":{\"purpose\":\"hush-hush\"}}");
            assertThat(opa.addresses()).hasToString("[/v1/data/sluice/terms?provenance=true]");
        }
    }

    /** Undefined under the right revision is the policy's answer, as the wasm gives it: deny. */
    @Test
    void anUndefinedResultIsNoAnswerOfThePolicy() {
        String undefined = FakeOpa.answer("{}", FakeOpa.REVISION).replace(",\"result\":{}", "");
        try (FakeOpa opa = new FakeOpa(FakeOpa.status(200, undefined))) {
            assertThat(engine(opa).evaluate(Entrypoint.TERMS, QUESTION)).isEmpty();
        }
    }

    static List<Fault> faults() {
        String good = FakeOpa.answer("{}", FakeOpa.REVISION);
        return List.of(
                new Fault("another number", FakeOpa.result("{}", "8-" + "ab".repeat(32)), "another revision"),
                new Fault("another content", FakeOpa.result("{}", "7-" + "cd".repeat(32)), "another revision"),
                new Fault("the number alone", FakeOpa.result("{}", "7"), "another revision"),
                new Fault(
                        "no bundle",
                        FakeOpa.status(200, "{\"provenance\":{\"bundles\":{}},\"result\":{}}"),
                        "no bundle"),
                new Fault("no provenance", FakeOpa.status(200, "{\"result\":{}}"), "does not answer as OPA does"),
                new Fault("an empty object", FakeOpa.status(200, "{}"), "does not answer as OPA does"),
                new Fault("an array", FakeOpa.status(200, "[" + good + "]"), "does not answer as OPA does"),
                new Fault("an empty body", FakeOpa.status(200, ""), "does not answer as OPA does"),
                new Fault("a web page", FakeOpa.status(200, "<html>hush-hush</html>"), "does not answer as OPA does"),
                new Fault("two answers", FakeOpa.status(200, good + good), "does not answer as OPA does"),
                new Fault(
                        "a member twice",
                        FakeOpa.status(200, good.replace("\"result\"", "\"result\":{\"care\":1},\"result\"")),
                        "does not answer as OPA does"),
                new Fault("no UTF-8", OpaRestEngineTest::noUtf8, "does not answer as OPA does"),
                new Fault("half an answer", OpaRestEngineTest::half, "broke the connection off"),
                new Fault("no answer at all", exchange -> {}, "broke the connection off"),
                new Fault("a huge answer", OpaRestEngineTest::endless, "more than 10000 bytes"),
                new Fault("a slow answer", OpaRestEngineTest::never, LATE),
                new Fault("a slow body", OpaRestEngineTest::drip, LATE),
                new Fault(
                        "500",
                        FakeOpa.status(500, "{\"code\":\"internal_error\",\"message\":\"hush-hush\"}"),
                        "status 500"),
                new Fault("503", FakeOpa.status(503, "hush-hush"), "status 503"),
                new Fault("401", FakeOpa.status(401, "{\"code\":\"unauthorized\"}"), "status 401"),
                new Fault("404", FakeOpa.status(404, ""), "status 404"),
                new Fault("204", FakeOpa.status(204, ""), "status 204"),
                new Fault("201 with a good body", FakeOpa.status(201, good), "status 201"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void everythingElseIsAnErrorThatNamesEngineAndServerAndNoValue(Fault fault) {
        try (FakeOpa opa = new FakeOpa(fault.behaviour())) {
            Duration timeout = fault.message().equals(LATE) ? SHORT : TIMEOUT;
            assertThatThrownBy(() -> ask(engine(timeout, opa.address())))
                    .isInstanceOf(PolicyUnavailableException.class)
                    .hasMessageContaining("opa-rest")
                    .hasMessageContaining(opa.address())
                    .hasMessageContaining(FakeOpa.REVISION)
                    .hasMessageContaining(fault.message())
                    .hasMessageNotContaining("hush-hush");
        }
    }

    @Test
    void aRedirectIsNotFollowed() {
        try (FakeOpa target = new FakeOpa(FakeOpa.result("{}", FakeOpa.REVISION));
                FakeOpa opa = new FakeOpa(exchange -> {
                    exchange.getResponseHeaders().add("Location", target.address() + "/v1/data/sluice/terms");
                    FakeOpa.send(exchange, 307, "");
                })) {
            assertThatThrownBy(() -> ask(engine(opa)))
                    .isInstanceOf(PolicyUnavailableException.class)
                    .hasMessageContaining("status 307");
            assertThat(target.questions()).isEmpty();
        }
    }

    @Test
    void anEvaluationThatFailsIsNoOutage() {
        String conflict = "{\"code\":\"internal_error\",\"message\":\"error(s) occurred while evaluating query\","
                + "\"errors\":[{\"code\":\"eval_conflict_error\",\"message\":\"hush-hush\"}]}";
        try (FakeOpa opa = new FakeOpa(FakeOpa.status(500, conflict))) {
            assertThatThrownBy(() -> ask(engine(opa)))
                    .isInstanceOf(PolicyEvaluationException.class)
                    .hasMessageContaining(opa.address())
                    .hasMessageNotContaining("hush-hush");
            opa.becomes(FakeOpa.status(500, conflict.replace("conflict", "cancel")));
            assertThatThrownBy(() -> ask(engine(opa))).isInstanceOf(PolicyUnavailableException.class);
        }
    }

    @Test
    void aServerThatIsNotThereIsSaidToBeNotThere() {
        assertThatThrownBy(() -> ask(engine(TIMEOUT, "http://127.0.0.1:1")))
                .isInstanceOf(PolicyUnavailableException.class)
                .hasMessageContaining("127.0.0.1:1 cannot be connected to");
    }

    @Test
    void anInputBeyondTheLimitIsNotSent() {
        try (FakeOpa opa = new FakeOpa(FakeOpa.result("{}", FakeOpa.REVISION))) {
            assertThatThrownBy(() -> engine(opa).evaluate(Entrypoint.TERMS, new byte[PolicyEngine.MAX_INPUT_BYTES + 1]))
                    .isInstanceOf(PolicyEvaluationException.class);
            assertThat(opa.questions()).isEmpty();
        }
    }

    /** While a switch is under way one server holds the old revision and one the new: each record finds its own. */
    @Test
    void asksUntilAServerHoldsTheRevisionAndBeginsThereNextTime() {
        try (FakeOpa old = new FakeOpa(FakeOpa.result("{}", "6-" + "cd".repeat(32)));
                FakeOpa current = new FakeOpa(FakeOpa.result("{\"care\":1}", FakeOpa.REVISION))) {
            PolicyEngine engine = engine(TIMEOUT, old.address(), current.address());
            for (int i = 0; i < 3; i++) {
                assertThat(engine.evaluate(Entrypoint.TERMS, QUESTION)).isPresent();
            }
            assertThat(old.questions()).hasSize(1);
            assertThat(current.questions()).hasSize(3);
        }
    }

    @Test
    void aServerThatComesBackIsAskedAgain() {
        try (FakeOpa opa = new FakeOpa(FakeOpa.status(503, ""))) {
            PolicyEngine engine = engine(opa);
            assertThatThrownBy(() -> ask(engine)).isInstanceOf(PolicyUnavailableException.class);
            opa.becomes(FakeOpa.result("{}", FakeOpa.REVISION));
            assertThat(engine.evaluate(Entrypoint.TERMS, QUESTION)).isPresent();
        }
    }

    /** A server that hangs costs its timeout once in a while, not for every record. */
    @Test
    void aServerThatTimedOutRestsAndTheOtherAnswersMeanwhile() {
        try (FakeOpa hangs = new FakeOpa(OpaRestEngineTest::never);
                FakeOpa good = new FakeOpa(FakeOpa.result("{}", FakeOpa.REVISION))) {
            Duration timeout = Duration.ofSeconds(1);
            PolicyEngine engine = engine(timeout, hangs.address(), good.address());
            assertThatThrownBy(() -> ask(engine))
                    .hasMessageContaining("did not answer within")
                    .hasMessageContaining("the time being over");
            assertThat(engine.evaluate(Entrypoint.TERMS, QUESTION)).isPresent();
            PolicyEngine alone = engine(timeout, hangs.address());
            assertThatThrownBy(() -> ask(alone)).hasMessageContaining("did not answer within");
            assertThatThrownBy(() -> ask(alone)).hasMessageContaining("lately");
            assertThat(hangs.questions()).hasSize(2);
            hangs.becomes(FakeOpa.result("{}", FakeOpa.REVISION));
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .ignoreException(PolicyUnavailableException.class)
                    .untilAsserted(() -> assertThat(alone.evaluate(Entrypoint.TERMS, QUESTION))
                            .isPresent());
        }
    }

    @Test
    void connectionsAreReused() {
        try (FakeOpa opa = new FakeOpa(FakeOpa.result("{}", FakeOpa.REVISION))) {
            OpaServers shared = servers(TIMEOUT, opa.address());
            for (int i = 0; i < 20; i++) {
                ask(new OpaRestEngine(shared, FakeOpa.REVISION)); // engines come and go with the revisions
            }
            assertThat(opa.questions()).hasSize(20);
            assertThat(opa.connections()).isEqualTo(1);
        }
    }

    /** A server or a balancer closes a connection that was idle: the question is asked once more, over a new one. */
    @Test
    void aConnectionThatWasClosedMeanwhileIsMadeAnew() {
        AtomicInteger asked = new AtomicInteger();
        try (FakeOpa opa = new FakeOpa(exchange -> {
            if (asked.incrementAndGet() != 2) { // the second question finds its connection closed
                FakeOpa.send(exchange, 200, FakeOpa.answer("{}", FakeOpa.REVISION));
            }
        })) {
            PolicyEngine engine = engine(opa);
            ask(engine);
            ask(engine);
            assertThat(opa.questions()).hasSize(3);
            assertThat(opa.connections()).isEqualTo(2);
        }
    }

    @Test
    void anInterruptStopsTheQuestionAndStaysSet() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (FakeOpa opa = new FakeOpa(exchange -> {
            asked.countDown();
            never(exchange);
        })) {
            PolicyEngine engine = engine(Duration.ofSeconds(30), opa.address());
            List<Object> seen = new ArrayList<>();
            Thread asker = new Thread(() -> {
                try {
                    ask(engine);
                } catch (PolicyUnavailableException e) {
                    seen.add(Thread.currentThread().isInterrupted());
                }
            });
            asker.start();
            asked.await();
            asker.interrupt();
            asker.join(20_000);
            assertThat(seen).containsExactly(true);
        }
    }

    private static void noUtf8(HttpExchange exchange) throws IOException {
        byte[] bytes = FakeOpa.answer("\"x\"", FakeOpa.REVISION).getBytes(StandardCharsets.UTF_8);
        bytes[bytes.length - 3] = (byte) 0xff;
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static void half(HttpExchange exchange) throws IOException {
        byte[] bytes = FakeOpa.answer("{}", FakeOpa.REVISION).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes, 0, bytes.length / 2);
        exchange.getResponseBody().flush();
    }

    private static void endless(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        byte[] spaces = " ".repeat(4_096).getBytes(StandardCharsets.US_ASCII);
        while (true) {
            out.write(spaces); // until the client closes
        }
    }

    private static void never(HttpExchange exchange) throws InterruptedException {
        new CountDownLatch(1).await(); // until the server closes
    }

    private static void drip(HttpExchange exchange) throws IOException, InterruptedException {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write('{');
        exchange.getResponseBody().flush();
        never(exchange);
    }

    record Fault(String name, FakeOpa.Behaviour behaviour, String message) {
        @Override
        public String toString() {
            return name;
        }
    }
}
