package io.sluice.audit.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.audit.merkle.Hash;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cosignatures of other implementations, and what must not pass for one. */
class CosignatureVectorTest {
    /** Made by github.com/transparency-dev/formats v0.1.1 (Go) over the example of C2SP tlog-cosignature. */
    private static final String SEED = "c0fdae3890b249f7f5bd8b2696d71897662b781c7a12ce03bbcbfe8237596903";

    private static final String VKEY = "witness.example/w1+4237ce10+BJiuU8nBQu5ExQX731KNaEdnPaxj1BtJdrvI6KYIWx/j";
    private static final String TEXT =
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    private static final String LINE = "\u2014 witness.example/w1 "
            + "QjfOEAAAAABrCEtGAHFSnd0m50lpBAloguqRgZz42cOG9yA5gMZhR5pcwQhyeCv2bfT8d9E7Z5U6WzSdY37UqCORd6yd7qlqR2KHAw==\n";
    private static final Instant TIME = Instant.ofEpochSecond(0x6b084b46L);

    @Test
    void readsWhatGoCosigned() {
        CosignerKey key = CosignerKey.parse(VKEY);
        SignedNote note = note(TEXT, LINE);

        assertThat(note.cosignatures(List.of(key))).containsExactly(new Cosignature(key, TIME));
        assertThat(key.type()).isEqualTo(CosignatureType.ED25519);
        assertThat(key).hasToString(VKEY);
    }

    @Test
    void cosignsAsGoDoes() {
        String seed = Base64.getEncoder().encodeToString(HexFormat.of().parseHex("04" + SEED));
        Cosigner cosigner = Cosigner.parse("PRIVATE+KEY+witness.example/w1+4237ce10+" + seed);

        assertThat(cosigner.verifier()).hasToString(VKEY);
        assertThat(cosigner.line(TEXT, TIME)).isEqualTo(LINE);
        assertThat(cosigner).hasToString("Cosigner[witness.example/w1+4237ce10]");
    }

    @Test
    void readsTheMlDsa44CosignatureOfTorchwood() throws IOException {
        CosignerKey key = CosignerKey.parse(new String(resource("ml-dsa-44.vkey"), StandardCharsets.UTF_8).strip());
        SignedNote note = SignedNote.parse(resource("ml-dsa-44.note"));

        assertThat(key.type()).isEqualTo(CosignatureType.ML_DSA_44);
        assertThat(note.cosignatures(List.of(key))).containsExactly(new Cosignature(key, Instant.EPOCH));
    }

    @ParameterizedTest
    @EnumSource(CosignatureType.class)
    void coversTextTimeAndKey(CosignatureType type) {
        Cosigner cosigner = Cosigner.generate("w.example", type, new SecureRandom());
        CosignerKey key = cosigner.verifier();
        String line = cosigner.line(TEXT, TIME);
        assertThat(note(TEXT, line).cosignatures(List.of(key))).containsExactly(new Cosignature(key, TIME));
        assertThat(CosignerKey.parse(key.toString())).isEqualTo(key);

        byte[] blob = Base64.getDecoder().decode(line.substring("\u2014 w.example ".length(), line.length() - 1));
        int last = blob.length - 1;
        for (int at : new int[] {4, 11, 12, 12 + type.signatureBytes() / 2, last}) {
            byte[] changed = blob.clone();
            changed[at] ^= 1;
            assertRefused(key, TEXT, blobLine(changed));
        }
        assertRefused(key, TEXT, blobLine(java.util.Arrays.copyOf(blob, last)));
        assertRefused(key, TEXT.replace("20852163", "20852164"), line);
        assertRefused(key, TEXT.replace("sofa", "soda"), line);
        assertRefused(key, new Checkpoint("example.com/behind-the-sofa", 20852163, Hash.of(new byte[32])).text(), line);

        byte[] other = blob.clone();
        other[0] ^= 1; // another key's id: a signature of somebody else, which is passed over
        assertThat(note(TEXT, blobLine(other)).cosignatures(List.of(key))).isEmpty();
    }

