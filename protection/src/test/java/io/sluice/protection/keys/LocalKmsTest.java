package io.sluice.protection.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.KeyAccessException.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalKmsTest extends KmsContract {
    private static final byte[] AAD = "purpose".getBytes(UTF_8);

    @TempDir
    Path folder;

    private Path password;
    private Path file;

    @BeforeEach
    void place() {
        password = folder.resolve("secrets/password");
        file = folder.resolve("keys/keystore.p12");
    }

    @Override
    Kms kms() {
        return LocalKms.openOrCreate(file, password);
    }

    @Override
    Kms outOfReach() {
        Path gone = folder.resolve("gone.p12");
        Kms kms = LocalKms.openOrCreate(gone, password);
        try {
            Files.delete(gone);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return kms;
    }

    @Test
    void keysOutliveTheProcess() {
        SecretBytes key = SecretBytes.random(32, new SecureRandom());
        LocalKms first = LocalKms.openOrCreate(file, password);
        first.create("a");
        byte[] wrapped = first.wrap("a", key, AAD);

        LocalKms second = LocalKms.open(file, password);

        assertThat(second.unwrap("a", wrapped, AAD)).isEqualTo(new Unwrapped.Key(key));
        assertThat(second.keyNames()).containsExactly("a");
    }

    @Test
    void filesAreForTheirOwnerAlone() throws IOException {
        LocalKms.openOrCreate(file, password);
        for (Path made : List.of(file, password)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                    .isEqualTo("rw-------");
        }
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> LocalKms.open(file, password))
                .hasMessageContaining("chmod 600")
                .isInstanceOfSatisfying(
                        KeyAccessException.class, e -> assertThat(e.code()).isEqualTo(Code.INSECURE));
    }

    @Test
    void refusesAWrongPasswordADamagedAndAMissingFile() throws IOException {
        LocalKms.openOrCreate(file, password).create("a");
        byte[] content = Files.readAllBytes(file);

        Files.writeString(password, "something else\n");
        assertUnreadable();

        Files.delete(password);
        assertUnreadable();

        LocalKms.openOrCreate(folder.resolve("x.p12"), password); // a new password file
        content[content.length / 2] ^= 1;
        Files.write(file, content);
        assertUnreadable();

        Files.delete(file);
        assertUnreadable();
    }

    @Test
    void writersTakeTurns() throws Exception {
        LocalKms.openOrCreate(file, password);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        Set<String> expected = new HashSet<>();
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String name = "key-" + i;
            expected.add(name);
            all.add(pool.submit(() -> LocalKms.open(file, password).create(name)));
        }
        for (Future<?> one : all) {
            one.get();
        }
        pool.shutdown();
        assertThat(LocalKms.open(file, password).keyNames()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void concurrentFirstUsesOfARingKeyAgree() throws Exception {
        Keystore.openOrCreate(folder, password, "dev");
        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<Future<RingKey>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(pool.submit(
                    () -> Keystore.open(folder, password, "dev").ring().getOrCreate("token.customers")));
        }
        Set<String> ids = new HashSet<>();
        List<SecretBytes> secrets = new ArrayList<>();
        for (Future<RingKey> one : all) {
            ids.add(one.get().id().hex());
            secrets.add(one.get().secret());
        }
        pool.shutdown();
        assertThat(ids).hasSize(1);
        assertThat(secrets).allMatch(secrets.get(0)::equals);
        assertThat(Files.readString(folder.resolve("keyring.json"))).containsOnlyOnce("token.customers");
    }

    /** It would be gone with the process, and what it wrapped with it. */
    @Test
    void aKeyThatCannotBeWrittenIsNone() throws IOException {
        Kms kms = kms();
        kms.create("kept");
        Path inTheWay = Files.createDirectories(folder.resolve("keys/keystore.p12.new/full"));

        assertCode(Code.UNWRITABLE, () -> kms.create("lost"));

        assertThat(kms.has("lost")).isFalse();
        assertThat(kms.keyNames()).containsExactly("kept");
        Files.delete(inTheWay);
        assertThat(kms.create("lost")).isTrue();
        assertThat(kms().keyNames()).containsExactly("kept", "lost");
    }

    private void assertUnreadable() {
        assertThatThrownBy(() -> LocalKms.open(file, password))
                .isInstanceOfSatisfying(
                        KeyAccessException.class, e -> assertThat(e.code()).isEqualTo(Code.UNREADABLE));
    }

    @Test
    void ringKeepsVersionsAndFindsThemById() {
        KeyRing ring = Keystore.openOrCreate(folder, password, "dev").ring();
        RingKey first = ring.getOrCreate("encrypt.care");
        RingKey second = ring.rotate("encrypt.care");

        assertThat(second.version()).isEqualTo(2);
        assertThat(second.secret()).isNotEqualTo(first.secret());
        assertThat(ring.getOrCreate("encrypt.care")).isEqualTo(second);
        KeyRing other = Keystore.open(folder, password, "dev").ring();
        assertThat(other.find(first.id()).orElseThrow().secret()).isEqualTo(first.secret());
        assertThat(other.versions("encrypt.care")).hasSize(2);
        assertThat(other.find(KeyId.of("dev", "encrypt.care", 3))).isEmpty();
        assertThat(first.toString()).isEqualTo("RingKey[encrypt.care/1]");
    }

    @Test
    void aNamedVersionIsTheSameWhateverIsNewest() {
        KeyRing ring = Keystore.openOrCreate(folder, password, "dev").ring();
        RingKey second = ring.version("token.d", 2, false);
        assertThat(ring.versions("token.d")).extracting(RingKey::version).containsExactly(1, 2);
        ring.rotate("token.d");
        assertThat(ring.version("token.d", 2, false)).isEqualTo(second);
        assertThat(Keystore.open(folder, password, "dev").ring().version("token.d", 2, false))
                .isEqualTo(second);
        assertThatThrownBy(() -> ring.version("token.d", 0, false)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ring.version("token.d", KeyRing.MAX_NAMED_VERSION + 1, false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aHeldKeyHasAWrappingKeyOfItsOwnInTheKms() {
        Keystore keystore = Keystore.openOrCreate(folder, password, "dev");
        int before = keystore.kms().keyNames().size();
        RingKey held = keystore.ring().version("token.kms.d", 1, true);
        keystore.ring().rotate("token.kms.d");
        keystore.ring().version("token.d", 1, false);
        assertThat(keystore.kms().keyNames())
                .hasSize(before + 1)
                .contains("keyring." + held.id().hex());

        keystore.kms().destroy("keyring." + held.id().hex());
        KeyRing without = Keystore.open(folder, password, "dev").ring();
        assertThatThrownBy(() -> without.version("token.kms.d", 1, true))
                .isInstanceOfSatisfying(
                        KeyAccessException.class, e -> assertThat(e.code()).isEqualTo(Code.UNKNOWN_KEY));
        assertThat(without.version("token.d", 1, false).version()).isEqualTo(1);
    }

    @Test
    void ringRefusesKeysMovedToAnotherNameOrTenant() throws IOException {
        Keystore keystore = Keystore.openOrCreate(folder, password, "dev");
        keystore.ring().getOrCreate("encrypt.care");
        Path ring = folder.resolve("keyring.json");
        String content = Files.readString(ring);

        Files.writeString(ring, content.replace("encrypt.care", "encrypt.mine"));
        assertInvalid("dev");
        Files.writeString(ring, content.replace("\"version\":1", "\"version\":2"));
        assertInvalid("dev");
        Files.writeString(ring, content);
        assertInvalid("other");
        Files.writeString(ring, content.replace("\"tenant\":\"dev\"", "\"tenant\":\"other\""));
        assertInvalid("other");
        Files.writeString(ring, "{");
        assertThatThrownBy(() -> Keystore.open(folder, password, "dev")).isInstanceOf(KeyAccessException.class);
    }

    @Test
    void openingDoesNotMakeWhatIsMissing() {
        assertThatThrownBy(() -> Keystore.open(folder, password, "dev")).isInstanceOf(KeyAccessException.class);
        LocalKms kms = LocalKms.openOrCreate(file, password);
        assertThatThrownBy(() -> KeyRing.open(folder.resolve("r.json"), kms, "dev", Clock.systemUTC()))
                .isInstanceOf(KeyAccessException.class);
        assertThat(folder.resolve("r.json")).doesNotExist();
    }

    /** Fixed: SF1 ciphertexts and tokens name keys by it. */
    @Test
    void keyIdIsAsSpecified() {
        assertThat(KeyId.of("dev", "encrypt.care", 1).hex()).isEqualTo("7fbfca97297ee7acddbf0472");
        KeyId id = KeyId.of("dev", "encrypt.care", 1);
        assertThat(KeyId.ofBytes(id.toBytes(), 0)).isEqualTo(id);
        assertThat(id.shortForm()).hasSize(4);
    }

    private void assertInvalid(String tenant) {
        assertThatThrownBy(() -> Keystore.open(folder, password, tenant))
                .isInstanceOfSatisfying(
                        KeyAccessException.class, e -> assertThat(e.code()).isEqualTo(Code.INVALID));
    }
}
