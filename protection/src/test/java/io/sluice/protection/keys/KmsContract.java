package io.sluice.protection.keys;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.KeyAccessException.Code;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What every adapter of {@link Kms} promises. Names are new in each test, so that adapters may share one service. */
abstract class KmsContract {
    static final byte[] AAD = "purpose".getBytes(UTF_8);
    private static final SecureRandom RANDOM = new SecureRandom();

    /** The service, as one more process opens it. */
    abstract Kms kms();

    /** The same kind of service with nobody there. */
    abstract Kms outOfReach();

    /** Whether the service would still undo a destruction for a while. */
    boolean destroysLater() {
        return false;
    }

    /** Of how many bytes of a wrap one is altered: where an answer takes long, not each. */
    int alterEvery() {
        return 1;
    }

    static String fresh(String name) {
        return name + "-" + Long.toHexString(RANDOM.nextLong());
    }

    static SecretBytes key() {
        return SecretBytes.random(32, RANDOM);
    }

    @Test
    void opensWhatItWrappedAndNothingElse() {
        Kms kms = kms();
        String a = fresh("a");
        String b = fresh("b");
        SecretBytes key = key();
        assertThat(kms.create(a)).isTrue();
        assertThat(kms.create(a)).isFalse();
        kms.create(b);

        byte[] wrapped = kms.wrap(a, key, AAD);

        assertThat(kms.unwrap(a, wrapped, AAD)).isEqualTo(new Unwrapped.Key(key));
        assertThat(kms.unwrap(a, wrapped, new byte[0])).isEqualTo(Unwrapped.Refused.INVALID);
        assertThat(kms.unwrap(a, wrapped, "Purpose".getBytes(UTF_8))).isEqualTo(Unwrapped.Refused.INVALID);
        assertThat(kms.unwrap(b, wrapped, AAD)).isEqualTo(Unwrapped.Refused.INVALID);
        assertThat(kms.unwrap(fresh("c"), wrapped, AAD)).isEqualTo(Unwrapped.Refused.UNKNOWN_KEY);
        assertThat(kms.unwrap("A/../\0", new byte[3], AAD)).isEqualTo(Unwrapped.Refused.UNKNOWN_KEY);
        assertCode(Code.UNKNOWN_KEY, () -> kms.wrap(fresh("c"), key, AAD));
    }

    @Test
    void hidesTheKeyAndStaysSmall() {
        Kms kms = kms();
        String name = fresh("a");
        kms.create(name);
        for (int length : new int[] {1, 16, 31, 32, 64}) {
            byte[] plain = new byte[length];
            RANDOM.nextBytes(plain);
            SecretBytes key = SecretBytes.copyOf(plain);
            byte[] wrapped = kms.wrap(name, key, AAD);
            assertThat(kms.unwrap(name, wrapped, AAD)).isEqualTo(new Unwrapped.Key(key));
            if (length == 32) {
                assertThat(wrapped.length).isLessThanOrEqualTo(Kms.MAX_WRAPPED_BYTES);
                assertThat(new String(wrapped, ISO_8859_1)).doesNotContain(new String(plain, ISO_8859_1));
                assertThat(kms.wrap(name, key, AAD)).isNotEqualTo(wrapped);
            }
        }
    }

    @Test
    void opensNothingThatWasAlteredCutOrExtended() {
        Kms kms = kms();
        String name = fresh("a");
        kms.create(name);
        byte[] wrapped = kms.wrap(name, key(), AAD);
        for (int at = 0; at < wrapped.length; at += alterEvery()) {
            byte[] altered = wrapped.clone();
            altered[at] ^= (byte) (1 << (at % 8));
            assertThat(kms.unwrap(name, altered, AAD)).as("byte %d", at).isEqualTo(Unwrapped.Refused.INVALID);
        }
        for (int length : new int[] {0, 1, 29, wrapped.length - 1, wrapped.length + 1, 10_000}) {
            assertThat(kms.unwrap(name, Arrays.copyOf(wrapped, length), AAD))
                    .as("length %d", length)
                    .isEqualTo(Unwrapped.Refused.INVALID);
        }
    }

    @Test
    void processesShareKeysAtOnce() {
        Kms one = kms();
        Kms other = kms();
        String name = fresh("made-later");
        SecretBytes key = key();
        one.create(name);
        byte[] wrapped = one.wrap(name, key, AAD);

        assertThat(other.has(name)).isTrue();
        assertThat(other.create(name)).isFalse();
        assertThat(other.keyNames()).contains(name);
        assertThat(other.unwrap(name, wrapped, AAD)).isEqualTo(new Unwrapped.Key(key));
        assertThat(other.describe(name)).isEqualTo(one.describe(name)).isPresent();
        assertThat(kms().unwrap(name, wrapped, AAD)).isEqualTo(new Unwrapped.Key(key));
    }

