package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.certs.DevIdentity;
import io.sluice.client.BufferFullException;
import io.sluice.client.ClientSettings;
import io.sluice.client.Event;
import io.sluice.client.EventProducer;
import io.sluice.client.EventRefusedException;
import io.sluice.client.EventUndeliveredException;
import io.sluice.client.Receipt;
import io.sluice.core.event.Headers;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The producer's client in Java, against a gateway that runs. */
@Timeout(60)
class JavaClientTest {
    private final TestGateway running = new TestGateway();

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void deliversEachEventOnceInItsOrderAndFailsTheBrokenOneAlone() throws Exception {
        List<CompletableFuture<Receipt>> done = new ArrayList<>();
        try (EventProducer producer = new EventProducer(settings(limits(10_000, Duration.ofSeconds(30))))) {
            for (int i = 0; i < 500; i++) {
                done.add(producer.send(Event.of("order-" + i, i == 250 ? "{}".getBytes(UTF_8) : order())));
            }
            done.add(producer.send(Event.of("order-7", order())));
        }

        for (int i = 0; i < 500; i++) {
            if (i == 250) {
                assertThatThrownBy(() -> done.get(250).get())
                        .cause()
                        .isInstanceOfSatisfying(
                                EventRefusedException.class,
                                refused -> assertThat(refused.code()).isEqualTo("schema-violated"));
            } else {
                assertThat(done.get(i).get().id()).isEqualTo("order-" + i);
            }
        }
        assertThat(done.get(500).get().repeated()).isTrue();
        assertThat(done.get(500).get().position()).isEqualTo(done.get(7).get().position());
        assertThat(running.producer.history()).hasSize(499);
        List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            if (i != 250) {
                String position = done.get(i).get().position();
                offsets.add(Long.valueOf(position.substring(position.lastIndexOf('/') + 1)));
            }
        }
        assertThat(offsets).isSorted();
    }

    @Test
    void repeatsWhatMayPassAndWaitsAsLongAsItIsAskedTo() throws Exception {
        running.policy.inForce = null;
        try (EventProducer producer = new EventProducer(settings(limits(10_000, Duration.ofSeconds(30))))) {
            long began = System.nanoTime();
            CompletableFuture<Receipt> first = producer.send(Event.of("order-1", order()));
            CompletableFuture<Receipt> second = producer.send(Event.of("order-2", order()));
            Awaitility.await()
                    .until(() -> running.gateway
                                    .metrics()
                                    .refusedCount(io.sluice.gateway.problem.ProblemCode.POLICY_UNAVAILABLE)
                            > 0);
            running.policy.inForce = TestPolicy.activation(7, 0);

            assertThat(first.get(30, TimeUnit.SECONDS).id()).isEqualTo("order-1");
            assertThat(second.get(30, TimeUnit.SECONDS).repeated()).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(1));
        }
        assertThat(running.producer.history()).hasSize(2);
    }

    @Test
    void repeatsUnderTheSameIdWhatKafkaDidNotAcknowledge() throws Exception {
        try (TestGateway silent = new TestGateway(TestGateway.LIMITS, TestGateway.PUBLISH, false);
                EventProducer producer = new EventProducer(settings(silent, limits(10_000, Duration.ofSeconds(30))))) {
            CompletableFuture<Receipt> receipt = producer.send(Event.of("order-1", order()));
            Awaitility.await().until(() -> silent.producer.errorNext(new TimeoutException("delivery")));
            Awaitility.await().until(silent.producer::completeNext);

            assertThat(receipt.get(30, TimeUnit.SECONDS).repeated()).isFalse();
            Set<String> ids = new HashSet<>();
            silent.producer
                    .history()
                    .forEach(record -> ids.add(new String(
                            record.headers().lastHeader(Headers.CE_ID).value(), UTF_8)));
            assertThat(ids).as("one event, written twice").hasSize(1);
            assertThat(silent.producer.history()).hasSize(2);
        }
    }

    @Test
    void boundsItsBufferAndTellsWhatItCouldNotDeliver() throws Exception {
        running.policy.inForce = null;
        CompletableFuture<Receipt> first;
        try (EventProducer producer = new EventProducer(settings(limits(1, Duration.ofMillis(1_500))))) {
            first = producer.send(Event.of("order-1", order()));

            assertThatThrownBy(() -> producer.send(Event.of("order-2", order())))
                    .isInstanceOf(BufferFullException.class)
                    .hasMessageContaining("1 events wait");
        }
        assertThatThrownBy(first::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(EventUndeliveredException.class)
                .hasMessageContaining("same id");
    }

    private ClientSettings settings(ClientSettings.Limits limits) {
        return settings(running, limits);
    }

    private static ClientSettings settings(TestGateway gateway, ClientSettings.Limits limits) {
        return new ClientSettings(
                URI.create("https://localhost:" + gateway.gateway.dataPort()),
                Http.context(TestGateway.pki(), TestGateway.pki().identity(DevIdentity.WEBSHOP)),
                "orders",
                null,
                "urn:shop",
                "shop.order",
                "application/json",
                limits);
    }

    private static ClientSettings.Limits limits(int buffered, Duration patience) {
        ClientSettings.Limits standard = ClientSettings.Limits.DEFAULT;
        return new ClientSettings.Limits(
                50,
                standard.maxBatchBytes(),
                standard.linger(),
                buffered,
                standard.maxBufferedBytes(),
                Duration.ofMillis(200),
                Duration.ofSeconds(20),
                patience,
                Duration.ofMillis(50),
                Duration.ofSeconds(1));
    }

    private static byte[] order() {
        return TestGateway.ORDER.getBytes(UTF_8);
    }
}
