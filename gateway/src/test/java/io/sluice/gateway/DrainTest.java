package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.certs.DevIdentity;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway that is stopped while producers post: whatever it wrote it also acknowledged. */
@Timeout(120)
class DrainTest {
    private static final int CONNECTIONS = 4;
    /** How long Kafka takes, so that requests are under way at any moment. */
    private static final long KAFKA_NANOS = 20_000_000;

    /** Over HTTP/1.1: of HTTP/2 the JDK's client drops what is under way when it hears that no more is taken (GOAWAY). */
    @Test
    void answersWhatIsUnderWayBeforeItEnds() throws Exception {
        AtomicInteger acknowledged = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> senders = new ArrayList<>();
        TestGateway running = new TestGateway(TestGateway.LIMITS, TestGateway.PUBLISH, false);
        Thread kafka = new Thread(() -> {
            while (!over.get()) {
                LockSupport.parkNanos(KAFKA_NANOS);
                acknowledgeAll(running);
            }
        });
        kafka.start();
        try (running) {
            for (int i = 0; i < CONNECTIONS; i++) {
                HttpClient client = TestGateway.client(DevIdentity.WEBSHOP);
                senders.add(new Thread(() -> post(client, running, acknowledged)));
            }
            senders.forEach(Thread::start);
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> acknowledged.get() >= 5 * CONNECTIONS);
        } finally {
            over.set(true);
        }
        for (Thread thread : senders) {
            thread.join();
        }
        kafka.join();

        assertThat(running.producer.history())
                .filteredOn(record -> record.topic().equals(TestGateway.TOPICS.ingress()))
                .hasSize(acknowledged.get());
    }

    private static void acknowledgeAll(TestGateway running) {
        while (running.producer.completeNext()) {
            continue;
        }
    }

    /** One event after the other, until the gateway takes no more. */
    private static void post(HttpClient client, TestGateway running, AtomicInteger acknowledged) {
        try {
            while (true) {
                int status = Http.send(
                                client,
                                running.event(
                                                "/v1/datasets/orders/events",
                                                "application/json",
                                                TestGateway.ORDER.getBytes(UTF_8))
                                        .build())
                        .status();
                if (status == 202) {
                    acknowledged.incrementAndGet();
                }
            }
        } catch (IOException | InterruptedException e) {
            return; // it is gone
        }
    }
}
