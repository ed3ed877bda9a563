package io.sluice.protection.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.protection.keys.KeyAccessException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRotationTest {
    @TempDir
    Path folder;

    private final FakeKms kms = new FakeKms();
    private final AtomicLong nanos = new AtomicLong();
    private Instant now = Instant.parse("2026-11-26T09:00:00Z");
    private final InstantSource source = () -> now;
    private final Clock clock = source.withZone(ZoneOffset.UTC);
    private KeyRing ring;

    @BeforeEach
    void make() {
        ring = KeyRing.openOrCreate(folder.resolve("keyring.json"), kms, "dev", clock);
    }

    private KeyRing another() {
        return KeyRing.open(folder.resolve("keyring.json"), kms, "dev", clock);
    }

    @Test
    void rewrappingChangesNoKeyAndEndsTheOldFile() throws IOException {
        RingKey own = ring.getOrCreate("encrypt.care");
        RingKey held = ring.version("token.kms.d", 1, true);
        KeyRing before = another();
        Path old = Files.copy(folder.resolve("keyring.json"), folder.resolve("old.json"));

        assertThat(ring.rewrap()).extracting(DestroyReceipt::keyName).containsExactly("keyring");

        assertThat(another().all()).containsExactly(own, held);
        assertThat(before.getOrCreate("encrypt.care")).isEqualTo(own);
        assertThat(kms.keyNames())
                .containsExactly("keyring-2", "keyring." + held.id().hex());
        assertThatThrownBy(() -> KeyRing.open(old, kms, "dev", clock))
                .isInstanceOfSatisfying(
                        KeyAccessException.class, e -> assertThat(e.code()).isEqualTo(Code.UNKNOWN_KEY));

        RingKey later = before.getOrCreate("encrypt.later");
        assertThat(ring.find(later.id())).contains(later);
        assertThat(ring.list())
                .filteredOn(key -> key.name().equals("encrypt.later"))
                .extracting(ListedKey::kmsKey)
                .containsExactly("keyring-2");
        assertThat(before.rewrap()).extracting(DestroyReceipt::keyName).containsExactly("keyring-2");
        assertThat(another().all()).containsExactly(own, later, held);
    }

    @Test
    void aRingWithoutKeysIsNotRewrapped() {
        assertThatThrownBy(ring::rewrap).hasMessageContaining("no keys");
        assertThat(ring.getOrCreate("encrypt.care").version()).isEqualTo(1);
    }

    @Test
    void aRewrapThatTheKmsBreaksOffChangesNothing() {
        RingKey key = ring.getOrCreate("encrypt.care");
        kms.switchOff(true);
        assertThatThrownBy(ring::rewrap).isInstanceOf(KeyAccessException.class);
        kms.switchOff(false);
        assertThat(another().all()).containsExactly(key);
        ring.rewrap();
        assertThat(another().all()).containsExactly(key);
    }

    /** What a second rewrap has begun while the first was between the file and the KMS. */
    @Test
    void aRewrapLeavesLaterWrappingKeysAlone() {
        RingKey key = ring.getOrCreate("encrypt.care");
        kms.create("keyring-3");
        assertThat(ring.rewrap()).extracting(DestroyReceipt::keyName).containsExactly("keyring");
        assertThat(kms.has("keyring-3")).isTrue();
        assertThat(ring.rewrap()).extracting(DestroyReceipt::keyName).containsExactly("keyring-2");
        assertThat(another().all()).containsExactly(key);
    }

    @Test
    void rotatesUnderLoad() throws Exception {
        RingKey first = ring.getOrCreate("encrypt.care");
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService pool = Executors.newFixedThreadPool(3);
        List<Future<?>> users = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String own = "encrypt.user" + i;
            users.add(pool.submit(() -> {
                for (int n = 0; n < 5 || !done.get(); n++) {
                    KeyRing user = another();
                    assertThat(user.find(first.id())).contains(first);
                    RingKey made = n < 5 ? user.rotate(own) : user.getOrCreate(own);
                    assertThat(user.find(made.id())).contains(made);
                }
                return null;
            }));
        }
        for (int i = 0; i < 10; i++) {
            ring.rewrap();
            ring.rotate("encrypt.care");
        }
        done.set(true);
        for (Future<?> user : users) {
            user.get();
        }
        pool.shutdown();

        KeyRing after = another();
        assertThat(after.versions("encrypt.care")).hasSize(11).first().isEqualTo(first);
        assertThat(after.list()).extracting(ListedKey::kmsKey).containsOnly("keyring-11");
    }

    @Test
    void listsWhatIsNewestOlderAndDestroyed() {
        ring.getOrCreate("encrypt.care");
        now = now.plusSeconds(60);
        RingKey held = ring.version("token.kms.d", 1, true);
        ring.rotate("encrypt.care");
        kms.destroy("keyring." + held.id().hex());

        assertThat(another().list())
                .extracting(key -> key.name() + "/" + key.version() + " " + key.state())
                .containsExactly("encrypt.care/1 OLDER", "encrypt.care/2 NEWEST", "token.kms.d/1 DESTROYED");
        assertThat(another().list().get(1).created()).isEqualTo(now);
        assertThat(another().list().toString())
                .doesNotContain(ring.getOrCreate("encrypt.care").secret().toString());
    }

    @Test
    void anEnvelopeKeyThatIsTooOldIsReplaced() {
        EnvelopeKeys envelopes = envelopes(new EnvelopeLimits(Duration.ofDays(90), 1_000_000));
        RingKey first = ring.getOrCreate("encrypt.care");
        ring.getOrCreate("released-id");
        int edition = lookAgain(envelopes);
        now = now.plus(Duration.ofDays(90));
        assertThat(lookAgain(envelopes)).isEqualTo(edition);
        now = now.plusSeconds(1);
        assertThat(lookAgain(envelopes)).isNotEqualTo(edition);

        assertThat(ring.getOrCreate("encrypt.care").version()).isEqualTo(2);
        assertThat(ring.find(first.id())).contains(first);
        assertThat(ring.getOrCreate("released-id").version()).isEqualTo(1);
        lookAgain(envelopes);
        assertThat(ring.getOrCreate("encrypt.care").version()).isEqualTo(2);
    }

    @Test
    void anEnvelopeKeyThatWasUsedTooOftenIsReplaced() {
        EnvelopeKeys envelopes = envelopes(new EnvelopeLimits(Duration.ofDays(90), 1_000));
        RingKey first = ring.getOrCreate("encrypt.care");
        RingKey other = ring.getOrCreate("encrypt.other");
        for (int i = 0; i < 1_000; i++) {
            lookAgain(envelopes);
            assertThat(ring.getOrCreate("encrypt.care")).isEqualTo(first);
            envelopes.used(
                    List.of(first.id().hex(), KeyId.of("dev", "subject" + i, 1).hex()));
        }
        assertThat(envelopes.uses(KeyId.of("dev", "subject1", 1))).isZero();
        lookAgain(envelopes);
        assertThat(ring.getOrCreate("encrypt.care").version()).isEqualTo(2);
        assertThat(ring.getOrCreate("encrypt.other")).isEqualTo(other);
    }

    @Test
    void agesAndUsesAreThoseOfTheKeysThatEncryptNow() {
        EnvelopeKeys envelopes = envelopes(new EnvelopeLimits(Duration.ofDays(90), 1_000));
        assertThat(envelopes.oldestAge()).isZero();
        ring.getOrCreate("released-id");
        RingKey care = ring.getOrCreate("encrypt.care");
        now = now.plus(Duration.ofDays(60));
        RingKey other = ring.getOrCreate("encrypt.other");
        lookAgain(envelopes);
        envelopes.used(List.of(care.id().hex(), other.id().hex()));
        envelopes.used(List.of(care.id().hex()));

        assertThat(envelopes.oldestAge()).isEqualTo(Duration.ofDays(60));
        assertThat(envelopes.mostUses()).isEqualTo(2);

        now = now.plus(Duration.ofDays(31));
        lookAgain(envelopes);
        assertThat(envelopes.oldestAge()).as("care's was replaced").isEqualTo(Duration.ofDays(31));
        assertThat(envelopes.mostUses()).isEqualTo(1);
    }

    /** Whoever dies between a rotation and its entry in the audit log leaves a ring that says so. */
    @Test
    void aRotationIsUntoldInTheFileUntilSomebodySaysThatItIsTold() throws IOException {
        RingKey first = ring.getOrCreate("encrypt.care");
        now = now.plus(Duration.ofDays(91));
        EnvelopeLimits limits = new EnvelopeLimits(Duration.ofDays(90), 1_000);
        KeyRing other = another();
        EnvelopeKeys others = new EnvelopeKeys(other, limits, clock, nanos::get);

        lookAgain(envelopes(limits));
        lookAgain(others); // for whom the key was due as well

        Rotation rotation =
                new Rotation("encrypt.care", 2, ring.getOrCreate("encrypt.care").id(), now, Rotation.Cause.AGE);
        assertThat(ring.find(first.id())).contains(first);
        assertThat(List.of(ring, other, another()))
                .allSatisfy(any -> assertThat(any.untold()).containsExactly(rotation));
        ring.rewrap();
        assertThat(another().untold()).as("another wrap tells nobody").containsExactly(rotation);

        other.told(rotation);

        assertThat(List.of(ring, other, another()))
                .allSatisfy(any -> assertThat(any.untold()).isEmpty());
        byte[] file = Files.readAllBytes(folder.resolve("keyring.json"));
        assertThat(new String(file, UTF_8)).doesNotContain("untold");
        ring.told(rotation);
        assertThat(folder.resolve("keyring.json")).hasBinaryContent(file);
    }

    @Test
    void whatAnOfficerRotatesIsNotTheJobsToTell() {
        ring.getOrCreate("encrypt.care");
        ring.rotate("encrypt.care");
        ring.version("token.shop", 3, false);
        assertThat(another().untold()).isEmpty();
    }

    @Test
    void aRingThatWasReplacedForNoKnownReasonIsRefused() throws IOException {
        ring.getOrCreate("encrypt.care");
        Path file = folder.resolve("keyring.json");
        Files.writeString(file, Files.readString(file).replace("\"version\":1", "\"untold\":\"whim\",\"version\":1"));
        assertThatThrownBy(this::another)
                .isInstanceOfSatisfying(
                        KeyAccessException.class, e -> assertThat(e.code()).isEqualTo(Code.INVALID))
                .hasMessageContaining("encrypt.care");
    }

    @Test
    void withoutTheKmsTheKeyAtHandStaysAndIsReplacedLater() {
        EnvelopeKeys envelopes = envelopes(new EnvelopeLimits(Duration.ofHours(1), 1_000));
        ring.getOrCreate("encrypt.care");
        now = now.plus(Duration.ofDays(1));
        kms.switchOff(true);
        int edition = lookAgain(envelopes);
        kms.switchOff(false);
        assertThat(envelopes.edition()).as("it looks once a second").isEqualTo(edition);
        assertThat(lookAgain(envelopes)).isNotEqualTo(edition);
    }

    @Test
    void anotherProcessesRotationIsNoticed() {
        EnvelopeKeys envelopes = envelopes(EnvelopeLimits.DEFAULT);
        ring.getOrCreate("encrypt.care");
        int edition = lookAgain(envelopes);
        RingKey next = another().rotate("encrypt.care");
        assertThat(lookAgain(envelopes)).isNotEqualTo(edition);
        assertThat(ring.getOrCreate("encrypt.care")).isEqualTo(next);
    }

    private EnvelopeKeys envelopes(EnvelopeLimits limits) {
        return new EnvelopeKeys(ring, limits, clock, nanos::get);
    }

    private int lookAgain(EnvelopeKeys envelopes) {
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        return envelopes.edition();
    }
}
