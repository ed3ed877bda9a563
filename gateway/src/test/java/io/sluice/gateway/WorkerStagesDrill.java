package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sluice.core.decision.AdmissionDecision;
import io.sluice.core.decision.AdmissionInput;
import io.sluice.core.event.Tags;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.Producer;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.gateway.admit.Admission;
import io.sluice.gateway.admit.InForce;
import io.sluice.gateway.admit.PayloadSchemas;
import io.sluice.gateway.admit.Quotas;
import io.sluice.gateway.parse.BatchEvent;
import io.sluice.gateway.parse.BatchLimits;
import io.sluice.gateway.parse.EventParser;
import io.sluice.gateway.parse.LineSplitter;
import io.sluice.gateway.parse.MintedIds;
import io.sluice.gateway.parse.ParseLimits;
import io.sluice.gateway.parse.ParsedEvent;
import io.sluice.gateway.parse.RequestHeaders;
import io.sluice.gateway.tag.Tagger;
import io.sluice.policies.evaluate.DatasetGroup;
import io.sluice.policies.load.RulebookCodec;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.protection.seal.Sealer;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/**
 * What the stages of a worker cost, each called alone for {@value #ORDERS} orders: processor time of the thread, the best of
 * some rounds, and allocated bytes. Not part of the suite: its name has to be given.
 */
class WorkerStagesDrill {
    private static final int ORDERS = 2_000;
    private static final int ROUNDS = Integer.getInteger("drill.rounds", 100);
    private static final int BATCH = 50;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final RequestHeaders HEADERS =
            new RequestHeaders("application/x-ndjson", null, null, null, new TreeMap<>());

    private final Rulebook rulebook = RulebookCodec.read(
            RulebookLoader.load(Path.of(System.getProperty("sluice.home")).resolve("policies/rulebook"))
                    .document());
    private final InForce policy = new Shipped(rulebook);
    private final Producer producer =
            Objects.requireNonNull(rulebook.producers().get("webshop"));
    private final Dataset dataset = Objects.requireNonNull(rulebook.datasets().get("orders"));
    private final Admission.Admitted admitted = new Admission.Admitted(dataset, "order-fulfilment");
    private final EventParser parser = new EventParser(ParseLimits.DEFAULT, new MintedIds());
    private final Quotas quotas = new Quotas(() -> this.clockNanos += 1_000_000);
    private final PayloadSchemas schemas = new PayloadSchemas();
    private final Tagger tagger = new Tagger("dev", TestGateway.KEYS.subjectReferences());
    private final Instant received = Instant.parse("2026-03-01T10:00:00Z");

    private final BatchEvent[] lines = new BatchEvent[ORDERS];
    private final ParsedEvent[] events = new ParsedEvent[ORDERS];
    private final Tags[] tags = new Tags[ORDERS];
    private int checksum;
    private long clockNanos;

    @Test
    void measures() throws Exception {
        List<byte[]> batches = batches();
        try (Sealer sealer = TestGateway.KEYS.sealer()) {
            List<Stage> stages = List.of(
                    new Stage("cut a line", i -> {
                        if (i % BATCH == 0) {
                            cut(batches.get(i / BATCH), i);
                        }
                    }),
                    new Stage(
                            "read strictly", i -> events[i] = parser.parse(lines[i], HEADERS, producer.id(), "orders")),
                    new Stage("quotas, dataset", i -> {
                        quotas.take(producer, 0);
                        checksum += Admission.datasetOf(policy, "orders", events[i].payload())
                                .length();
                        quotas.take(producer, "orders", 0);
                    }),
                    new Stage("schema", i -> schemas.require(dataset, events[i].text())),
                    new Stage(
                            "references and other tags",
                            i -> tags[i] = tagger.event(policy, producer, admitted, events[i], received)),
                    new Stage(
                            "seal",
                            i -> checksum +=
                                    sealer.seal(tags[i], events[i].event()).value().length));
            for (int round = 0; round < ROUNDS; round++) {
                stages.forEach(Stage::run);
            }
            stages.forEach(stage -> System.out.println(stage));
        }
        assertThat(checksum).isNotZero();
    }

    private void cut(byte[] body, int from) {
        LineSplitter splitter = new LineSplitter(BatchLimits.DEFAULT, 1_000_000);
        splitter.feed(body);
        for (int i = from; i < from + BATCH; i++) {
            lines[i] = Objects.requireNonNull(splitter.next());
        }
    }

    private static final class Stage {
        private final String name;
        private final IntConsumer event;
        private long nanos = Long.MAX_VALUE;
        private long bytes = Long.MAX_VALUE;

        Stage(String name, IntConsumer event) {
            this.name = name;
            this.event = event;
        }

        void run() {
            long me = Thread.currentThread().getId();
            long allocated = THREADS.getThreadAllocatedBytes(me);
            long start = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < ORDERS; i++) {
                event.accept(i);
            }
            nanos = Math.min(nanos, THREADS.getCurrentThreadCpuTime() - start);
            bytes = Math.min(bytes, THREADS.getThreadAllocatedBytes(me) - allocated);
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%-26s %5.2f us %6d bytes", name, nanos / 1e3 / ORDERS, bytes / ORDERS);
        }
    }

    private static List<byte[]> batches() {
        List<byte[]> batches = new ArrayList<>();
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < ORDERS; i++) {
            body.append(order(i)).append('\n');
            if (i % BATCH == BATCH - 1) {
                batches.add(body.toString().getBytes(UTF_8));
                body.setLength(0);
            }
        }
        return batches;
    }

    /** As {@code bench gateway} posts them. */
    private static String order(int number) {
        StringBuilder lines = new StringBuilder();
        for (int i = 1; i <= 4; i++) {
            lines.append(i == 1 ? "" : ",")
                    .append(String.format(
                            Locale.ROOT,
                            "{\"sku\":\"BK-%d\",\"title\":\"A map of the fjords, part %d\",\"category\":\"books\",\"quantity\":%d,\"price\":19}",
                            number % 1000 + i,
                            i,
                            i));
        }
        return String.format(
                Locale.ROOT,
                "{\"id\":\"order-%d\",\"placedAt\":\"2026-03-01T10:00:00Z\",\"channel\":\"web\",\"currency\":\"EUR\",\"total\":190,"
                        + "\"customer\":{\"id\":\"C-%d\",\"name\":\"Kari Nordmann\",\"email\":\"kari%d@mail.example\",\"address\":"
                        + "{\"street\":\"Storgata %d\",\"city\":\"Oslo\",\"postalCode\":\"0155\",\"country\":\"NO\"}},\"lines\":[%s]}",
                number,
                number,
                number,
                number % 200,
                lines);
    }

    /** The shipped rulebook, which has no group for orders. */
    private record Shipped(Rulebook rulebook) implements InForce {
        @Override
        public long activation() {
            return 1;
        }

        @Override
        public long revision() {
            return 1;
        }

        @Override
        public Instant expires() {
            return Instant.MAX;
        }

        @Override
        public String bundle() {
            return "none";
        }

        @Override
        public Optional<DatasetGroup> group(String name) {
            return Optional.empty();
        }

        @Override
        public AdmissionDecision admit(AdmissionInput input) {
            throw new UnsupportedOperationException("not asked");
        }
    }
}
