package io.sluice.protection.keytree;

import static io.sluice.protection.keytree.KeyAnswer.Refused.KEY_SHREDDED;
import static io.sluice.protection.keytree.KeyAnswer.Refused.KEY_UNAVAILABLE;
import static io.sluice.protection.keytree.KeyAnswer.Refused.UNKNOWN_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.event.SubjectRef;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.KeyId;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubjectKeysTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Owners ANNA = Owners.of(Trees.subject(1));
    private static final Owners BEN = Owners.of(Trees.subject(2));
    private static final Owners BOTH = Owners.of(Trees.subject(2), Trees.subject(1));

    @TempDir
    static Path template;

    @TempDir
    Path root;

    private Trees trees;
    private SubjectKeys keys;
    private Announcement first;

    @BeforeAll
    static void begin() {
        new Trees(template).publisher.create(1);
    }

    @BeforeEach
    void make() throws IOException {
        trees = Trees.copyOf(template, root);
        keys = trees.registry();
        first = trees.publisher.announce(1, 1);
    }

    @Test
    void everyJvmDerivesTheSameKeyAndStoresNone() {
        assertThat(keys.current(ANNA)).isEqualTo(KEY_UNAVAILABLE);
        assertThat(keys.apply(first)).isEqualTo(Applied.APPLIED);
        SubjectKeys elsewhere = trees.registry();
        elsewhere.apply(Announcement.decode(first.encode()));

        LeasedKey anna = key(keys.current(ANNA));
        assertThat(anna.generations()).containsExactly(0);
        assertThat(Trees.print(elsewhere.current(ANNA)))
                .isEqualTo(Trees.print(anna))
                .isPresent();
        assertThat(Trees.print(elsewhere.named(ANNA, anna.id()))).isEqualTo(Trees.print(anna));
        assertThat(Trees.print(keys.current(BEN))).isPresent().isNotEqualTo(Trees.print(anna));
        assertThat(keys.named(BEN, anna.id())).isEqualTo(UNKNOWN_KEY);
        assertThat(anna.toString()).isEqualTo("LeasedKey[" + anna.id() + ", hidden]");
        assertThat(anna.use(SecretBytes::length)).contains(32);
    }

    @Test
    void followsOnlyWhatThePinnedCustodianHasSigned() {
        byte[] good = SignedAnnouncement.sign(first, Trees.CUSTODIAN);
        List<byte[]> refused = new ArrayList<>(List.of(
                first.encode(), // said by nobody
                SignedAnnouncement.sign(first, Trees.custodian()), // by another
                SignedAnnouncement.sign( // of another tenant
                        new Announcement(
                                new TreeId("other", 1), 1, first.previous(), first.manifest(), trees.time.instant()),
                        Trees.CUSTODIAN),
                new byte[0],
                Arrays.copyOf(good, good.length - 1),
                Arrays.copyOf(good, good.length + 1)));
        for (int bit = 0; bit < good.length * 8; bit += 5) {
            byte[] flipped = good.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            refused.add(flipped);
        }
        for (byte[] bytes : refused) {
            assertThat(keys.accept(bytes)).isEqualTo(Applied.REFUSED);
        }
        assertThat(keys.current(ANNA)).isEqualTo(KEY_UNAVAILABLE);
        assertThat(keys.seen()).isEmpty();

        assertThat(keys.accept(good)).isEqualTo(Applied.APPLIED);
        assertThat(keys.accept(SignedAnnouncement.sign(erase(1, Trees.subject(1), 0), Trees.CUSTODIAN)))
                .isEqualTo(Applied.APPLIED);
        assertThat(keys.accept(good)).as("replayed").isEqualTo(Applied.OLDER);
        assertThat(keys.seen()).isEqualTo(Map.of(Trees.FIRST, 2L));

        byte[] heartbeat = SignedAnnouncement.sign(trees.publisher.announce(1, 2), Trees.CUSTODIAN);
        tickFor(301);
        assertThat(keys.accept(heartbeat)).as("stale").isEqualTo(Applied.EXPIRED);
        assertThat(keys.current(BEN)).isEqualTo(KEY_UNAVAILABLE);
    }

    @Test
    void anErasedSubjectIsShreddedAndOthersStayAsTheyWere() {
        keys.apply(first);
        LeasedKey anna = key(keys.current(ANNA));
        LeasedKey ben = key(keys.current(BEN));
        Optional<String> ofAnna = Trees.print(anna);
        Optional<String> ofBen = Trees.print(ben);
        SecretBytes held = hold(anna);

        assertThat(keys.apply(erase(1, Trees.subject(1), 0))).isEqualTo(Applied.APPLIED);

        assertThat(held.isDestroyed()).isTrue();
        assertThat(anna.use(SecretBytes::length)).isEmpty();
        assertThat(ben.use(SecretBytes::length)).isEmpty(); // asked anew it comes back
        assertThat(keys.named(ANNA, anna.id())).isEqualTo(KEY_SHREDDED);
        assertThat(Trees.print(keys.named(BEN, ben.id()))).isEqualTo(ofBen);

        LeasedKey returned = key(keys.current(ANNA)); // she came back: another key, another name
        assertThat(returned.generations()).containsExactly(1);
        assertThat(returned.id()).isNotEqualTo(anna.id());
        assertThat(Trees.print(returned)).isPresent().isNotEqualTo(ofAnna);
        assertThat(keys.named(ANNA, anna.id())).isEqualTo(KEY_SHREDDED);

        keys.apply(erase(2, Trees.subject(1), 1));
        assertThat(keys.named(ANNA, anna.id())).isEqualTo(KEY_SHREDDED);
        assertThat(keys.named(ANNA, returned.id())).isEqualTo(KEY_SHREDDED);
        assertThat(key(keys.current(ANNA)).generations()).containsExactly(2);
        assertThat(keys.named(ANNA, new KeyId("0".repeat(24)))).isEqualTo(UNKNOWN_KEY);
    }

    @Test
    void aSubjectOfWhomEveryGenerationIsErasedHasNoKey() {
        keys.apply(first);
        KeyId id = key(keys.current(ANNA)).id();
        keys.apply(erase(1, Trees.subject(1), SubjectIndex.MAX_GENERATION));
        assertThat(keys.current(ANNA)).isEqualTo(KEY_SHREDDED);
        assertThat(keys.named(ANNA, id)).isEqualTo(KEY_SHREDDED);
        assertThat(keys.current(BOTH)).isEqualTo(KEY_SHREDDED);
        assertThat(Trees.print(keys.current(BEN))).isPresent();
    }

    @Test
    void aValueOfSeveralSubjectsEndsWithTheFirstOfThem() {
        keys.apply(first);
        LeasedKey both = key(keys.current(BOTH));
        Optional<String> ofBoth = Trees.print(both);
        assertThat(both.generations()).containsExactly(0, 0);
        assertThat(Trees.print(keys.current(Owners.of(Trees.subject(1), Trees.subject(2), Trees.subject(1)))))
                .isEqualTo(ofBoth);
        assertThat(ofBoth).isNotEqualTo(Trees.print(keys.current(ANNA))).isNotEqualTo(Trees.print(keys.current(BEN)));
        Owners three = Owners.of(Trees.subject(1), Trees.subject(2), Trees.subject(3));
        assertThat(Trees.print(keys.current(three))).isPresent().isNotEqualTo(ofBoth);

        keys.apply(erase(1, Trees.subject(3), 0));
        assertThat(Trees.print(keys.named(BOTH, both.id()))).isEqualTo(ofBoth);

        keys.apply(erase(2, Trees.subject(2), 0));
        assertThat(keys.named(BOTH, both.id())).isEqualTo(KEY_SHREDDED);
        LeasedKey later = key(keys.current(BOTH));
        assertThat(later.id()).isNotEqualTo(both.id());
        assertThat(later.generations().stream().mapToInt(Integer::intValue).sum())
                .isEqualTo(1);

        assertThatThrownBy(() -> new Owners(List.of())).hasMessageContaining("1 to 8");
        assertThatThrownBy(() -> Owners.of(
                        LongStream.range(0, 9).mapToObj(Trees::subject).toArray(SubjectRef[]::new)))
                .hasMessageContaining("not 9");
    }

    @Test
    void aLeaseEndsAndItsKeysAreWipedBeforeTheNextAnswer() {
        keys.apply(first);
        LeasedKey anna = key(keys.current(ANNA));
        SecretBytes held = hold(anna);
        tickFor(299);
        assertThat(Trees.print(anna)).isPresent();

        tickFor(1);

        assertThat(held.isDestroyed()).isTrue();
        assertThat(anna.use(SecretBytes::length)).isEmpty();
        assertThat(keys.current(ANNA)).isEqualTo(KEY_UNAVAILABLE);
        assertThat(keys.named(ANNA, anna.id())).isEqualTo(KEY_UNAVAILABLE);
        assertThat(keys.apply(first)).isEqualTo(Applied.EXPIRED); // it was announced a lease ago
        assertThat(keys.current(ANNA)).isEqualTo(KEY_UNAVAILABLE);

        assertThat(keys.apply(trees.publisher.announce(1, 1))).isEqualTo(Applied.APPLIED);
        assertThat(key(keys.current(ANNA)).id()).isEqualTo(anna.id());
    }

    @Test
    void aHeartbeatLengthensTheLeaseFromWhenItWasIssued() {
        keys.apply(first);
        tickFor(100);
        Announcement heartbeat = trees.publisher.announce(1, 1);
        tickFor(150); // it was under way
        assertThat(keys.apply(heartbeat)).isEqualTo(Applied.RENEWED);
        assertThat(keys.apply(first)).isEqualTo(Applied.RENEWED); // an older one takes nothing away
        LeasedKey anna = key(keys.current(ANNA));
        tickFor(149);
        assertThat(Trees.print(anna)).isPresent();
        tickFor(1);
        assertThat(Trees.print(anna)).isEmpty();
    }

    @Test
    void anAnnouncementFromAClockThatIsAheadGivesNoLongerLease() {
        assertThat(keys.apply(issued(first, trees.time.instant().plusSeconds(6))))
                .isEqualTo(Applied.EXPIRED);
        assertThat(keys.current(ANNA)).isEqualTo(KEY_UNAVAILABLE);
        assertThat(keys.apply(issued(first, trees.time.instant().plusSeconds(5))))
                .isEqualTo(Applied.APPLIED);
        tickFor(300);
        assertThat(keys.current(ANNA)).isEqualTo(KEY_UNAVAILABLE);
        assertThat(keys.apply(issued(first, Instant.EPOCH))).isEqualTo(Applied.EXPIRED);
    }

    @Test
    void aPauseWipesBeforeTheNextAnswer() {
        List<Runnable> pauses = List.of(
                () -> trees.time.pass(Duration.ofSeconds(11)), // SIGSTOP: no tick came
                () -> trees.time.wallAlone(Duration.ofSeconds(6)), // the machine slept, or its clock was set
                () -> trees.time.wallAlone(Duration.ofSeconds(-6)),
                () -> trees.time.wallAlone(Duration.ofHours(1)),
                () -> trees.time.pass(Duration.ofHours(1)));
        for (Runnable pause : pauses) {
            assertThat(keys.apply(trees.publisher.announce(1, 1))).isEqualTo(Applied.APPLIED);
            LeasedKey anna = key(keys.current(ANNA));
            SecretBytes held = hold(anna);
            tickFor(3);
            assertThat(Trees.print(anna)).isPresent();

            pause.run();

            assertThat(anna.use(SecretBytes::length)).isEmpty();
            assertThat(held.isDestroyed()).isTrue();
            keys.tick(); // a late tick does not bring it back
            assertThat(keys.current(ANNA)).isEqualTo(KEY_UNAVAILABLE);
        }
    }

    @Test
    void aStoppedJvmThatWakesInTheMiddleOfAnErasureGivesNothing() {
        keys.apply(first);
        LeasedKey anna = key(keys.current(ANNA));
        SecretBytes held = hold(anna);
        Announcement erased = erase(1, Trees.subject(1), 0);
        trees.time.pass(Duration.ofMinutes(6));
        trees.publisher.destroyOlder(1, 2);

        assertThat(keys.current(ANNA)).isEqualTo(KEY_UNAVAILABLE);
        assertThat(held.isDestroyed()).isTrue();
        // What lay in its inbox: the old heartbeats first.
        assertThat(keys.apply(first)).isEqualTo(Applied.EXPIRED);
        assertThat(keys.apply(issued(first, trees.time.instant()))).isEqualTo(Applied.UNAVAILABLE);
        assertThat(keys.apply(erased)).isEqualTo(Applied.EXPIRED);
        assertThat(keys.current(ANNA)).isEqualTo(KEY_UNAVAILABLE);
        assertThat(keys.apply(trees.publisher.announce(1, 2))).isEqualTo(Applied.APPLIED);
        assertThat(keys.named(ANNA, anna.id())).isEqualTo(KEY_SHREDDED);
    }

    @Test
    void refusesOlderRevisionsGapsAndForks() {
        Announcement second = erase(1, Trees.subject(1), 0);
        Announcement third = erase(2, Trees.subject(2), 0);
        Announcement fourth = erase(3, Trees.subject(3), 0);
        keys.apply(first);
        assertThat(keys.apply(second)).isEqualTo(Applied.APPLIED);
        assertThat(keys.apply(first)).isEqualTo(Applied.OLDER);
        assertThat(Trees.print(keys.current(BEN))).isPresent(); // as it was

        assertThat(keys.apply(fourth)).isEqualTo(Applied.GAP);
        assertThat(keys.current(BEN)).isEqualTo(KEY_UNAVAILABLE); // a newer state is known
        assertThat(keys.apply(second)).isEqualTo(Applied.BEHIND);
        assertThat(keys.current(BEN)).isEqualTo(KEY_UNAVAILABLE);
        assertThat(keys.apply(third)).isEqualTo(Applied.BEHIND);
        assertThat(keys.current(BEN)).isEqualTo(KEY_UNAVAILABLE);
        assertThat(keys.apply(fourth)).isEqualTo(Applied.APPLIED);
        assertThat(key(keys.current(BEN)).generations()).containsExactly(1);

        Announcement sameNumber = new Announcement(
                fourth.tree(), fourth.revision(), fourth.previous(), first.manifest(), fourth.issued());
        assertThat(keys.apply(sameNumber)).isEqualTo(Applied.FORK);
        assertThat(keys.current(BEN)).isEqualTo(KEY_UNAVAILABLE);
        assertThat(keys.apply(fourth)).isEqualTo(Applied.APPLIED);
        Announcement notFollowing =
                new Announcement(fourth.tree(), 5, second.manifest(), first.manifest(), fourth.issued());
        assertThat(keys.apply(notFollowing)).isEqualTo(Applied.FORK);
        assertThat(keys.current(BEN)).isEqualTo(KEY_UNAVAILABLE);
        assertThat(keys.apply(erase(4, Trees.subject(4), 0))).isEqualTo(Applied.APPLIED);
        assertThatThrownBy(() -> keys.apply(new Announcement(
                        new TreeId("other", 1), 1, first.previous(), first.manifest(), first.issued())))
                .hasMessageContaining("not of tenant dev");
    }

    @Test
    void aJvmThatStartsBehindFollowsRevisionsWhoseKeysAreGone() {
        Announcement second = erase(1, Trees.subject(1), 0);
        Announcement third = erase(2, Trees.subject(2), 0);
        trees.publisher.destroyOlder(1, 3);

        assertThat(keys.apply(first)).isEqualTo(Applied.UNAVAILABLE);
        assertThat(keys.apply(second)).isEqualTo(Applied.UNAVAILABLE);
        assertThat(keys.current(ANNA)).isEqualTo(KEY_UNAVAILABLE);
        assertThat(keys.apply(third)).isEqualTo(Applied.APPLIED);
        assertThat(Trees.print(keys.current(ANNA))).isPresent();
    }

    @Test
    void noRevisionBelowTheHighestThatIsKnownIsUsed() {
        keys.apply(first);
        LeasedKey anna = key(keys.current(ANNA));
        keys.requireAtLeast(Trees.FIRST, 1);
        assertThat(Trees.print(anna)).isPresent();
        keys.requireAtLeast(Trees.FIRST, 2); // a checkpoint has seen it
        assertThat(Trees.print(anna)).isEmpty();
        assertThat(keys.current(ANNA)).isEqualTo(KEY_UNAVAILABLE);
        assertThat(keys.apply(first)).isEqualTo(Applied.BEHIND);
        assertThat(keys.current(ANNA)).isEqualTo(KEY_UNAVAILABLE);

        SubjectKeys fresh = trees.registry();
        fresh.requireAtLeast(Trees.FIRST, 2);
        assertThat(fresh.apply(first)).isEqualTo(Applied.OLDER);
        assertThat(fresh.current(ANNA)).isEqualTo(KEY_UNAVAILABLE);
        assertThat(fresh.apply(erase(1, Trees.subject(1), 0))).isEqualTo(Applied.APPLIED);
        assertThat(fresh.named(ANNA, anna.id())).isEqualTo(KEY_SHREDDED);
    }

    @Test
    void alteredFilesGiveNoKeyAndHarmNoOtherShard() throws IOException {
        byte[] old = Files.readAllBytes(trees.shards(1));
        int shard = trees.shard(Trees.subject(1), 0);
        Owners other = Owners.of(LongStream.range(2, 100) // of another shard than hers
                .mapToObj(Trees::subject)
                .filter(subject -> trees.shard(subject, 0) != shard)
                .findFirst()
                .orElseThrow());
        keys.apply(first);
        LeasedKey anna = key(keys.current(ANNA));
        Optional<String> ofOther = Trees.print(keys.current(other));
        Announcement second = erase(1, Trees.subject(1), 0);
        byte[] good = Files.readAllBytes(trees.shards(2));
        Manifest manifest = Manifest.decode(Files.readAllBytes(trees.manifest(2)));
        byte[] replayed = good.clone(); // yesterday's shard, in which she lives
        int length = old.length / NodeSet.SHARDS;
        System.arraycopy(old, shard * length, replayed, (int) manifest.offset(shard), length);
        Files.write(trees.shards(2), replayed);

        assertThat(keys.apply(second)).isEqualTo(Applied.APPLIED);
        assertThat(keys.current(ANNA)).isEqualTo(KEY_UNAVAILABLE);
        assertThat(keys.named(ANNA, anna.id())).isEqualTo(KEY_UNAVAILABLE);
        assertThat(Trees.print(keys.current(other))).isEqualTo(ofOther);

        Files.write(trees.shards(2), good); // healed
        assertThat(keys.named(ANNA, anna.id())).isEqualTo(KEY_SHREDDED);

        Announcement third = erase(2, Trees.subject(100), 0);
        byte[] goodManifest = Files.readAllBytes(trees.manifest(3));
        byte[] bad = goodManifest.clone();
        bad[bad.length - 1] ^= 1;
        for (byte[] forged : List.of(bad, new byte[0], Files.readAllBytes(trees.manifest(2)))) {
            Files.write(trees.manifest(3), forged);
            assertThat(keys.apply(third)).isEqualTo(Applied.FORGED);
            assertThat(keys.current(other)).isEqualTo(KEY_UNAVAILABLE);
        }
        Files.delete(trees.manifest(3));
        assertThat(keys.apply(third)).isEqualTo(Applied.UNAVAILABLE);
        Files.write(trees.manifest(3), goodManifest);
        assertThat(keys.apply(third)).isEqualTo(Applied.APPLIED);
        assertThat(Trees.print(keys.current(other))).isEqualTo(ofOther);
    }

    @Test
    void valuesOfEarlierEpochsOpenUnderTheirOwnTree() {
        keys.apply(first);
        LeasedKey old = key(keys.current(ANNA));
        Optional<String> ofOld = Trees.print(old);
        keys.apply(trees.publisher.create(2));
        LeasedKey current = key(keys.current(ANNA));
        assertThat(current.id()).isNotEqualTo(old.id());
        assertThat(Trees.print(current)).isNotEqualTo(ofOld);
        assertThat(Trees.print(keys.named(ANNA, old.id()))).isEqualTo(ofOld);

        keys.apply(erase(1, Trees.subject(1), 0));
        assertThat(keys.named(ANNA, old.id())).isEqualTo(KEY_SHREDDED);
        assertThat(Trees.print(keys.named(ANNA, current.id()))).isPresent(); // erasure names every epoch itself
    }

    @Test
    void aKeyInUseIsWipedRightAfter() {
        keys.apply(first);
        LeasedKey anna = key(keys.current(ANNA));
        SecretBytes held = hold(anna);
        Optional<Boolean> during = anna.use(secret -> {
            keys.close();
            return secret.isDestroyed();
        });
        assertThat(during).contains(false);
        assertThat(held.isDestroyed()).isTrue();
        assertThat(keys.current(ANNA)).isEqualTo(KEY_UNAVAILABLE);
    }

    @Test
    void manyTasksAndRevisionsAtOnceNeverGetAWrongKey() throws Exception {
        RegistryLimits tight = new RegistryLimits(
                Duration.ofMinutes(5), Duration.ofMinutes(5), SECOND, Duration.ofSeconds(10), 20, NodeSet.MAX_BYTES);
        SubjectKeys shared = trees.registry(tight);
        shared.apply(first);
        List<String> expected = new ArrayList<>();
        List<KeyId> ids = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            KeyAnswer answer = shared.current(Owners.of(Trees.subject(i)));
            expected.add(Trees.print(answer).orElseThrow());
            ids.add(key(answer).id());
        }
        AtomicBoolean done = new AtomicBoolean();
        CountDownLatch busy = new CountDownLatch(2);
        ExecutorService tasks = Executors.newFixedThreadPool(2);
        try {
            List<Future<Integer>> running = new ArrayList<>();
            for (int task = 0; task < 2; task++) {
                running.add(tasks.submit(() -> {
                    int answered = 0;
                    while (!done.get()) {
                        for (int i = 0; i < expected.size(); i++) {
                            KeyAnswer answer = shared.named(Owners.of(Trees.subject(i)), ids.get(i));
                            Optional<String> print = Trees.print(answer);
                            if (print.isPresent()) {
                                assertThat(print.get()).isEqualTo(expected.get(i));
                                answered++;
                            }
                        }
                        busy.countDown();
                    }
                    return answered;
                }));
            }
            assertThat(busy.await(60, TimeUnit.SECONDS)).isTrue();
            for (int revision = 1; revision < 4; revision++) {
                shared.apply(erase(revision, Trees.subject(1_000 + revision), 0));
            }
            shared.apply(trees.publisher.create(2)); // the tree rotates: values of before keep their keys
            shared.apply(erase(4, Trees.subject(1_004), 0));
            done.set(true);
            for (Future<Integer> task : running) {
                assertThat(task.get()).isPositive();
            }
        } finally {
            done.set(true);
            tasks.shutdownNow();
        }
    }

    @Test
    void holdersOfKeysShowNothingAndFitInNoCheckpoint() {
        keys.apply(first);
        LeasedKey anna = key(keys.current(ANNA));
        StoreKey storeKey = StoreKey.random(Trees.FIRST, 1, new SecureRandom());
        NodeSet nodes = NodeSet.whole(0, new byte[32], 0);
        assertThat(List.of(anna, storeKey, nodes))
                .allSatisfy(holder -> assertThat(holder.toString()).endsWith(", hidden]"));
        assertThat(List.<Class<?>>of(
                        SubjectKeys.class,
                        LiveTree.class,
                        LoadedTree.class,
                        Revision.class,
                        StoreKey.class,
                        NodeSet.class,
                        LeasedKey.class,
                        SubjectIndex.class))
                .noneMatch(Serializable.class::isAssignableFrom);
    }

    @Test
    void refusesLimitsThatBoundNothing() {
        Duration none = Duration.ZERO;
        assertThatThrownBy(() -> new RegistryLimits(none, SECOND, SECOND, SECOND, 1, 64L << 20))
                .hasMessageContaining("lease is PT0S");
        assertThatThrownBy(() -> new RegistryLimits(SECOND, Duration.ofHours(2), SECOND, SECOND, 1, 64L << 20))
                .hasMessageContaining("keyLife is PT2H");
        assertThatThrownBy(() -> new RegistryLimits(SECOND, SECOND, none, SECOND, 1, 64L << 20))
                .hasMessageContaining("clockSkew");
        assertThatThrownBy(() -> new RegistryLimits(SECOND, SECOND, SECOND, none, 1, 64L << 20))
                .hasMessageContaining("maxPause");
        assertThatThrownBy(() -> new RegistryLimits(SECOND, SECOND, SECOND, SECOND, 0, 64L << 20))
                .hasMessageContaining("maxKeys");
        assertThatThrownBy(() -> new RegistryLimits(SECOND, SECOND, SECOND, SECOND, 1, 1))
                .hasMessageContaining("maxNodeBytes");
    }

    private Announcement erase(long from, SubjectRef subject, int throughGeneration) {
        return trees.publisher.erase(1, List.of(new Erasure(subject, throughGeneration)), from);
    }

    private void tickFor(int seconds) {
        for (int i = 0; i < seconds; i++) {
            trees.time.pass(SECOND);
            keys.tick();
        }
    }

    /** What no caller may do, to see whether it is overwritten. */
    private static SecretBytes hold(LeasedKey key) {
        return key.use(secret -> secret).orElseThrow();
    }

    private static Announcement issued(Announcement announcement, Instant instant) {
        return new Announcement(
                announcement.tree(),
                announcement.revision(),
                announcement.previous(),
                announcement.manifest(),
                instant);
    }

    private static LeasedKey key(KeyAnswer answer) {
        assertThat(answer).isInstanceOf(LeasedKey.class);
        return (LeasedKey) answer;
    }
}
