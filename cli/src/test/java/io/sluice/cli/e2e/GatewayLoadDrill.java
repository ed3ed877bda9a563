package io.sluice.cli.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.PkiFiles;
import io.sluice.core.event.Headers;
import io.sluice.kafkadev.DevBroker;
import io.sluice.kafkadev.DevBrokerConfig;
import io.sluice.protection.seal.SealKeys;
import io.sluice.protection.seal.SubjectReferences;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The gateway as a process of its own under an {@linkplain OpenLoad open load}: 80 % of what it can take, then 200 % with a spool,
 * while the broker is stopped and started twice and the gateway killed with -9 twice, the second time with events in its spool,
 * and once asked to stop (SIGTERM). Enough is acknowledged of what is offered.
 * Every event that was acknowledged is in Kafka, once; everybody else was told; memory stays bounded. A drill:
 * {@code mvn -pl cli -am test -Dtest=GatewayLoadDrill -Ddrill.minutes=10}.
 */
class GatewayLoadDrill {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    /** Ten minutes give some ten gigabytes. */
    private static final Duration READING = Duration.ofMinutes(20);
    /** {@code gateway.drainTimeout}, and what a process may take behind it. */
    private static final Duration DRAIN = Duration.ofSeconds(20 + 30);
    /** Small, so that what is refused above it is seen soon. */
    private static final String SETTINGS = "port: %d, maxInFlight: 16MiB, maxSpool: ";

    @TempDir
    Path scratch;

    private long largestResidentKb;

    @Test
    @Timeout(value = 60, unit = java.util.concurrent.TimeUnit.MINUTES)
    @EnabledIfSystemProperty(named = "drill.minutes", matches = "[0-9]+")
    void nothingThatWasAcknowledgedIsLost() throws Exception {
        Duration half = Duration.ofSeconds(Long.getLong("drill.minutes", 1) * 30);
        PkiFiles pki = DevPki.openOrCreate(scratch.resolve("certs"), Clock.systemUTC());
        DevBrokerConfig kafka = DevBrokerConfig.of(scratch.resolve("kafka"), pki);
        DevBroker broker = DevBroker.start(kafka);
        int port = freePort();
        String settings = SETTINGS.formatted(port);
        Deployment drill = Deployment.of(
                scratch.resolve("load"),
                pki,
                "load",
                broker.bootstrapServers(),
                Deployment.gateway(pki, settings + "0B"));
        drill.succeed("cluster", "create");
        drill.succeed("keys", "init");
        drill.trust();
        Path rulebook = Rulebooks.copy(scratch.resolve("rulebook"));
        Rulebooks.edit(rulebook.resolve("producers/webshop.yaml"), "quota: {events-per-second: 5000}", "quota: {}");
        drill.activate(rulebook);
        SluiceProcess gateway = started(drill);
        try (OpenLoad load = new OpenLoad(pki.identity(DevIdentity.WEBSHOP), pki.trust(), port)) {
            load.saturate(64, Duration.ofSeconds(15)); // until it is warm
            long before = accepted(load);
            load.saturate(64, Duration.ofSeconds(20));
            long capacity = Math.max(100, (accepted(load) - before) / 20);
            say("capacity %,d events/s", capacity);

            Share untouched = new Share(load);
            Share below = new Share(load);
            Thread offering = offering(load, capacity * 80 / 100, half);
            offering.join(half.toMillis() / 4);
            untouched.isAtLeast(80, "of what was offered below capacity while nothing was broken");
            broker.close();
            offering.join(5_000);
            broker = DevBroker.start(kafka);
            offering.join(half.toMillis() / 4);
            observe(gateway);
            gateway.kill();
            gateway = started(drill);
            offering.join(half.toMillis() / 8);
            long torn = torn(load);
            assertThat(gateway.terminate(DRAIN).exitCode()).as("on SIGTERM").isZero();
            gateway = started(drill);
            assertThat(torn(load)).as("answers torn by a stop in good order").isEqualTo(torn);
            observe(gateway, offering);
            say("80 %%: %s", load.ends());
            below.isAtLeast(25, "of what was offered below capacity");
            gateway.kill();

            long spooledFrom = load.offered();
            Path yaml = drill.folder().resolve("sluice.yaml");
            Files.writeString(yaml, Files.readString(yaml).replace("maxSpool: 0B", "maxSpool: 256MiB"));
            gateway = started(drill);
            Share above = new Share(load);
            long toldBefore = load.ends().getOrDefault("back-pressure", 0L);
            offering = offering(load, capacity * 2, half);
            offering.join(half.toMillis() / 4);
            broker.close();
            offering.join(15_000); // past the time in which Kafka has to acknowledge: then the spool opens
            observe(gateway);
            gateway.kill();
            long lying = spooled(drill);
            broker = DevBroker.start(kafka);
            gateway = started(drill);
            observe(gateway, offering);
            assertThat(gateway.isAlive()).isTrue();
            above.isAtLeast(15, "of what was offered above capacity");
            say("200 %%, with a spool, %,d bytes in it when the gateway was killed: %s", lying, load.ends());

            say("%,d offered; the gateway's memory at most %,d MB", load.offered(), largestResidentKb / 1024);
            assertThat(load.ends().values().stream().mapToLong(Long::longValue).sum())
                    .as("everybody was told")
                    .isEqualTo(load.offered());
            assertThat(load.ends().keySet())
                    .as("every answer has a code, but for those that a kill tore")
                    .doesNotContain(OpenLoad.UNREADABLE)
                    .noneMatch(end -> end.startsWith(OpenLoad.WITHOUT_CODE));
            assertThat(load.ends().getOrDefault("back-pressure", 0L))
                    .as("it was more than the gateway takes")
                    .isGreaterThan(toldBefore);
            assertThat(lying)
                    .as("events in the spool when the gateway was killed")
                    .isPositive();
            assertThat(largestResidentKb).as("memory is bounded").isBetween(1L, 2_500L * 1024);
            everyAcknowledgedEventIsInKafka(broker, drill, load.acknowledged(), spooledFrom);
        } finally {
            gateway.kill();
            broker.close();
        }
    }

