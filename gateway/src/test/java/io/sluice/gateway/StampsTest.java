package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.certs.DevIdentity;
import io.sluice.core.decision.AdmissionDecision;
import io.sluice.core.decision.AdmissionInput;
import io.sluice.core.event.Headers;
import io.sluice.core.rulebook.Producer;
import io.sluice.core.rulebook.Quota;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.gateway.admit.InForce;
import io.sluice.gateway.admit.PayloadSchemas;
import io.sluice.gateway.admit.PolicySource;
import io.sluice.gateway.admit.Quotas;
import io.sluice.gateway.answer.Accepted;
import io.sluice.gateway.answer.Outcome;
import io.sluice.gateway.outcome.KnownEvents;
import io.sluice.gateway.parse.BatchEvent;
import io.sluice.gateway.parse.ChoiceParser;
import io.sluice.gateway.parse.EventParser;
import io.sluice.gateway.parse.LineSplitter;
import io.sluice.gateway.parse.ParseLimits;
import io.sluice.gateway.parse.RequestHeaders;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import io.sluice.gateway.publish.IngressPublisher;
import io.sluice.gateway.publish.IngressTopic;
import io.sluice.gateway.publish.KafkaWriter;
import io.sluice.gateway.publish.SeenEvents;
import io.sluice.gateway.receive.ReceivedRequest;
import io.sluice.gateway.receive.RequestHead;
import io.sluice.gateway.refusals.RefusalLedger;
import io.sluice.gateway.tag.Tagger;
import io.sluice.policies.evaluate.DatasetGroup;
import io.sluice.protection.seal.Header;
import io.sluice.protection.seal.Opened;
import io.sluice.protection.seal.Opener;
import io.sluice.protection.seal.UnwrapLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Promise P9 in the log: whatever is activated between an event's admission and its sending, no older stamp stands behind a
 * newer one, and nobody who should have passed is turned away. The switch is made where the event is stamped, so nothing
 * here depends on time.
 */
@Timeout(60)
class StampsTest {
    private static final X509Certificate WEBSHOP = certificate();

    private final MockProducer<byte[], byte[]> kafka = TestGateway.producer(true);
    private final Switching policy = new Switching();
    private final RefusalLedger refusals = new RefusalLedger(100);
    private final KafkaWriter writer = new KafkaWriter(
            () -> kafka,
            new IngressTopic(TestGateway.TOPICS.ingress(), Optional::empty),
            TestGateway.PUBLISH,
            System::nanoTime);
    private final IngressPipeline pipeline = new IngressPipeline(stages());
    private final Opener opener = TestGateway.KEYS.opener(UnwrapLimits.DEFAULT);

    /** Every activation of it is {@link TestPolicy}'s, and something may happen whenever one is about to be stamped. */
    private static final class Switching implements PolicySource {
        private final Thread test = Thread.currentThread();
        private final Deque<Runnable> whenStamping = new ArrayDeque<>();
        private volatile InForce inForce = activation(7, decision -> decision, rulebook -> rulebook);

        void activate(long number) {
            inForce = activation(number, decision -> decision, rulebook -> rulebook);
        }

        void activate(long number, UnaryOperator<AdmissionDecision> admission, UnaryOperator<Rulebook> rulebook) {
            inForce = activation(number, admission, rulebook);
        }

        @Override
        public Optional<InForce> current(Instant now) {
            return Optional.of(inForce);
        }

        @Override
        public Optional<String> finding(Instant now) {
            return Optional.empty();
        }

        @Override
        public void close() {}

