package io.sluice.gateway.spool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.event.Topics;
import io.sluice.gateway.problem.RefusedException;
import io.sluice.gateway.publish.IngressPublisher;
import io.sluice.protection.seal.Header;
import io.sluice.protection.seal.SealedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is on disk reaches Kafka in its order, whatever happens in between. */
@Timeout(60)
class SpoolTest {
    private static final byte[] TOO_LARGE = new byte[100];

    @TempDir
    Path scratch;

    private final List<String> arrived = new CopyOnWriteArrayList<>();
    private final List<Client> clients = new CopyOnWriteArrayList<>();
    private volatile boolean away = true;
    private volatile boolean acknowledging = true;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Optional<String> deviation = Optional.empty();
    private volatile DiskSync disk = DiskSync.TO_DISK;

    @Test
    void drainsInOrderOnceKafkaIsBackAndThenLetsEventsPass() throws Exception {
        try (Spool spool = open("a", SpoolConfig.LEAST_BYTES)) {
            assertThat(spool.tryPass()).isTrue();
            spool.passed(true); // Kafka did not acknowledge it
            assertThat(spool.tryPass()).isFalse();
            for (int i = 0; i < 2_000; i++) {
                spool.add(event(i % 3, i)).get();
            }
            assertThat(arrived).isEmpty();
            assertThat(spool.bytes()).isPositive();

            away = false;

            Awaitility.await().until(spool::tryPass);
            spool.passed(false);
            assertThat(numbers()).isEqualTo(IntStream.range(0, 2_000).boxed().toList());
            assertThat(spool.drained()).isEqualTo(2_000);
            assertThat(spool.bytes()).isZero();
            assertThat(segments("a")).isEmpty();
        }
    }

    @Test
    void waitsForWhatIsOnItsWayPastIt() throws Exception {
        away = false;
        try (Spool spool = open("a", SpoolConfig.LEAST_BYTES)) {
            assertThat(spool.tryPass()).isTrue();
            assertThat(spool.tryPass()).isTrue();
            spool.passed(true);
            spool.add(event(1, 1)).get();
            assertThat(arrived).as("one is still on its way").isEmpty();

            spool.passed(false);

            Awaitility.await().until(() -> numbers().equals(List.of(1)));
        }
    }

    @Test
    void losesNothingThatWasAddedWhenItsProcessDies() throws Exception {
        Path died = scratch.resolve("died");
        try (Spool spool = open("a", SpoolConfig.LEAST_BYTES)) {
            for (int i = 0; i < 50; i++) {
                spool.add(event(i, i)).get();
            }
            copy(scratch.resolve("a"), died); // as the disk is at a kill -9
        }
        List<Path> died50 = segments("died");
        Path last = died50.get(died50.size() - 1);
        byte[] whole = Files.readAllBytes(last);
        byte[] torn = new byte[whole.length + 30];
        System.arraycopy(whole, 0, torn, 0, whole.length);
        System.arraycopy(Frames.write(event(7, 7)), 0, torn, whole.length, 30);
        Files.write(last, torn);
        away = false;

        try (Spool again = open("died", SpoolConfig.LEAST_BYTES)) {
            assertThat(again.tryPass()).as("drained before anything newer").isFalse();
            Awaitility.await().until(again::tryPass);

            assertThat(numbers()).isEqualTo(IntStream.range(0, 50).boxed().toList());
            assertThat(again.damagedBytes()).isEqualTo(30);
        }
        Path rest = last.resolveSibling(last.getFileName() + ".rest");
        assertThat(rest).exists();
        away = true;
        try (Spool again = open("died", SpoolConfig.LEAST_BYTES)) {
            assertThat(again.keptBytes()).isEqualTo(Files.size(rest));
            again.add(event(1, 50)).get();
            assertThat(segments("died").get(0))
                    .as("no number comes again: it would be kept under the same name")
                    .isGreaterThan(last);
        }
    }

    @Test
    void sendsOneAndThenManyAndAfterAFailureNothingBehindIt() throws Exception {
        away = false;
        acknowledging = false;
        try (Spool spool = open("a", SpoolConfig.LEAST_BYTES)) {
            assertThat(spool.tryPass()).isTrue();
            assertThat(spool.tryPass()).isTrue();
            spool.passed(true);
            for (int i = 0; i < 10; i++) {
                spool.add(event(1, i)).get();
            }
            spool.passed(false); // now it is drained
            Client first = client(0, 1);
            first.completeNext();
            client(0, 10);
            for (int i = 1; i < 5; i++) {
                first.completeNext();
            }

            first.errorNext(new TimeoutException("the sixth"));

            assertThat(first.closed()).as("before anything behind it is sent").isTrue();
            Client second = client(1, 1);
            second.completeNext();
            client(1, 5);
            while (second.completeNext()) {
                // all of them
            }
            Awaitility.await().until(spool::tryPass);
            assertThat(numbers()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 5, 6, 7, 8, 9);
            assertThat(spool.drained()).isEqualTo(10);
        }
    }

