package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.sluice.certs.DevIdentity;
import io.sluice.core.event.Headers;
import io.sluice.gateway.publish.IngressPublisher;
import io.sluice.gateway.publish.KafkaClients;
import io.sluice.gateway.publish.PublishLimits;
import io.sluice.gateway.spool.DrainClient;
import io.sluice.gateway.spool.Spool;
import io.sluice.gateway.spool.SpoolConfig;
import io.sluice.kafkadev.DevBroker;
import io.sluice.kafkadev.DevBrokerConfig;
import io.sluice.protection.seal.Header;
import io.sluice.protection.seal.SealedEvent;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How fast a spool drains into a development broker over mutual TLS. Not part of the suite: its name has to be given. */
class SpoolDrainDrill {
    private static final int EVENTS = Integer.getInteger("drill.events", 50_000);
    private static final int VALUE_BYTES = 1_500;
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @TempDir
    Path folder;

    @Test
    @Timeout(900)
    void drains() throws Exception {
        DevBroker broker = DevBroker.start(DevBrokerConfig.of(folder.resolve("kafka"), TestGateway.pki()));
        try (broker) {
            GatewayIT.provision(broker);
            measure(broker, "warm-up", 1);
            measure(broker, "each event of another subject", 1);
            measure(broker, "200 events of a subject in a row", 200);
            measure(broker, "all of one subject", EVENTS);
        }
    }

    /** The broker goes three times while a spool drains, each time for longer than a delivery may take. */
    @Test
    @Timeout(900)
    void losesAndReordersNothingWhereTheBrokerGoes() throws Exception {
        DevBrokerConfig brokerConfig = DevBrokerConfig.of(folder.resolve("kafka"), TestGateway.pki());
        DevBroker broker = DevBroker.start(brokerConfig);
        GatewayIT.provision(broker);
        SpoolConfig config = new SpoolConfig(folder.resolve("spool"), 1L << 40);
        fill(config, 50);
        try (Spool spool = new Spool(config, drain(broker))) {
            for (int share = 1; share <= 3; share++) {
                long enough = EVENTS * (long) share / 5;
                Awaitility.await().atMost(LIMIT).until(() -> spool.drained() > enough);
                broker.close();
                Duration outage = PublishLimits.DEFAULT.deliveryTimeout().plusSeconds(2);
                long begun = System.nanoTime();
                Awaitility.await("what is under way is given up")
                        .atMost(outage.multipliedBy(2))
                        .until(() -> System.nanoTime() - begun > outage.toNanos());
                broker = DevBroker.start(brokerConfig);
            }
            Awaitility.await().atMost(LIMIT).until(() -> spool.bytes() == 0);
        }
        Map<Integer, Integer> newest = new HashMap<>();
        Set<Integer> stored = new HashSet<>();
        int copies = 0;
        for (ConsumerRecord<byte[], byte[]> record : stored(broker)) {
            int number = Integer.parseInt(
                    new String(record.headers().lastHeader(Headers.CE_ID).value(), UTF_8).substring("id-".length()));
            if (stored.add(number)) {
                assertThat(number).isGreaterThan(newest.getOrDefault(record.partition(), -1));
                newest.put(record.partition(), number);
            } else {
                copies++;
            }
        }
        assertThat(stored).hasSize(EVENTS);
        System.out.printf(Locale.ROOT, "%,d events in their order, %,d copies%n", EVENTS, copies);
        broker.close();
    }

    private static List<ConsumerRecord<byte[], byte[]>> stored(DevBroker broker) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(
                broker.clientSettings(DevIdentity.PROTECT), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(TestGateway.TOPICS.ingress()).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    private static DrainClient drain(DevBroker broker) {
        return new DrainClient(
                KafkaClients.drains(broker.clientSettings(DevIdentity.GATEWAY), PublishLimits.DEFAULT),
                event -> IngressPublisher.record(TestGateway.TOPICS, event),
                Optional::empty);
    }

    private void measure(DevBroker broker, String name, int inARow) throws Exception {
        SpoolConfig config = new SpoolConfig(folder.resolve("spool"), 1L << 40);
        fill(config, inARow);
        DrainClient kafka = drain(broker);
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long processor = process.getProcessCpuTime();
        long before = System.nanoTime();
        long bytes;
        try (Spool spool = new Spool(config, kafka)) {
            bytes = spool.bytes();
            Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> spool.bytes() == 0);
        }
        double seconds = (System.nanoTime() - before) / 1e9;
        double processorSeconds = (process.getProcessCpuTime() - processor) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%s: %,d events, %.1f MB in %.2f s: %,.0f events/s, %.1f MB/s, %.0f us of processor time an event%n",
                name,
                EVENTS,
                bytes / 1e6,
                seconds,
                EVENTS / seconds,
                bytes / 1e6 / seconds,
                processorSeconds * 1e6 / EVENTS);
    }

    private static void fill(SpoolConfig config, int inARow) throws Exception {
        Random random = new Random(1);
        byte[] value = new byte[VALUE_BYTES];
        random.nextBytes(value);
        List<Header> alike = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            alike.add(new Header("ce_header" + i, "a value of twenty-four b".getBytes(UTF_8)));
        }
        List<CompletableFuture<Void>> added = new ArrayList<>();
        DrainClient nowhere = new DrainClient(
                () -> {
                    throw new KafkaException("away");
                },
                event -> IngressPublisher.record(TestGateway.TOPICS, event),
                Optional::empty);
        try (Spool away = new Spool(config, nowhere)) {
            for (int i = 0; i < EVENTS; i++) {
                List<Header> headers = new ArrayList<>(alike);
                headers.add(new Header(Headers.CE_ID, ("id-" + i).getBytes(UTF_8)));
                added.add(away.add(new SealedEvent(("subject-" + i / inARow).getBytes(UTF_8), headers, value)));
            }
            CompletableFuture.allOf(added.toArray(CompletableFuture[]::new)).join();
        }
    }
}