        private InForce activation(
                long number, UnaryOperator<AdmissionDecision> admission, UnaryOperator<Rulebook> rulebook) {
            InForce base = TestPolicy.activation(number, 0);
            return new InForce() {
                @Override
                public long activation() {
                    Runnable next = Thread.currentThread().equals(test) ? whenStamping.poll() : null;
                    if (next != null) {
                        next.run();
                    }
                    return number;
                }

                @Override
                public long revision() {
                    return base.revision();
                }

                @Override
                public Instant expires() {
                    return base.expires();
                }

                @Override
                public String bundle() {
                    return base.bundle();
                }

                @Override
                public Rulebook rulebook() {
                    return rulebook.apply(base.rulebook());
                }

                @Override
                public Optional<DatasetGroup> group(String name) {
                    return base.group(name);
                }

                @Override
                public AdmissionDecision admit(AdmissionInput input) {
                    return admission.apply(base.admit(input));
                }
            };
        }
    }

    private Stages stages() {
        SeenEvents seen = new SeenEvents(1_000, new SecureRandom());
        EventParser events = new EventParser(ParseLimits.DEFAULT, UUID::randomUUID);
        return new Stages(
                policy,
                new Quotas(System::nanoTime),
                events,
                new ChoiceParser(events),
                new PayloadSchemas(),
                new Tagger("dev", TestGateway.KEYS.subjectReferences()),
                TestGateway.KEYS.sealer(),
                seen,
                new IngressPublisher(writer, TestGateway.TOPICS, Optional::empty),
                new Questions(TestGateway.KEYS.subjectReferences(), seen, new KnownEvents(1_000), Optional::empty),
                refusals,
                Clock.systemUTC());
    }

    @AfterEach
    void close() {
        writer.close();
    }

    @Test
    void anEventThatASwitchOvertakesIsAdmittedAndSealedAnew() throws Exception {
        policy.whenStamping.add(() -> {
            policy.activate(8);
            accepted(event("b"));
        });

        Accepted overtaken = accepted(event("a"));

        assertThat(overtaken.position().orElseThrow().toString()).isEqualTo("events.ingress/1/0/1");
        assertThat(events()).containsExactly("8 b", "8 a");
        assertThat(writer.madeAnew()).isOne();
        assertThat(accepted(event("a")).repeated()).isTrue();
        assertThat(events()).hasSize(2);
    }

    @Test
    void aSwitchThatOvertakesNothingSentCostsNothing() throws Exception {
        policy.whenStamping.add(() -> policy.activate(8));

        accepted(event("a"));
        accepted(event("b"));

        assertThat(events()).as("each under the activation that admitted it").containsExactly("7 a", "8 b");
        assertThat(writer.madeAnew()).isZero();
    }

    @Test
    void aBatchKeepsItsOrderWhereASwitchOvertakesItInItsMiddle() throws Exception {
        nothingWhenStamping(2);
        policy.whenStamping.add(() -> {
            policy.activate(8);
            accepted(event("between"));
        });

        List<Outcome> outcomes = settled(batch("day", 5));

        assertThat(outcomes).hasSize(5).allMatch(outcome -> outcome.accepted() != null);
        assertThat(events()).containsExactly("7 day/1", "7 day/2", "8 between", "8 day/3", "8 day/4", "8 day/5");
        assertThat(writer.madeAnew()).isEqualTo(3);
    }

    @Test
    void aChoiceIsStampedAsEventsAre() throws Exception {
        policy.whenStamping.add(() -> {
            policy.activate(8);
            accepted(event("b"));
        });

        accepted(choice("c"));

        assertThat(events()).containsExactly("8 b", "8 c");
        assertThat(kafka.history().get(1).key())
                .as("it stands under the same subject")
                .isEqualTo(kafka.history().get(0).key());
    }

    @Test
    void thePolicyThatOvertakesAnEventMayRefuseIt() throws Exception {
        policy.whenStamping.add(() -> {
            policy.activate(8);
            accepted(event("b"));
            policy.activate(
                    9, decision -> new AdmissionDecision(false, "dataset-not-granted", null), rulebook -> rulebook);
        });

        assertThat(refused(pipeline.accept(event("a")))).isEqualTo(ProblemCode.DATASET_NOT_GRANTED);

        assertThat(events()).containsExactly("8 b");
        assertThat(refusals.takeBefore(Instant.MAX)).singleElement().satisfies(counted -> {
            assertThat(counted.line().actor()).isEqualTo("webshop");
            assertThat(counted.line().code()).isEqualTo(ProblemCode.DATASET_NOT_GRANTED.code());
            assertThat(counted.count()).isOne();
        });
        policy.activate(10);
        assertThat(accepted(event("a")).repeated()).as("it was not written").isFalse();
    }