    @Test
    void coversExtensionLinesAsTheSpecificationSays() {
        String extended = TEXT + "extension\n";
        Cosigner ed25519 = Cosigner.generate("w.example", CosignatureType.ED25519, new SecureRandom());
        Cosigner mlDsa = Cosigner.generate("w.example", CosignatureType.ML_DSA_44, new SecureRandom());

        assertRefused(ed25519.verifier(), TEXT, ed25519.line(extended, TIME));
        assertThat(note(TEXT, mlDsa.line(extended, TIME)).cosignatures(List.of(mlDsa.verifier())))
                .hasSize(1);
    }

    @Test
    void ofSeveralSignaturesOfOneKeyTheLatestCounts() {
        Cosigner cosigner = Cosigner.generate("w.example", CosignatureType.ED25519, new SecureRandom());
        SignedNote note = note(TEXT, cosigner.line(TEXT, TIME.plusSeconds(5)) + cosigner.line(TEXT, TIME));

        assertThat(note.cosignatures(List.of(cosigner.verifier())))
                .containsExactly(new Cosignature(cosigner.verifier(), TIME.plusSeconds(5)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bananas.sigstore.dev+12344556",
                "rekor.sigstore.dev+12345678+THIS_IS_NOT_BASE64!",
                "rekor.sigstore.dev+12345678+AwEB",
                "w.example+12345678+",
                // an id that name and key do not give
                "witness.example/w1+4237ce11+BJiuU8nBQu5ExQX731KNaEdnPaxj1BtJdrvI6KYIWx/j",
                "witness.example/w2+4237ce10+BJiuU8nBQu5ExQX731KNaEdnPaxj1BtJdrvI6KYIWx/j",
                // a log's key (type 01)
                "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
            })
    void refusesWhatIsNoCosignersKey(String text) {
        assertThatThrownBy(() -> CosignerKey.parse(text)).isInstanceOf(NoteException.class);
    }

    @Test
    void readsAPublishedWitnessKey() {
        // transparency-dev/formats, TestCoSigV1NewVerifier
        assertThat(CosignerKey.parse("remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2")
                        .name())
                .isEqualTo("remora.n621.de");
    }

    @Test
    void keepsTheKeysOfAWitnessInAFileOfItsOwner(@TempDir Path folder) throws IOException {
        Cosigner ed25519 = Cosigner.generate("w.example", CosignatureType.ED25519, new SecureRandom());
        Cosigner mlDsa = Cosigner.generate("w.example", CosignatureType.ML_DSA_44, new SecureRandom());
        Path file = folder.resolve("keys/witness.key");
        Cosigner.write(file, List.of(ed25519, mlDsa));

        assertThat(Cosigner.read(file))
                .extracting(Cosigner::verifier)
                .containsExactly(ed25519.verifier(), mlDsa.verifier());
        assertThatThrownBy(() -> Cosigner.write(file, List.of(ed25519)))
                .isInstanceOf(java.nio.file.FileAlreadyExistsException.class);

        Path two = folder.resolve("two.key");
        Cosigner.write(two, List.of(ed25519, Cosigner.generate("x", CosignatureType.ML_DSA_44, new SecureRandom())));
        assertThatThrownBy(() -> Cosigner.read(two)).hasMessageContaining("one witness");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> Cosigner.read(file)).hasMessageContaining("mode 600");
    }

    private static void assertRefused(CosignerKey key, String text, String line) {
        assertThatThrownBy(() -> note(text, line).cosignatures(List.of(key))).isInstanceOf(NoteException.class);
    }

    private static String blobLine(byte[] blob) {
        return "\u2014 w.example " + Base64.getEncoder().encodeToString(blob) + "\n";
    }

    private static SignedNote note(String text, String lines) {
        return SignedNote.parse((text + "\n" + lines).getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream stream =
                Objects.requireNonNull(CosignatureVectorTest.class.getResourceAsStream("/litewitness/" + name), name)) {
            return stream.readAllBytes();
        }
    }
}
