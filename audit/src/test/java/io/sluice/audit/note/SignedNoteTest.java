package io.sluice.audit.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.audit.merkle.TreeHashes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedNoteTest {
    private final SigningKey key = SigningKey.generate("sluice.example/dev/audit", new SecureRandom());
    private final Checkpoint checkpoint = new Checkpoint("sluice.example/dev/audit", 0, TreeHashes.emptyRoot());

    @Test
    void everyFlippedBitOfASignedCheckpointIsRefused() {
        byte[] note = checkpoint.signedBy(key).toBytes();
        for (int i = 0; i < note.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = note.clone();
                changed[i] ^= (byte) (1 << bit);
                assertThatThrownBy(() -> Checkpoint.verified(changed, key.verifier()))
                        .isInstanceOf(NoteException.class);
            }
        }
        assertThat(Checkpoint.verified(note, key.verifier())).isEqualTo(checkpoint);
    }

    @Test
    void everyFlippedBitOfAVerifierKeyIsRefused() {
        byte[] text = utf8(key.verifier().toString());
        for (int i = 0; i < text.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = text.clone();
                changed[i] ^= (byte) (1 << bit);
                assertThatThrownBy(() -> VerifierKey.parse(new String(changed, StandardCharsets.ISO_8859_1)))
                        .isInstanceOf(NoteException.class);
            }
        }
    }

    @Test
    void ignoresSignaturesOfUnknownKeysAndSplitsAtTheLastBlankLine() {
        SigningKey other = SigningKey.generate("other", new SecureRandom());
        SignedNote note = SignedNote.sign("a\n\nb\n", key, other);

        SignedNote read = SignedNote.parse(note.toBytes());

        assertThat(read.text()).isEqualTo("a\n\nb\n");
        assertThat(read.verifiedBy(List.of(key.verifier()))).isEqualTo(Set.of(key.verifier()));
        assertThat(read.verifiedBy(List.of())).isEmpty();
        assertThat(read.verifiedBy(List.of(other.verifier(), key.verifier()))).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "no line end",
                "text\n",
                "text\n\n",
                "text\n\n\u2014 name\n",
                "text\n\n- name AAAAAAA=\n",
                "text\n\n\u2014 na+me AAAAAAA=\n",
                "text\n\n\u2014 name AAAA\n",
                "text\n\n\u2014 name AAAAAAB=\n",
                "text\n\n\u2014 name AAAAAAA=\nrest\n",
                "te\txt\n\n\u2014 name AAAAAAA=\n",
                "text\n\n\u2014 name AAAAAAA= \n"
            })
    void refusesWhatIsNoNote(String text) {
        assertThatThrownBy(() -> SignedNote.parse(utf8(text))).isInstanceOf(NoteException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "log\n01\nROOT\n",
                "log\n+1\nROOT\n",
                "log\n-1\nROOT\n",
                "log\n9223372036854775808\nROOT\n",
                "log\n99999999999999999999\nROOT\n",
                "log\n1\nAAAA\n",
                "log\n1\n",
                "log\n1\nROOT",
                "\n1\nROOT\n",
                "lo g\n1\nROOT\n",
                "log\n1\nROOT\n\n"
            })
    void refusesWhatIsNoCheckpoint(String text) {
        String withRoot = text.replace("ROOT", TreeHashes.emptyRoot().toBase64());
        assertThatThrownBy(() -> Checkpoint.parse(withRoot)).isInstanceOf(NoteException.class);
    }

    @Test
    void allowsExtensionLines() {
        assertThat(Checkpoint.parse(checkpoint.text() + "extension\n")).isEqualTo(checkpoint);
    }

    @Test
    void keepsTheSigningKeyInAFileOfItsOwner(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("keys/log.key");

        SigningKey made = SigningKey.readOrCreate(file, "log", new SecureRandom());

        assertThat(SigningKey.readOrCreate(file, "log", new SecureRandom()).verifier())
                .isEqualTo(made.verifier());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> SigningKey.read(file)).hasMessageContaining("mode 600");
        assertThatThrownBy(() -> SigningKey.readOrCreate(file, "other", new SecureRandom()))
                .isInstanceOf(NoteException.class);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
