package io.sluice.custodian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.core.encoding.Base32;
import io.sluice.core.event.SubjectRef;
import io.sluice.custodian.CustodianStatus.State;
import io.sluice.protection.keys.CustodianKey;
import io.sluice.protection.keys.DestroyReceipt;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.keytree.Applied;
import io.sluice.protection.keytree.KeyAnswer;
import io.sluice.protection.keytree.LeasedKey;
import io.sluice.protection.keytree.Owners;
import io.sluice.protection.keytree.RegistryLimits;
import io.sluice.protection.keytree.SubjectKeys;
import io.sluice.protection.keytree.TreeFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CustodianTest {
    private static final String TOPIC = "dev.keys.control";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final SubjectRef ANNA = subject(1);
    private static final SubjectRef BEN = subject(2);

    /** Keys and a tree that was begun: making them takes longer than the tests. */
    @TempDir
    static Path template;

    @TempDir
    Path folder;

    private final ToyTopic kafka = new ToyTopic();
    private final List<Custodian> running = new ArrayList<>();
    private CustodianKey key;
    private Keystore fields;

    @BeforeAll
    static void begin() {
        CustodianKey key = CustodianKey.readOrCreate(template.resolve("custodian.pem"), template.resolve("public.pem"));
        Keystore fields = Keystore.openOrCreate(template.resolve("fields"), template.resolve("password"), "dev");
        ToyTopic kafka = new ToyTopic();
        try (Custodian custodian =
                Custodian.start(config(template, 1), fields, key, kafka.topic(), Clock.systemUTC())) {
            await().atMost(PATIENCE).until(() -> !kafka.written().isEmpty());
        }
    }

    @BeforeEach
    void copyTemplate() throws IOException {
        copy(template, folder);
        key = CustodianKey.readOrCreate(folder.resolve("custodian.pem"), folder.resolve("public.pem"));
        fields = Keystore.open(folder.resolve("fields"), folder.resolve("password"), "dev");
    }

    @AfterEach
    void close() {
        running.forEach(Custodian::close);
    }

    @Test
    void announcesAtTheStartAndAgainAsAHeartbeat() {
        Custodian custodian = start(1);
        await().atMost(PATIENCE).until(() -> kafka.written().size() >= 3);

        assertThat(custodian.status().state()).isEqualTo(State.RUNNING);
        assertThat(kafka.written())
                .allSatisfy(record -> assertThat(recordKey(record)).isEqualTo("tree/dev/1/1"));
        SubjectKeys registry = registry();
        assertThat(registry.accept(kafka.written().get(0).value())).isEqualTo(Applied.APPLIED);
        assertThat(registry.accept(kafka.written().get(2).value())).isEqualTo(Applied.RENEWED);
        assertThat(registry.current(Owners.of(ANNA))).isInstanceOf(LeasedKey.class);
        custodian.close();
        assertThat(custodian.status().state()).isEqualTo(State.CLOSED);
    }

    @Test
    void anErasureIsFollowedAndItsStepsMayBeRepeated() {
        Custodian custodian = start(1);
        await().atMost(PATIENCE).until(() -> !kafka.written().isEmpty());
        SubjectKeys registry = registry();
        kafka.written().forEach(record -> registry.accept(record.value()));
        KeyId ofAnna = ((LeasedKey) registry.current(Owners.of(ANNA))).id();

        ErasureOrder order = custodian.order(ANNA);
        assertThat(order.throughGenerations()).containsExactly(Map.entry(1, 0));
        Punctured first = custodian.puncture(List.of(order)).get(0);
        Punctured again = custodian.puncture(List.of(order)).get(0);

        assertThat(first.revisionBefore()).isEqualTo(1);
        assertThat(first.revisionAfter()).isEqualTo(2);
        assertThat(again.revisionAfter()).isEqualTo(2);
        assertThat(again.digestAfter()).isEqualTo(first.digestAfter()).isNotEqualTo(first.digestBefore());
        assertThat(Duration.between(first.puncturedAt(), first.liveKeysGoneAt()))
                .isEqualTo(Duration.ofSeconds(7));
        await().atMost(PATIENCE)
                .until(() -> kafka.written().stream()
                        .anyMatch(record -> recordKey(record).equals("tree/dev/1/2")));
        kafka.written().forEach(record -> registry.accept(record.value()));
        assertThat(registry.named(Owners.of(ANNA), ofAnna)).isEqualTo(KeyAnswer.Refused.KEY_SHREDDED);
        assertThat(registry.current(Owners.of(BEN))).isInstanceOf(LeasedKey.class);

        // She came back: the old order, repeated, does not reach her new keys.
        assertThat(custodian.order(ANNA).throughGenerations()).containsExactly(Map.entry(1, 1));
        custodian.puncture(List.of(order));
        assertThat(custodian.order(ANNA).throughGenerations()).containsExactly(Map.entry(1, 1));

        assertThatThrownBy(() -> custodian.destroy(first))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(first.liveKeysGoneAt().toString());
        assertThat(fields.kms().has("tree-1-1")).isTrue();
        Punctured over = new Punctured(
                first.tree(), 1, first.digestBefore(), 2, first.digestAfter(), Instant.EPOCH, Instant.EPOCH);
        assertThat(custodian.destroy(over).receipts())
                .extracting(DestroyReceipt::keyName)
                .containsExactly("tree-1-1");
        assertThat(custodian.destroy(over).receipts()).isEmpty();
        assertThat(custodian.destroy(over).belowRevision()).isEqualTo(2);
        assertThat(fields.kms().has("tree-1-1")).isFalse();
    }

    @Test
    void survivesAnOutageOfKafka() {
        kafka.fail = true;
        Custodian custodian = start(1);
        await().atMost(PATIENCE).until(() -> custodian.status().state() == State.RETRYING);
        assertThat(custodian.status().failure()).get().asString().contains(TOPIC);
        assertThat(custodian.puncture(List.of(custodian.order(ANNA)))).hasSize(1); // the leases end by themselves

        kafka.fail = false;
        await().atMost(PATIENCE).until(() -> custodian.status().state() == State.RUNNING);
        assertThat(recordKey(kafka.written().get(0))).isEqualTo("tree/dev/1/2");
    }

    @Test
    void aFolderOfYesterdayIsNotAnnounced() throws IOException {
        Custodian today = start(1);
        today.puncture(List.of(today.order(ANNA)));
        await().atMost(PATIENCE)
                .until(() -> kafka.written().stream()
                        .anyMatch(record -> recordKey(record).equals("tree/dev/1/2")));
        today.close();
        int written = kafka.written().size();

        copy(template.resolve("trees"), folder.resolve("old/trees"));
        copy(template.resolve("fields"), folder.resolve("old/fields"));
        Keystore yesterday = Keystore.open(folder.resolve("old/fields"), folder.resolve("password"), "dev");
        Custodian restored = track(
                Custodian.start(config(folder.resolve("old"), 1), yesterday, key, kafka.topic(), Clock.systemUTC()));
        await().atMost(PATIENCE).until(() -> restored.status().state() == State.RETRYING);
        assertThat(restored.status().failure()).get().asString().contains("revision 2 exists; restore its files");
        restored.close();

        Custodian empty = track(
                Custodian.start(config(folder.resolve("empty"), 1), yesterday, key, kafka.topic(), Clock.systemUTC()));
        await().atMost(PATIENCE).until(() -> empty.status().state() == State.RETRYING);
        assertThat(empty.status().failure()).get().asString().contains("has no files of it; restore them");
        assertThat(kafka.written()).hasSize(written);
    }

    @Test
    void anEarlierEpochStaysInForceAndNoneBeginsBeforeIt() {
        Custodian second = start(2);
        await().atMost(PATIENCE)
                .until(() -> kafka.written().stream()
                        .anyMatch(record -> recordKey(record).equals("tree/dev/2/1")));
        assertThat(kafka.written())
                .anySatisfy(record -> assertThat(recordKey(record)).isEqualTo("tree/dev/1/1"));
        assertThat(second.order(ANNA).throughGenerations()).containsOnlyKeys(1, 2);
        assertThat(second.puncture(List.of(second.order(ANNA)))).hasSize(2);
        second.close();

        assertThatThrownBy(() -> config(folder, 0)).hasMessageContaining("epoch");
        assertThatThrownBy(() -> new CustodianConfig(
                        "dev", TOPIC, folder, 1, Duration.ofSeconds(2), Duration.ZERO, Duration.ofSeconds(1)))
                .hasMessageContaining("a third of the lease");
    }

    private Custodian start(int epoch) {
        return track(Custodian.start(config(folder, epoch), fields, key, kafka.topic(), Clock.systemUTC()));
    }

    private Custodian track(Custodian custodian) {
        running.add(custodian);
        return custodian;
    }

    private SubjectKeys registry() {
        RegistryLimits limits = RegistryLimits.DEFAULT;
        RegistryLimits patient = new RegistryLimits(
                limits.lease(),
                limits.keyLife(),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5),
                limits.maxKeys(),
                limits.maxNodeBytes());
        return new SubjectKeys(
                "dev",
                key.publicKey(),
                fields,
                new TreeFolder(folder.resolve("trees")),
                patient,
                Clock.systemUTC(),
                System::nanoTime);
    }

    private static CustodianConfig config(Path folder, int epoch) {
        return new CustodianConfig(
                "dev",
                TOPIC,
                folder.resolve("trees"),
                epoch,
                Duration.ofSeconds(6),
                Duration.ofSeconds(1),
                Duration.ofMillis(100));
    }

    private static SubjectRef subject(int number) {
        byte[] bytes = new byte[16];
        bytes[15] = (byte) number;
        return new SubjectRef("s1_" + Base32.encode(bytes, 16));
    }

    private static String recordKey(ProducerRecord<byte[], byte[]> record) {
        return new String(record.key(), StandardCharsets.UTF_8);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (!Files.isDirectory(target)) {
                    Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    /** A topic in memory, over Kafka's own test clients. */
    private static final class ToyTopic {
        private final TopicPartition partition = new TopicPartition(TOPIC, 0);
        volatile boolean fail;

        private final MockProducer<byte[], byte[]> producer =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
                        if (fail) {
                            throw new TimeoutException(TOPIC + " is not reached");
                        }
                        return super.send(record);
                    }

                    @Override
                    public void close(Duration timeout) {
                        // The next custodian writes to the same topic.
                    }
                };

        List<ProducerRecord<byte[], byte[]>> written() {
            return producer.history();
        }

        ControlTopic topic() {
            return new ControlTopic(TOPIC, Duration.ofSeconds(10), producer, this::consumer);
        }

        private MockConsumer<byte[], byte[]> consumer() {
            MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
            List<ProducerRecord<byte[], byte[]>> records = written();
            consumer.updateBeginningOffsets(Map.of(partition, 0L));
            consumer.updateEndOffsets(Map.of(partition, (long) records.size()));
            consumer.schedulePollTask(() -> {
                for (int i = 0; i < records.size(); i++) {
                    consumer.addRecord(new ConsumerRecord<>(
                            TOPIC, 0, i, records.get(i).key(), records.get(i).value()));
                }
            });
            return consumer;
        }
    }
}
