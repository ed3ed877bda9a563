package io.sluice.policies.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.policies.Shipped;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.approve.OfficerPublicKey;
import io.sluice.policies.build.BundleSignature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {
    private static final KeyPair BUNDLE_KEY = KeyUse.BUNDLE.generate();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void aPairIsReadAsItWasWritten(KeyUse use) throws IOException {
        KeyPair pair = use.generate();
        KeyFile.create(pair, folder.resolve("k.key.pem"), folder.resolve("k.pub.pem"));

        assertThat(KeyFile.readPrivate(folder.resolve("k.key.pem"), use)).isEqualTo(pair.getPrivate());
        assertThat(KeyFile.readPublic(folder.resolve("k.pub.pem"), use)).isEqualTo(pair.getPublic());
        assertThat(mode("k.key.pem")).isEqualTo("rw-------");
    }

    @Test
    void nothingIsWrittenOver() throws IOException {
        Path key = Files.writeString(folder.resolve("k.key.pem"), "precious");

        assertThatThrownBy(() -> KeyFile.create(KeyUse.OFFICER.generate(), key, folder.resolve("k.pub.pem")))
                .isInstanceOf(SigningKeyException.class)
                .hasMessageContaining("k.key.pem exists already");

        assertThat(key).hasContent("precious");
        assertThat(folder.resolve("k.pub.pem")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-rw-rw-", "rwx--x---"})
    void aPrivateKeyThatOthersReachIsRefused(String mode) throws IOException {
        KeyFile.create(KeyUse.OFFICER.generate(), folder.resolve("k.key.pem"), folder.resolve("k.pub.pem"));
        Files.setPosixFilePermissions(folder.resolve("k.key.pem"), PosixFilePermissions.fromString(mode));

        assertThatThrownBy(() -> KeyFile.readPrivate(folder.resolve("k.key.pem"), KeyUse.OFFICER))
                .isInstanceOf(SigningKeyException.class)
                .hasMessageContaining("chmod 600 " + folder.resolve("k.key.pem"));
    }

    @Test
    void aKeyOfAnotherUseOrHalfIsRefusedByName() throws IOException {
        KeyFile.create(KeyUse.OFFICER.generate(), folder.resolve("o.key.pem"), folder.resolve("o.pub.pem"));
        KeyFile.create(BUNDLE_KEY, folder.resolve("b.key.pem"), folder.resolve("b.pub.pem"));

        assertRefused(folder.resolve("o.key.pem"), KeyUse.BUNDLE, "holds no EC or RSA private key");
        assertRefused(folder.resolve("b.key.pem"), KeyUse.OFFICER, "holds no Ed25519 private key");
        assertRefused(folder.resolve("o.pub.pem"), KeyUse.OFFICER, "holds no \"PRIVATE KEY\"");
        assertThatThrownBy(() -> KeyFile.readPublic(folder.resolve("b.pub.pem"), KeyUse.OFFICER))
                .hasMessageContaining("holds no Ed25519 public key");
    }

    @Test
    void whatIsNoKeyIsRefusedByName() throws IOException {
        assertRefused(folder.resolve("absent"), KeyUse.OFFICER, "does not exist");
        assertRefused(folder, KeyUse.OFFICER, "cannot be read");
        assertRefused(write("empty", ""), KeyUse.OFFICER, "holds no \"PRIVATE KEY\"");
        assertRefused(
                write("damaged", "-----BEGIN PRIVATE KEY-----\nAAAA=AAA\n-----END PRIVATE KEY-----\n"),
                KeyUse.OFFICER,
                "damaged");
        assertRefused(
                write("short", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
                KeyUse.OFFICER,
                "holds no Ed25519");
        assertRefused(write("large", "x".repeat(KeyFile.MAX_BYTES + 1)), KeyUse.OFFICER, "more than");
    }

    @Test
    void aMessageNeverShowsWhatTheFileHolds() throws IOException {
        Path file = write("secret", "-----BEGIN PRIVATE KEY-----\nU2VjcmV0U2VjcmV0\n-----END PRIVATE KEY-----\n");
        assertThatThrownBy(() -> KeyFile.readPrivate(file, KeyUse.OFFICER))
                .hasMessageNotContaining("U2Vj")
                .hasMessageNotContaining("Secret");
    }

    @Test
    void aKeyFindsItsOfficerAndAStrangersFindsNone() {
        KeyPair ada = KeyUse.OFFICER.generate();
        KeyPair grace = KeyUse.OFFICER.generate();
        Approvers approvers = new Approvers(
                1,
                new TreeMap<>(Map.of(
                        "ada", OfficerPublicKey.of(ada.getPublic()), "grace", OfficerPublicKey.of(grace.getPublic()))),
                Set.of());

        assertThat(OfficerKey.among(approvers, grace.getPrivate()).officer()).isEqualTo("grace");
        assertThatThrownBy(() ->
                        OfficerKey.among(approvers, KeyUse.OFFICER.generate().getPrivate()))
                .hasMessageContaining("none of the officers: ada, grace");
        assertThatThrownBy(() -> OfficerKey.among(approvers, BUNDLE_KEY.getPrivate()))
                .hasMessageContaining("Ed25519");
        assertThatThrownBy(() -> OfficerPublicKey.of(BUNDLE_KEY.getPublic())).hasMessageContaining("Ed25519");
    }

    @Test
    void aBundleKeysIdFollowsFromIt() {
        assertThat(BundleSignature.keyId(BUNDLE_KEY.getPublic())).matches("[0-9a-f]{16}");
        assertThat(BundleSignature.keyId(BUNDLE_KEY.getPublic()))
                .isNotEqualTo(BundleSignature.keyId(Shipped.BUNDLE_KEY.getPublic()));
    }

    private static void assertRefused(Path file, KeyUse use, String reason) {
        assertThatThrownBy(() -> KeyFile.readPrivate(file, use))
                .isInstanceOf(SigningKeyException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(reason);
    }

    private Path write(String name, String content) throws IOException {
        Path file = Files.writeString(folder.resolve(name), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
    }
}