    @Test
    void setsAsideWhatKafkaNeverTakes() throws Exception {
        try (Spool spool = open("a", SpoolConfig.LEAST_BYTES)) {
            for (int i = 0; i < 3; i++) {
                spool.add(
                                i == 1
                                        ? new SealedEvent(
                                                new byte[] {1},
                                                List.of(new Header("ce_id", new byte[] {'x'})),
                                                TOO_LARGE)
                                        : event(1, i))
                        .get();
            }
            away = false;

            Awaitility.await().until(spool::tryPass);

            assertThat(numbers()).containsExactly(0, 2);
            assertThat(spool.refusedEvents()).isOne();
            assertThat(spool.keptBytes()).isGreaterThan(TOO_LARGE.length);
        }
        try (Stream<Path> files = Files.list(scratch.resolve("a"))) {
            Path kept = files.filter(file -> file.toString().endsWith(".spool.refused"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Frames.read(Files.readAllBytes(kept)).events())
                    .singleElement()
                    .satisfies(event -> assertThat(event.value()).isEqualTo(TOO_LARGE));
        }
    }

    @Test
    void sendsNothingIntoATopicThatIsNotAsPlanned() throws Exception {
        away = false;
        deviation = Optional.of("dev.events.ingress was not looked at yet");
        try (Spool spool = open("a", SpoolConfig.LEAST_BYTES)) {
            spool.add(event(1, 1)).get();
            Awaitility.await().until(() -> asked.get() > 1); // it was tried, and is again
            assertThat(clients).isEmpty();

            deviation = Optional.empty();

            Awaitility.await().until(spool::tryPass);
            assertThat(numbers()).containsExactly(1);
        }
    }

    @Test
    void drainsOnceTheDiskLetsIt() throws Exception {
        try (Spool spool = open("a", SpoolConfig.LEAST_BYTES)) {
            spool.add(event(1, 1)).get();
        }
        Path segment = segments("a").get(0);
        Files.write(segment, new byte[] {1}, StandardOpenOption.APPEND);
        Path taken = Files.createFile(segment.resolveSibling(segment.getFileName() + ".rest"));
        away = false;
        try (Spool spool = open("a", SpoolConfig.LEAST_BYTES)) {
            Awaitility.await().until(() -> spool.finding().isPresent());
            assertThat(spool.finding()).contains("the spool is not drained (FileAlreadyExistsException)");

            Files.delete(taken);

            Awaitility.await().until(spool::tryPass);
            assertThat(spool.finding()).isEmpty();
        }
    }

    @Test
    void anAddedEventIsSyncedAndSoAreTheFoldersThatNameIt() throws Exception {
        Map<Path, Long> synced = new ConcurrentHashMap<>();
        CountDownLatch mayReturn = new CountDownLatch(1);
        disk = (what, channel) -> {
            if (what.toString().endsWith(".spool")) {
                assertThat(await(mayReturn)).isTrue();
            }
            synced.put(what.toRealPath(), channel.size());
        };
        try (Spool spool = open("new/a", SpoolConfig.LEAST_BYTES)) {
            CompletableFuture<Void> added = spool.add(event(1, 1));
            Awaitility.await().until(() -> !segments("new/a").isEmpty() && spool.bytes() > 0);
            assertThat(added).as("not synced yet").isNotDone();

            mayReturn.countDown();
            added.get();

            Path segment = segments("new/a").get(0);
            assertThat(synced)
                    .containsEntry(segment.toRealPath(), spool.bytes())
                    .containsKeys(
                            segment.getParent().toRealPath(),
                            scratch.resolve("new").toRealPath(),
                            scratch.toRealPath());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(segment.getParent())))
                    .isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(segment)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void asksKafkaAgainWhereTheDiskTakesNothing() throws Exception {
        AtomicBoolean broken = new AtomicBoolean(true);
        disk = (what, channel) -> {
            if (broken.get() && what.toString().endsWith(".spool")) {
                throw new IOException("No space left on device");
            }
        };
        try (Spool spool = open("a", SpoolConfig.LEAST_BYTES)) {
            spool.passed(spool.tryPass());
            assertRefused(spool.add(event(1, 1)), "kafka-unavailable");

            assertThat(spool.hasRoom()).isFalse();
            assertThat(spool.finding()).as("nothing lies there").isEmpty();
            assertThat(spool.tryPass()).as("the next one asks Kafka").isTrue();
            spool.passed(true); // which is still away
            broken.set(false);
            spool.add(event(1, 2)).get();
            assertThat(spool.hasRoom()).isTrue();
            broken.set(true);
            assertRefused(spool.add(event(1, 3)), "kafka-unavailable");
            assertThat(spool.finding()).contains("the spool cannot be written");
            assertThat(spool.tryPass()).as("one lies there and goes first").isFalse();
            away = false;

            Awaitility.await().until(spool::tryPass);
            assertThat(numbers()).endsWith(2);
        }
    }

    @Test
    void sendsNothingBehindADamagedFrameAndKeepsTheFile() throws Exception {
        try (Spool spool = open("a", SpoolConfig.LEAST_BYTES)) {
            for (int i = 0; i < 3; i++) {
                spool.add(event(i, i)).get();
            }
        }
        List<Path> written = segments("a");
        Path segment = written.get(written.size() - 1);
        byte[] bytes = Files.readAllBytes(segment);
        bytes[bytes.length - 1] ^= 1;
        Files.write(segment, bytes);
        away = false;

        try (Spool again = open("a", SpoolConfig.LEAST_BYTES)) {
            Awaitility.await().until(again::tryPass);
            assertThat(numbers()).containsExactly(0, 1);
            assertThat(again.damagedBytes()).isPositive();
        }
    }

    @Test
    void refusesWhatDoesNotFitAndWhatTheDiskDoesNotTake() throws Exception {
        try (Spool spool = open("a", SpoolConfig.LEAST_BYTES)) {
            SealedEvent large = new SealedEvent(new byte[] {1}, List.of(), new byte[16 << 20]);
            for (int i = 0; i < 3; i++) {
                spool.add(large).get();
            }
            assertRefused(spool.add(large), "back-pressure");
            assertThat(spool.finding()).contains("the spool is full");
            assertThat(spool.hasRoom()).isFalse();
        }
        try (Spool spool = open("b", SpoolConfig.LEAST_BYTES)) {
            clear(scratch.resolve("b"));
            assertRefused(spool.add(event(1, 1)), "kafka-unavailable");
            assertThat(spool.hasRoom()).isFalse();
        }
    }

    @Test
    void isOfOneGatewayAlone() throws Exception {
        try (Spool spool = open("a", SpoolConfig.LEAST_BYTES)) {
            assertThatThrownBy(() -> open("a", SpoolConfig.LEAST_BYTES))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another gateway uses");
            assertThat(spool.finding()).isEmpty();
        }
    }

    private Spool open(String name, long maxBytes) throws IOException {
        DrainClient kafka = new DrainClient(
                () -> {
                    Client client = new Client();
                    clients.add(client);
                    return client;
                },
                event -> IngressPublisher.record(new Topics("dev", 1), event),
                () -> {
                    asked.incrementAndGet();
                    return deviation;
                });
        return new Spool(
                new SpoolConfig(scratch.resolve(name), maxBytes), kafka, (what, channel) -> disk.force(what, channel));
    }

    /** What is under way when it is closed fails, as with Kafka's own. */
    private final class Client extends MockProducer<byte[], byte[]> {
        private Client() {
            super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            if (away || closed()) {
                throw new TimeoutException("away or closed");
            }
            if (record.value().length == TOO_LARGE.length) {
                throw new RecordTooLargeException();
            }
            arrived.add(new String(record.value(), UTF_8)
                    + new String(record.headers().lastHeader("ce_id").value(), UTF_8));
            Future<RecordMetadata> sent = super.send(record, callback);
            if (acknowledging) {
                completeNext();
            }
            return sent;
        }

        @Override
        public synchronized void close(Duration limit) {
            super.close(limit);
            while (errorNext(new KafkaException("closed"))) {
                // all of them
            }
        }
    }

    private Client client(int number, int sent) {
        Awaitility.await()
                .until(() ->
                        clients.size() > number && clients.get(number).history().size() == sent);
        return clients.get(number);
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static SealedEvent event(int key, int number) {
        return new SealedEvent(
                ("k" + key).getBytes(UTF_8),
                List.of(new Header("ce_id", new byte[] {'x'})),
                Integer.toString(number).getBytes(UTF_8));
    }

    private List<Integer> numbers() {
        return arrived.stream()
                .map(value -> Integer.valueOf(value.substring(0, value.length() - 1)))
                .toList();
    }

    private static void assertRefused(CompletableFuture<Void> added, String code) {
        assertThatThrownBy(added::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.code().code()).isEqualTo(code));
    }

    private List<Path> segments(String name) throws IOException {
        try (Stream<Path> files = Files.list(scratch.resolve(name))) {
            return new ArrayList<>(files.filter(file -> file.toString().endsWith(".spool"))
                    .sorted()
                    .toList());
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static void clear(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
