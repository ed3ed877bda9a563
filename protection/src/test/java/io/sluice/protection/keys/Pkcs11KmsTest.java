package io.sluice.protection.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.KeyAccessException.Code;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against SoftHSM. */
@NullUnmarked // what is null here fails the test
class Pkcs11KmsTest extends KmsContract {
    @TempDir
    private static Path folder;

    private static KmsSettings.Pkcs11 settings;
    /** Of another token, that nobody has logged in to. */
    private static KmsSettings.Pkcs11 locked;

    @BeforeAll
    static void makeToken() throws Exception {
        if (SoftHsm.library().isEmpty()) {
            return;
        }
        settings = SoftHsm.token(folder, fresh("sluice"));
        locked = SoftHsm.token(Files.createDirectory(folder.resolve("locked")), fresh("locked"));
    }

    @BeforeEach
    void requireSoftHsm() {
        Assumptions.assumeTrue(settings != null, "SoftHSM is not at hand: " + SoftHsm.INSTALL);
    }

    @Override
    Kms kms() {
        return Pkcs11Kms.open(settings);
    }

    @Override
    Kms outOfReach() {
        return new Pkcs11Kms(new KmsSettings.Pkcs11(settings.library(), "no-such-token", settings.pinFile()));
    }

    @Test
    void aTokenNobodyHasIsRefusedWithTheOnesThereAre() {
        KmsSettings.Pkcs11 other = new KmsSettings.Pkcs11(settings.library(), "no-such-token", settings.pinFile());
        assertThatThrownBy(() -> Pkcs11Kms.open(other))
                .hasMessageContaining("no-such-token")
                .hasMessageContaining(settings.token())
                .isInstanceOfSatisfying(
                        KeyAccessException.class, e -> assertThat(e.code()).isEqualTo(Code.UNREACHABLE));
    }

    @Test
    void aLibraryThatIsNotThereIsRefused() {
        for (String path : new String[] {"/nowhere/lib.so", "relative.so", "/tmp/a\nslot = 1"}) {
            KmsSettings.Pkcs11 other = new KmsSettings.Pkcs11(path, settings.token(), settings.pinFile());
            assertCode(Code.UNREACHABLE, () -> Pkcs11Kms.open(other));
        }
    }

    @Test
    void aRefusedPinIsNotTriedAgainUntilItsFileChanges() throws Exception {
        String right = Files.readString(Path.of(locked.pinFile())).strip();
        SoftHsm.pinFile(Path.of(locked.pinFile()), "000000");
        Pkcs11Kms kms = new Pkcs11Kms(locked);

        assertThatThrownBy(kms::keyNames)
                .hasMessageContaining("refused the PIN")
                .hasCauseInstanceOf(Exception.class);
        assertThatThrownBy(kms::keyNames)
                .hasMessageContaining("refused the PIN")
                .hasNoCause();
        assertThat(kms.unwrap("a", new byte[69], new byte[0])).isInstanceOf(Unwrapped.OutOfReach.class);

        SoftHsm.pinFile(Path.of(locked.pinFile()), right);
        assertThat(kms.keyNames()).isEmpty();
    }

    @Test
    void aPinFileOpenToOthersIsRefused() throws Exception {
        Path file = SoftHsm.pinFile(folder.resolve("shown"), "135790");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertCode(
                Code.INSECURE,
                () -> Pkcs11Kms.open(new KmsSettings.Pkcs11(settings.library(), settings.token(), file.toString())));
    }

    @Test
    void aFolderOfKeysStandsOnIt(@TempDir Path keys) {
        KmsSettings kms = new KmsSettings(settings, KmsSettings.DEFAULT_OUTAGE_LIMIT);
        RingKey key = Keystore.openOrCreate(keys, kms, "dev").ring().version("token.kms.d", 1, true);
        assertThat(Keystore.open(keys, kms, "dev").ring().version("token.kms.d", 1, true))
                .isEqualTo(key);
        assertThat(keys.resolve("keystore.p12")).doesNotExist();
    }

    @Test
    void aWrapHasItsSpecifiedForm() {
        Kms kms = kms();
        String name = fresh("held");
        kms.create(name);
        byte[] wrapped = kms.wrap(name, SecretBytes.random(32, new SecureRandom()), "x".getBytes(UTF_8));
        assertThat(wrapped).hasSize(1 + 8 + 12 + 32 + 16).startsWith(2);
        assertThat(HexFormat.of().formatHex(wrapped, 1, 9))
                .isEqualTo(kms.describe(name).orElseThrow().id());
    }
}