    @Test
    void destroyedKeysOpenNothingEverAgain() {
        Kms kms = kms();
        String name = fresh("a");
        kms.create(name);
        byte[] wrapped = kms.wrap(name, key(), AAD);
        KmsKey described = kms.describe(name).orElseThrow();
        Instant asked = Instant.now();

        DestroyReceipt receipt = kms.destroy(name).orElseThrow();

        assertThat(receipt.keyName()).isEqualTo(name);
        assertThat(receipt.id()).isEqualTo(described.id()).isNotBlank();
        if (destroysLater()) {
            assertThat(receipt.effective()).isAfter(asked.plusSeconds(86_400));
            assertThat(kms.destroy(name)).contains(receipt);
        } else {
            assertThat(receipt.effective()).isBetween(asked.minusSeconds(1), asked.plusSeconds(60));
            assertThat(kms.destroy(name)).isEmpty();
        }
        assertThat(kms.has(name)).isFalse();
        assertThat(kms.describe(name)).isEmpty();
        assertThat(kms.keyNames()).doesNotContain(name);
        assertThat(kms.unwrap(name, wrapped, AAD)).isEqualTo(Unwrapped.Refused.UNKNOWN_KEY);
        assertThat(kms().unwrap(name, wrapped, AAD)).isEqualTo(Unwrapped.Refused.UNKNOWN_KEY);
        assertCode(Code.UNKNOWN_KEY, () -> kms.wrap(name, key(), AAD));

        assertThat(kms.create(name)).isTrue();
        assertThat(kms.unwrap(name, wrapped, AAD)).isEqualTo(Unwrapped.Refused.INVALID);
        assertThat(kms.describe(name).orElseThrow().id()).isNotEqualTo(receipt.id());
    }

    @Test
    void destroyingWhatIsNotThereDoesNothing() {
        assertThat(kms().destroy(fresh("none"))).isEmpty();
        assertThat(kms().describe(fresh("none"))).isEmpty();
        assertThat(kms().has(fresh("none"))).isFalse();
    }

    @Test
    void refusesNamesThatNoKeyMayHave() {
        Kms kms = kms();
        for (String name : List.of("", "A", "-a", "a/b", "a b", "a\0", "ä", "x".repeat(65))) {
            assertThatThrownBy(() -> kms.create(name)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> kms.destroy(name)).isInstanceOf(IllegalArgumentException.class);
            assertThat(kms.has(name)).isFalse();
        }
        String longest = fresh("x".repeat(40)).substring(0, 41) + Long.toHexString(RANDOM.nextLong() | 1L << 63);
        assertThat(kms.create(longest)).isTrue();
        assertThat(kms.keyNames()).contains(longest);
    }

    @Test
    void oneOfManyMakesAKey() throws Exception {
        String name = fresh("raced");
        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<Future<Boolean>> all = new ArrayList<>();
        Kms shared = kms();
        for (int i = 0; i < 8; i++) {
            boolean alone = i % 2 == 0;
            all.add(pool.submit(() -> (alone ? kms() : shared).create(name)));
        }
        int made = 0;
        for (Future<Boolean> one : all) {
            made += one.get() ? 1 : 0;
        }
        pool.shutdown();
        assertThat(made).isEqualTo(1);
        byte[] wrapped = shared.wrap(name, key(), AAD);
        assertThat(kms().unwrap(name, wrapped, AAD)).isInstanceOf(Unwrapped.Key.class);
    }

    @Test
    void tellsThatItIsOutOfReachFromAKeyThatIsGone() {
        Kms none = outOfReach();
        assertThat(none.unwrap("a", new byte[61], AAD)).isInstanceOf(Unwrapped.OutOfReach.class);
        for (Consumer<Kms> call : List.<Consumer<Kms>>of(
                kms -> kms.create("a"),
                kms -> kms.has("a"),
                kms -> kms.describe("a"),
                Kms::keyNames,
                kms -> kms.wrap("a", key(), AAD),
                kms -> kms.destroy("a"))) {
            assertThatThrownBy(() -> call.accept(none))
                    .isInstanceOfSatisfying(
                            KeyAccessException.class,
                            e -> assertThat(e.code()).isNotIn(Code.UNKNOWN_KEY, Code.INVALID));
        }
    }

    static void assertCode(Code code, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        KeyAccessException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
