package io.sluice.gateway.spool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.problem.RefusedException;
import io.sluice.protection.seal.SealedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is on disk reaches Kafka in its order, whatever happens in between. */
@Timeout(60)
class SpoolTest {
    @TempDir
    Path scratch;

    private final List<String> arrived = new CopyOnWriteArrayList<>();
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean overtaken;
    private volatile boolean away = true;

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
            assertThat(overtaken).as("two of a key under way at once").isFalse();
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
        assertThat(last.resolveSibling(last.getFileName() + ".rest")).exists();
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
            SealedEvent large = new SealedEvent(new byte[] {1}, Map.of(), new byte[16 << 20]);
            for (int i = 0; i < 3; i++) {
                spool.add(large).get();
            }
            assertRefused(spool.add(large), "back-pressure");
            assertThat(spool.finding()).contains("the spool is full");
        }
        try (Spool spool = open("b", SpoolConfig.LEAST_BYTES)) {
            clear(scratch.resolve("b"));
            assertRefused(spool.add(event(1, 1)), "kafka-unavailable");
            assertThat(spool.finding()).contains("the spool cannot be written");
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
        return new Spool(new SpoolConfig(scratch.resolve(name), maxBytes), event -> {
            if (away) {
                return CompletableFuture.failedFuture(new IOException("away"));
            }
            arrived.add(new String(event.value(), UTF_8)
                    + new String(event.headers().get("ce_id"), UTF_8));
            String key = new String(event.key(), UTF_8);
            overtaken |= !underWay.add(key);
            return CompletableFuture.runAsync(() -> underWay.remove(key));
        });
    }

    private static SealedEvent event(int key, int number) {
        return new SealedEvent(
                ("k" + key).getBytes(UTF_8),
                Map.of("ce_id", new byte[] {'x'}),
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
