package io.sluice.audit.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Vectors of golang.org/x/mod/sumdb/note, of C2SP signed-note and of Tessera's test log. */
class NoteVectorTest {
    private static final String NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    private static final String NEUMANN_PRIVATE =
            "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    private static final String NEUMANN_TEXT = """
            If you think cryptography is the answer to your problem,
            then you don't know what your problem is.
            """;
    private static final String NEUMANN_BLOB =
            "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
    private static final String NEUMANN_NOTE = NEUMANN_TEXT + "\n\u2014 PeterNeumann " + NEUMANN_BLOB + "\n";

    @Test
    void signsAsGoDoes() {
        SigningKey key = SigningKey.parse(NEUMANN_PRIVATE);

        assertThat(key.verifier()).hasToString(NEUMANN);
        assertThat(SignedNote.sign(NEUMANN_TEXT, key).toBytes()).isEqualTo(utf8(NEUMANN_NOTE));
        assertThat(key).hasToString("SigningKey[PeterNeumann+c74f20a3]");
    }

    @Test
    void verifiesWhatGoSigned() {
        VerifierKey key = VerifierKey.parse(NEUMANN);
        SignedNote note = SignedNote.parse(utf8(NEUMANN_NOTE));

        assertThat(note.text()).isEqualTo(NEUMANN_TEXT);
        assertThat(note.verifiedBy(List.of(key))).containsExactly(key);
    }

    @Test
    void verifiesTheSpecificationsExample() {
        VerifierKey key = VerifierKey.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
        String blob = "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=";
        SignedNote note =
                SignedNote.parse(utf8("This is an example message.\n\n\u2014 example.com/foo " + blob + "\n"));

        assertThat(note.verifiedBy(List.of(key))).containsExactly(key);
    }

    @Test
    void refusesTheKeyWhoseIdIsNotItsOwn() {
        // transparency-dev/formats test key: published with an id that its name and key do not give
        assertThatThrownBy(() -> VerifierKey.parse(NEUMANN.replace("c74f20a3", "c74f20a4")))
                .isInstanceOf(NoteException.class)
                .hasMessageContaining("c74f20a3");
        assertThatThrownBy(() -> VerifierKey.parse(NEUMANN.replace("c74f20a3", "C74F20A3")))
                .isInstanceOf(NoteException.class);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