    @Test
    void whatTheNewerPolicyTakesAnEventForIsWhatARepeatIsComparedWith() throws Exception {
        policy.whenStamping.add(() -> {
            policy.activate(8, decision -> new AdmissionDecision(true, null, "newsletter"), rulebook -> rulebook);
            accepted(event("b"));
        });

        accepted(event("a"));

        ProducerRecord<byte[], byte[]> record = kafka.history().get(1);
        assertThat(header(record, Headers.CE_PURPOSE)).isEqualTo("newsletter");
        assertThat(accepted(event("a")).repeated()).isTrue();
    }

    @Test
    void aProducerThatIsSomebodyElseByNowIsAskedToRepeat() throws Exception {
        policy.whenStamping.add(() -> {
            policy.activate(8);
            accepted(event("b"));
            policy.activate(9, decision -> new AdmissionDecision(true, null, "fulfilment"), StampsTest::renamed);
        });

        assertThat(refused(pipeline.accept(event("a")))).isEqualTo(ProblemCode.POLICY_UNAVAILABLE);

        assertThat(events()).containsExactly("8 b");
        accepted(event("a"));
        assertThat(events()).containsExactly("8 b", "9 a");
    }

    @Test
    void whereTheClockFallsNothingIsStampedUntilItHasComeUpAgain() throws Exception {
        policy.activate(8);
        accepted(event("a"));
        policy.activate(7); // its not-before had come, and by the clock has not any more

        assertThat(refused(pipeline.accept(event("b")))).isEqualTo(ProblemCode.POLICY_UNAVAILABLE);
        assertThat(events()).containsExactly("8 a");

        policy.activate(8);
        accepted(event("b"));
        assertThat(events()).containsExactly("8 a", "8 b");
    }

    /** Requests inside requests, each at the moment at which another is about to be stamped, and switches anywhere. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noStampFallsAndEveryEventIsThereOnceInItsBatchesOrder(long seed) throws Exception {
        Traffic traffic = new Traffic(seed);

        while (traffic.requests < 150) {
            traffic.request(0);
        }

        List<Long> stamps = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : kafka.history()) {
            stamps.add(Long.valueOf(header(record, Headers.CE_ACTIVATION)));
            ids.add(opened(record).event().id());
        }
        assertThat(stamps).isSorted();
        assertThat(ids).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(traffic.sent);
        for (List<String> batch : traffic.batches) {
            assertThat(ids.stream().filter(batch::contains)).containsExactlyElementsOf(batch);
        }
        assertThat(writer.madeAnew()).as("some were overtaken").isGreaterThan(10);
    }

    /** Draws requests and switches. */
    private final class Traffic {
        private final Random random;
        private final List<String> sent = new ArrayList<>();
        private final List<List<String>> batches = new ArrayList<>();
        private int requests;
        private long activation = 7;

        private Traffic(long seed) {
            this.random = new Random(seed);
        }

        void request(int depth) {
            String id = "r" + requests++;
            int events = random.nextInt(3) == 0 ? 1 + random.nextInt(5) : 1;
            for (int i = 0; i < events; i++) {
                policy.whenStamping.addFirst(() -> meanwhile(depth));
            }
            int outer = policy.whenStamping.size() - events;
            if (events > 1) {
                List<String> ids = new ArrayList<>();
                settled(batch(id, events)).forEach(outcome -> {
                    assertThat(outcome.problem()).isNull();
                    ids.add(id + "/" + outcome.number());
                });
                batches.add(ids);
                sent.addAll(ids);
            } else {
                accepted(random.nextInt(4) == 0 ? choice(id) : event(id));
                sent.add(id);
            }
            assertThat(policy.whenStamping).hasSize(outer);
        }