    /** How many of the events from now on are acknowledged: a gateway that turns everybody away loses none either. */
    private record Share(OpenLoad load, long offered, long accepted) {
        Share(OpenLoad load) {
            this(load, load.offered(), GatewayLoadDrill.accepted(load));
        }

        void isAtLeast(int percent, String ofWhat) {
            assertThat((GatewayLoadDrill.accepted(load) - accepted) * 100 / Math.max(1, load.offered() - offered))
                    .as("percent that was acknowledged, " + ofWhat)
                    .isGreaterThanOrEqualTo(percent);
        }
    }

    /**
     * Nobody posted an event twice, so none is there twice; but a gateway that is killed while it drains its spool sends a segment
     * again, of which the job drops the copies by their id.
     */
    private void everyAcknowledgedEventIsInKafka(
            DevBroker broker, Deployment drill, BitSet acknowledged, long spooledFrom) throws Exception {
        Path keys = drill.folder().resolve("keys/ingress");
        SubjectReferences references =
                SealKeys.open(keys, keys.resolve("password"), "load").subjectReferences();
        long[] expected = acknowledged.stream()
                .mapToLong(number -> shortened(references.eventId("webshop", OpenLoad.SOURCE, "drill-" + number)))
                .toArray();
        AtomicReference<long[]> written = new AtomicReference<>(new long[0]);
        try (TopicBook<Long> ingress = TopicBook.fromTheBeginning(
                broker.clientSettings(DevIdentity.PROTECT),
                "load.events.ingress",
                record -> shortened(
                        new String(record.headers().lastHeader(Headers.CE_ID).value(), UTF_8)))) {
            await().atMost(READING).pollInterval(Duration.ofSeconds(2)).untilAsserted(() -> {
                written.set(ingress.read().stream()
                        .mapToLong(Long::longValue)
                        .sorted()
                        .toArray());
                assertThat(LongStream.of(expected).filter(id -> Arrays.binarySearch(written.get(), id) < 0))
                        .as("acknowledged, and not in Kafka")
                        .isEmpty();
            });
        }
        BitSet twice = new BitSet();
        int at = 0;
        for (int number = acknowledged.nextSetBit(0); number >= 0; number = acknowledged.nextSetBit(number + 1)) {
            if (isTwice(written.get(), expected[at++])) {
                twice.set(number);
            }
        }
        assertThat(twice.stream().filter(number -> number < spooledFrom))
                .as("acknowledged without a spool, and in Kafka more than once")
                .isEmpty();
        say(
                "%,d acknowledged, each in Kafka; %,d of them more than once, all of the spool",
                expected.length, twice.cardinality());
    }

    private static boolean isTwice(long[] sorted, long id) {
        int at = Arrays.binarySearch(sorted, id);
        return at > 0 && sorted[at - 1] == id || at < sorted.length - 1 && sorted[at + 1] == id;
    }

    private static long spooled(Deployment drill) throws java.io.IOException {
        long bytes = 0;
        try (var files = Files.newDirectoryStream(drill.folder().resolve("spool"), "*.spool")) {
            for (Path file : files) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    private static long torn(OpenLoad load) {
        return load.ends().entrySet().stream()
                .filter(end -> end.getKey().startsWith(OpenLoad.TORN))
                .mapToLong(java.util.Map.Entry::getValue)
                .sum();
    }

    private static long accepted(OpenLoad load) {
        return load.ends().getOrDefault("accepted", 0L);
    }

    private void observe(SluiceProcess gateway) throws Exception {
        largestResidentKb = Math.max(largestResidentKb, gateway.residentKb());
    }

    private void observe(SluiceProcess gateway, Thread offering) throws Exception {
        while (offering.isAlive()) {
            observe(gateway);
            offering.join(1_000);
        }
    }

    private SluiceProcess started(Deployment drill) throws Exception {
        SluiceProcess gateway = drill.start("gateway");
        await().atMost(PATIENCE).until(() -> gateway.output().contains("gateway: ready"));
        return gateway;
    }

    private static Thread offering(OpenLoad load, long perSecond, Duration length) {
        Thread thread = new Thread(() -> {
            try {
                load.offer(perSecond, length);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.start();
        return thread;
    }

    /** Eight bytes of an id, so that millions of them fit. */
    private static long shortened(String id) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(id.getBytes(UTF_8)))
                    .getLong();
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static int freePort() throws java.io.IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void say(String text, Object... values) {
        System.out.println("drill: " + String.format(Locale.ROOT, text, values));
    }
}
