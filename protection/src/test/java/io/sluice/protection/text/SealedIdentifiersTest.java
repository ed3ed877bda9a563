package io.sluice.protection.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.event.SubjectRef;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.text.Identifier.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedIdentifiersTest {
    private static final SubjectRef ZEB = new SubjectRef("s1_aebagbafaydqqcikbmga2dqpca");
    private static final SubjectRef ANN = new SubjectRef("s1_aebagbafaydqqcikbmga2dqpcb");
    private static final Identifiers KNOWN = new Identifiers(
            List.of(new Identifier(Kind.NAME, "Quackenbush é山"), new Identifier(Kind.PHONE, "617-555-0142")), true);

    @TempDir
    private Path folder;

    private SealedIdentifiers sealed;

    @BeforeEach
    void open() throws Exception {
        sealed = with(ring("one"), TextLimits.DEFAULT);
    }

    @Test
    void opensWhatItSealedAndTellsNothing() {
        byte[] bytes = sealed.seal(KNOWN, ZEB);

        assertThat(sealed.open(bytes, ZEB)).isEqualTo(KNOWN);
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("Quack", "0142");
        assertThat(sealed.seal(KNOWN, ZEB)).isNotEqualTo(bytes).hasSameSizeAs(bytes);
        assertThat(sealed.seal(Identifiers.NONE, ZEB)).as("padded").hasSameSizeAs(bytes);
    }

    @Test
    void opensForItsSubjectAndUnderItsKeyOnly() throws Exception {
        byte[] bytes = sealed.seal(KNOWN, ZEB);

        assertThat(sealed.open(bytes, ANN)).isNull();
        assertThat(with(ring("two"), TextLimits.DEFAULT).open(bytes, ZEB)).isNull();
        for (int i = 0; i < bytes.length; i++) {
            byte[] altered = bytes.clone();
            altered[i] ^= 1;
            assertThat(sealed.open(altered, ZEB)).as("byte " + i).isNull();
            assertThat(sealed.open(java.util.Arrays.copyOf(bytes, i), ZEB)).isNull();
        }
    }

    @Test
    void anOlderVersionOfTheKeyStillOpens() throws Exception {
        KeyRing ring = ring("three");
        byte[] bytes = with(ring, TextLimits.DEFAULT).seal(KNOWN, ZEB);
        ring.rotate("subject-identifiers");

        assertThat(with(ring, TextLimits.DEFAULT).open(bytes, ZEB)).isEqualTo(KNOWN);
    }

    @Test
    void beyondTheLimitNothingIsKeptAndThatIsKnown() throws Exception {
        List<Identifier> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add(new Identifier(Kind.NUMBER, "number-" + i));
        }
        SealedIdentifiers small = with(ring("four"), new TextLimits(1, 1, 1, 512));

        assertThat(small.open(small.seal(new Identifiers(many, true), ZEB), ZEB))
                .isEqualTo(new Identifiers(List.of(), false));
    }

    private static SealedIdentifiers with(KeyRing ring, TextLimits limits) {
        return new SealedIdentifiers("dev", IdentifierKeys.ofRing(ring), new SecureRandom(), limits);
    }

    private KeyRing ring(String name) throws Exception {
        Path keys = Files.createDirectory(folder.resolve(name));
        return Keystore.openOrCreate(keys, keys.resolve("password"), "dev").ring();
    }
}
