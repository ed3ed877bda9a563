package io.sluice.protection.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.protection.keys.KeyAccessException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CustodianKeyTest {
    private static final byte[] MESSAGE = "a certificate".getBytes(UTF_8);

    @TempDir
    Path folder;

    private Path privateFile;
    private Path publicFile;

    @BeforeEach
    void names() {
        privateFile = folder.resolve("keys/custodian.key.pem");
        publicFile = folder.resolve("keys/custodian.pub.pem");
    }

    @Test
    void isMadeOnceAndVerifiedByItsPublicHalfAlone() throws IOException {
        CustodianKey made = CustodianKey.readOrCreate(privateFile, publicFile);
        byte[] signature = made.sign(MESSAGE);

        CustodianKey again = CustodianKey.readOrCreate(privateFile, publicFile);
        assertThat(again.sign(MESSAGE)).isEqualTo(signature).hasSize(CustodianPublicKey.SIGNATURE_BYTES);
        CustodianPublicKey pinned = CustodianPublicKey.read(publicFile);
        assertThat(pinned.verifies(MESSAGE, signature)).isTrue();
        assertThat(pinned.pem()).isEqualTo(Files.readString(publicFile));
        assertThat(pinned.verifies("another".getBytes(UTF_8), signature)).isFalse();
        assertThat(pinned.verifies(MESSAGE, new byte[0])).isFalse();
        for (int bit = 0; bit < signature.length * 8; bit++) {
            byte[] flipped = signature.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(pinned.verifies(MESSAGE, flipped)).isFalse();
        }
        CustodianKey other = CustodianKey.readOrCreate(folder.resolve("other"), folder.resolve("other.pub"));
        assertThat(pinned.verifies(MESSAGE, other.sign(MESSAGE))).isFalse();
        assertThat(made.toString()).isEqualTo("CustodianKey[hidden]");
        assertThat(Files.getPosixFilePermissions(privateFile)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void refusesFilesThatCannotBeTrusted() throws IOException {
        assertCode(Code.UNREADABLE, () -> CustodianPublicKey.read(publicFile));
        CustodianKey.readOrCreate(privateFile, publicFile);
        String good = Files.readString(publicFile);

        CustodianKey.readOrCreate(folder.resolve("other"), folder.resolve("other.pub"));
        assertCode(Code.INVALID, () -> CustodianKey.read(privateFile, folder.resolve("other.pub")));
        assertCode(Code.UNREADABLE, () -> CustodianKey.read(privateFile, privateFile));
        Files.writeString(publicFile, good.replace("PUBLIC", "PRIVATE"));
        assertCode(Code.UNREADABLE, () -> CustodianPublicKey.read(publicFile));
        Files.writeString(publicFile, good.replace("MCow", "MCox"));
        assertCode(Code.UNREADABLE, () -> CustodianPublicKey.read(publicFile));
        Files.writeString(publicFile, "x".repeat(5_000));
        assertCode(Code.UNREADABLE, () -> CustodianPublicKey.read(publicFile));
        Files.delete(publicFile);
        assertCode(Code.UNREADABLE, () -> CustodianKey.readOrCreate(privateFile, publicFile));

        Files.writeString(publicFile, good);
        Files.setPosixFilePermissions(privateFile, PosixFilePermissions.fromString("rw-r-----"));
        assertCode(Code.INSECURE, () -> CustodianKey.read(privateFile, publicFile));
    }

    private static void assertCode(Code code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        KeyAccessException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
