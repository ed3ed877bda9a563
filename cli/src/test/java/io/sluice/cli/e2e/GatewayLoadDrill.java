package io.sluice.cli.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.PkiFiles;
import io.sluice.cli.client.ClientIdentity;
import io.sluice.client.BufferFullException;
import io.sluice.client.ClientSettings;
import io.sluice.client.Event;
import io.sluice.client.EventProducer;
import io.sluice.core.event.Headers;
import io.sluice.kafkadev.DevBroker;
import io.sluice.kafkadev.DevBrokerConfig;
import io.sluice.protection.seal.SealKeys;
import io.sluice.protection.seal.SubjectReferences;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The gateway as a process of its own under load: 80 % of what it can take, then 200 %, while the broker is stopped and started
 * twice and the gateway killed with -9 twice. Every event that was acknowledged is in Kafka; everybody else was told. A drill:
 * {@code mvn -pl cli -am test -Dtest=GatewayLoadDrill -Ddrill.minutes=10}.
 */
class GatewayLoadDrill {
    private static final String SOURCE = "urn:drill";
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int PRODUCERS = 4;

    @TempDir
    Path scratch;

    private final AtomicLong next = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong undelivered = new AtomicLong();
    private final AtomicLong noRoom = new AtomicLong();
    /** Numbers of acknowledged events. Guarded by itself. */
    private final BitSet acknowledged = new BitSet();

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
        Deployment load = Deployment.of(
                scratch.resolve("load"),
                pki,
                "load",
                broker.bootstrapServers(),
                Deployment.gateway(pki, "port: " + port));
        load.succeed("cluster", "create");
        load.succeed("keys", "init");
        load.trust();
        Path rulebook = Rulebooks.copy(scratch.resolve("rulebook"));
        Rulebooks.edit(rulebook.resolve("producers/webshop.yaml"), "quota: {events-per-second: 5000}", "quota: {}");
        load.activate(rulebook);
        SluiceProcess gateway = started(load);
        ClientSettings settings = settings(pki, port);
        try {
            offer(settings, Long.MAX_VALUE, Duration.ofSeconds(10)); // until it is warm
            int before = count();
            offer(settings, Long.MAX_VALUE, Duration.ofSeconds(20));
            long capacity = Math.max(100, (count() - before) / 20);
            say("capacity %,d events/s", capacity);

            for (long percent : new long[] {80, 200}) {
                int from = count();
                long began = System.nanoTime();
                Thread offering = offering(settings, capacity * percent / 100, half);
                offering.join(half.toMillis() / 4);
                broker.close();
                offering.join(5_000);
                broker = DevBroker.start(kafka);
                offering.join(half.toMillis() / 4);
                largestResidentKb = Math.max(largestResidentKb, gateway.residentKb());
                gateway.kill();
                gateway = started(load);
                while (offering.isAlive()) {
                    largestResidentKb = Math.max(largestResidentKb, gateway.residentKb());
                    offering.join(1_000);
                }
                say(
                        "%d %%: %,d acknowledged, %,.0f/s",
                        percent, count() - from, (count() - from) / ((System.nanoTime() - began) / 1e9));
            }
            assertThat(gateway.isAlive()).isTrue();

            say(
                    "%,d offered: %,d acknowledged, %,d refused, %,d given up, %,d found no room; gateway's memory at most %,d MB",
                    next.get(), count(), refused.get(), undelivered.get(), noRoom.get(), largestResidentKb / 1024);
            assertThat(count() + refused.get() + undelivered.get() + noRoom.get())
                    .as("everybody was told")
                    .isEqualTo(next.get());
            assertThat(refused.get()).as("refused for good").isZero();
            assertThat(largestResidentKb).as("memory is bounded").isBetween(1L, 2_500L * 1024);
            everyAcknowledgedEventIsInKafka(broker, load);
        } finally {
            gateway.kill();
            broker.close();
        }
    }

    private void everyAcknowledgedEventIsInKafka(DevBroker broker, Deployment load) throws Exception {
        Map<Long, Integer> written = new HashMap<>();
        try (TopicBook<Long> ingress = TopicBook.fromTheBeginning(
                broker.clientSettings(DevIdentity.PROTECT),
                "load.events.ingress",
                record -> shortened(
                        new String(record.headers().lastHeader(Headers.CE_ID).value(), UTF_8)))) {
            ingress.read().forEach(id -> written.merge(id, 1, Integer::sum));
        }
        Path keys = load.folder().resolve("keys/ingress");
        SubjectReferences references =
                SealKeys.open(keys, keys.resolve("password"), "load").subjectReferences();
        int copies = 0;
        for (int number = acknowledged.nextSetBit(0); number >= 0; number = acknowledged.nextSetBit(number + 1)) {
            Integer times = written.get(shortened(references.eventId("webshop", SOURCE, "drill-" + number)));
            assertThat(times).as("event drill-" + number + " was acknowledged").isNotNull();
            copies += times - 1;
        }
        say(
                "%,d ids in Kafka, every acknowledged one among them; %,d copies of repeats, which the job drops by their id",
                written.size(), copies);
    }

    private SluiceProcess started(Deployment load) throws Exception {
        SluiceProcess gateway = load.start("gateway");
        await().atMost(PATIENCE).until(() -> gateway.output().contains("gateway: ready"));
        return gateway;
    }

    private Thread offering(ClientSettings settings, long perSecond, Duration length) {
        Thread thread = new Thread(() -> {
            try {
                offer(settings, perSecond, length);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.start();
        return thread;
    }

    /** Posts at a rate, whatever becomes of what was posted before, and waits for the end of each event. */
    private void offer(ClientSettings settings, long perSecond, Duration length) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        long began = System.nanoTime();
        for (int i = 0; i < PRODUCERS; i++) {
            Thread thread = new Thread(() -> {
                try (EventProducer producer = new EventProducer(settings)) {
                    long mine = 0;
                    for (long now = 0; now < length.toNanos(); now = System.nanoTime() - began) {
                        if (perSecond < Long.MAX_VALUE && mine > now / 1e9 * perSecond / PRODUCERS) {
                            LockSupport.parkNanos(1_000_000);
                        } else {
                            mine++;
                            post(producer);
                        }
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void post(EventProducer producer) throws InterruptedException {
        int number = (int) next.getAndIncrement();
        try {
            producer.send(Event.of("drill-" + number, order(number))).whenComplete((receipt, fault) -> {
                if (receipt != null) {
                    synchronized (acknowledged) {
                        acknowledged.set(number);
                    }
                } else if (fault instanceof io.sluice.client.EventUndeliveredException) {
                    undelivered.incrementAndGet();
                } else {
                    refused.incrementAndGet();
                }
            });
        } catch (BufferFullException full) {
            noRoom.incrementAndGet();
        }
    }

    private static byte[] order(int number) {
        return ("{\"id\":\"o-" + number
                        + "\",\"placedAt\":\"2026-03-01T10:00:00Z\",\"channel\":\"web\",\"currency\":\"EUR\",\"total\":12,"
                        + "\"customer\":{\"id\":\"C-" + number % 10_000
                        + "\",\"name\":\"Kari Nordmann\",\"email\":\"kari@mail.example\","
                        + "\"address\":{\"street\":\"Storgata 1\",\"city\":\"Oslo\",\"postalCode\":\"0155\",\"country\":\"NO\"}},"
                        + "\"lines\":[{\"sku\":\"BK-1\",\"title\":\"A map\",\"category\":\"books\",\"quantity\":1,\"price\":12}]}")
                .getBytes(UTF_8);
    }

    private static ClientSettings settings(PkiFiles pki, int port) {
        var webshop = pki.identity(DevIdentity.WEBSHOP);
        return new ClientSettings(
                URI.create("https://localhost:" + port),
                new ClientIdentity(webshop.chain(), webshop.key(), pki.trust()).tls(),
                "orders",
                null,
                SOURCE,
                "drill.order",
                "application/json",
                new ClientSettings.Limits(
                        50,
                        1 << 20,
                        Duration.ofMillis(2),
                        2_000,
                        32L << 20,
                        Duration.ofMillis(500),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(60),
                        Duration.ofMillis(50),
                        Duration.ofSeconds(2)));
    }

    private int count() {
        synchronized (acknowledged) {
            return acknowledged.cardinality();
        }
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