        private void meanwhile(int depth) {
            if (random.nextInt(2) == 0) {
                policy.activate(++activation);
            }
            if (depth < 3 && random.nextInt(3) == 0) {
                request(depth + 1);
            }
        }
    }

    private void nothingWhenStamping(int times) {
        policy.whenStamping.addAll(Collections.nCopies(times, () -> {}));
    }

    private static ReceivedRequest event(String id) {
        return new ReceivedRequest(head("orders", id, "application/json"), TestGateway.ORDER.getBytes(UTF_8));
    }

    private static ReceivedRequest choice(String id) {
        String consent = """
                {"controller":"shop-eu","scheme":"customer","subject":"cust:c-4711","kind":"consent",
                "purposes":["newsletter"],"textVersion":"v3"}""";
        return new ReceivedRequest(head(null, id, "application/json"), consent.getBytes(UTF_8));
    }

    private CompletionStage<List<Outcome>> batch(String id, int events) {
        LineSplitter lines = new LineSplitter(TestGateway.BATCHES, 1 << 20);
        lines.feed((TestGateway.ORDER + "\n").repeat(events).getBytes(UTF_8));
        lines.finish();
        List<BatchEvent> slice = new ArrayList<>();
        for (BatchEvent next = lines.next(); next != null; next = lines.next()) {
            slice.add(next);
        }
        return pipeline.open(head("orders", id, "application/x-ndjson")).accept(slice);
    }

    private static RequestHead head(@Nullable String dataset, String id, String contentType) {
        RequestHeaders headers = new RequestHeaders(contentType, null, null, id, new TreeMap<>());
        return new RequestHead(dataset, WEBSHOP, headers, "t-" + id);
    }

    private Accepted accepted(ReceivedRequest request) {
        return settled(pipeline.accept(request));
    }

    private static <T> T settled(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (Exception e) { // whatever it is, the test fails
            throw new AssertionError("it should have been taken", e);
        }
    }

    private static ProblemCode refused(CompletionStage<Accepted> stage) throws Exception {
        try {
            throw new AssertionError(
                    "accepted at " + stage.toCompletableFuture().get(30, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(RefusedException.class);
            return ((RefusedException) e.getCause()).code();
        }
    }

    /** Stamp and the producer's own id of everything written, in order; every seal opens with the tags beside it. */
    private List<String> events() {
        return kafka.history().stream()
                .map(record -> header(record, Headers.CE_ACTIVATION) + " "
                        + opened(record).event().id())
                .toList();
    }

    private Opened.Open opened(ProducerRecord<byte[], byte[]> record) {
        List<Header> headers = new ArrayList<>();
        record.headers().forEach(header -> headers.add(new Header(header.key(), header.value())));
        Opened opened = opener.open(record.key(), headers, record.value());
        assertThat(opened).isInstanceOf(Opened.Open.class);
        return (Opened.Open) opened;
    }

    private static String header(ProducerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    private static Rulebook renamed(Rulebook rulebook) {
        Producer webshop = Objects.requireNonNull(rulebook.producers().get("webshop"));
        Producer shop = new Producer(
                "shop", webshop.org(), webshop.identities(), webshop.grants(), webshop.controllers(), Quota.NONE);
        return new Rulebook(
                rulebook.classes(),
                rulebook.controllers(),
                rulebook.purposes(),
                rulebook.datasets(),
                new TreeMap<>(Map.of("shop", shop)),
                rulebook.recipients(),
                rulebook.revealing(),
                rulebook.reading());
    }

    private static X509Certificate certificate() {
        try (InputStream chain = Files.newInputStream(
                TestGateway.pki().identity(DevIdentity.WEBSHOP).chain())) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(chain);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
