package io.sluice.protection.keytree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The figures in {@code docs/benchmarks.md}; run with
 * {@code -Dtest=KeyTreeMeasureTest -Dtest.jvm.args="-Dsluice.measure=true"}. Some minutes, one thread; processor time.
 */
@EnabledIfSystemProperty(named = "sluice.measure", matches = "true")
class KeyTreeMeasureTest {
    private static final int SUBJECTS = Integer.getInteger("sluice.measure.subjects", 10_000_000);
    private static final int ERASED = Integer.getInteger("sluice.measure.erased", 100_000);
    private static final int SAMPLE = Math.min(50_000, ERASED);

    @TempDir
    Path root;

    @Test
    void measures() throws IOException {
        Trees trees = new Trees(root);
        long start = processorNanos();
        Announcement first = trees.publisher.create(1);
        print("create the tree: %.0f ms, %,d bytes", millis(start), Files.size(trees.shards(1)));

        start = processorNanos();
        List<Erasure> batch = LongStream.range(0, ERASED)
                .mapToObj(i -> new Erasure(Trees.subject(i), 0))
                .toList();
        Announcement second = trees.publisher.erase(1, batch, 1);
        print("erase %,d subjects in one batch: %.1f s", ERASED, millis(start) / 1_000);
        start = processorNanos();
        Announcement third = trees.publisher.erase(1, List.of(new Erasure(Trees.subject(ERASED), 0)), 2);
        print("erase one more (every shard written anew): %.1f s", millis(start) / 1_000);
        print(
                "size of the state: %,d bytes + manifest of %,d",
                Files.size(trees.shards(3)), Files.size(trees.manifest(3)));
        assertThat(third.previous()).isEqualTo(second.manifest());

        RegistryLimits all = new RegistryLimits(
                RegistryLimits.DEFAULT.lease(),
                RegistryLimits.DEFAULT.keyLife(),
                RegistryLimits.DEFAULT.clockSkew(),
                RegistryLimits.DEFAULT.maxPause(),
                RegistryLimits.DEFAULT.maxKeys(),
                1L << 30);
        for (RegistryLimits limits : List.of(all, RegistryLimits.DEFAULT)) {
            SubjectKeys keys = new SubjectKeys(
                    Trees.TENANT,
                    Trees.CUSTODIAN.publicKey(),
                    trees.keystore,
                    trees.folder,
                    limits,
                    Clock.systemUTC(),
                    System::nanoTime);
            print("-- with up to %,d MiB of nodes", limits.maxNodeBytes() >> 20);
            start = processorNanos();
            assertThat(keys.apply(now(trees))).isEqualTo(Applied.APPLIED);
            print("apply a revision: %.1f ms", millis(start));
            start = processorNanos();
            long next = SUBJECTS;
            for (int shard = 0; shard < NodeSet.SHARDS * 10; shard++) { // ten a shard: all were loaded
                keys.current(Owners.of(Trees.subject(next++)));
                tickNowAndThen(keys, shard);
            }
            print(
                    "first %,d subjects, loading shards: %.1f us each",
                    NodeSet.SHARDS * 10, micros(start, NodeSet.SHARDS * 10));
            keys.tick();
            measureDerivations(keys, trees, next);
            if (limits.equals(all)) {
                seeAll(keys, trees);
            }
            keys.close();
        }
        assertThat(first.revision()).isEqualTo(1);
    }

    private static void measureDerivations(SubjectKeys keys, Trees trees, long from) {
        keys.apply(now(trees));
        List<Owners> sample = new ArrayList<>();
        for (int i = 0; i < SAMPLE; i++) {
            sample.add(Owners.of(Trees.subject(from + i)));
        }
        long start = processorNanos();
        for (int i = 0; i < SAMPLE; i++) {
            assertThat(keys.current(sample.get(i)) instanceof LeasedKey).isTrue();
            tickNowAndThen(keys, i);
        }
        print("cold key of a living subject: %.1f us", micros(start, SAMPLE));
        for (int round = 0; round < 5; round++) {
            keys.tick();
            start = processorNanos();
            long sum = 0;
            for (Owners one : sample) {
                sum += keys.current(one) instanceof LeasedKey key
                        ? key.use(secret -> secret.length()).orElse(0)
                        : 0;
            }
            assertThat(sum).isEqualTo(32L * SAMPLE);
        }
        print("cached key, lease checked, used: %.3f us", micros(start, SAMPLE));
        start = processorNanos();
        for (int i = 0; i < SAMPLE; i++) {
            assertThat(keys.current(Owners.of(Trees.subject(i))) instanceof LeasedKey key
                            && key.generations().get(0) == 1)
                    .isTrue();
            tickNowAndThen(keys, i);
        }
        print("cold key of a subject who came back (two leaves): %.1f us", micros(start, SAMPLE));
    }

    private static void seeAll(SubjectKeys keys, Trees trees) {
        long start = processorNanos();
        long answered = 0;
        for (int i = 0; i < SUBJECTS; i++) {
            if (i % 100_000 == 0) {
                keys.apply(now(trees));
            }
            tickNowAndThen(keys, i);
            answered += keys.current(Owners.of(Trees.subject(i))) instanceof LeasedKey ? 1 : 0;
        }
        assertThat(answered).isEqualTo(SUBJECTS);
        Runtime jvm = Runtime.getRuntime();
        System.gc();
        print(
                "all %,d subjects once: %.1f us each; heap in use then: %,d MiB",
                SUBJECTS, micros(start, SUBJECTS), (jvm.totalMemory() - jvm.freeMemory()) >> 20);
    }

    private static void tickNowAndThen(SubjectKeys keys, int i) {
        if (i % 1_000 == 0) {
            keys.tick();
        }
    }

    private static Announcement now(Trees trees) {
        trees.time.setTo(Clock.systemUTC().millis());
        return trees.publisher.announce(1, 3);
    }

    /** Of this thread, which does all of it: what else the machine does makes no difference. */
    private static long processorNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static double millis(long start) {
        return (processorNanos() - start) / 1e6;
    }

    private static double micros(long start, long operations) {
        return (processorNanos() - start) / 1e3 / operations;
    }

    private static void print(String text, Object... values) {
        System.out.println("key tree: " + String.format(text, values));
    }
}
