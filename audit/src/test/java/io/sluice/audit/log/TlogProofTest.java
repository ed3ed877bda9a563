package io.sluice.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.audit.note.Cosigner;
import io.sluice.audit.note.CosignerKey;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.verify.EntryFixture;
import io.sluice.audit.verify.ProofVerification;
import io.sluice.audit.verify.Verdict;
import io.sluice.audit.verify.WitnessPolicy;
import io.sluice.audit.witness.WitnessFixture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlogProofTest {
    private final SigningKey key = EntryFixture.newKey();
    private final Cosigner witness = WitnessFixture.newKey("w.example");
    private final WitnessPolicy policy = new WitnessPolicy(List.<CosignerKey>of(witness.verifier()), 1, null);

    @TempDir
    Path folder;

    @Test
    void provesAnEntryWithoutTheLog() {
        TlogProof proof = TlogProof.parse(utf8(proof(7).text()));

        ProofVerification verification = verify(proof, EntryFixture.record(0, 7));

        assertThat(verification.included()).isEqualTo(Verdict.HOLDS);
        assertThat(verification.witnessed()).isEqualTo(Verdict.HOLDS);
        assertThat(verification.passed()).isTrue();
        assertThat(verification.size()).isEqualTo(300);
        assertThat(proof.entry()).isEqualTo(EntryFixture.record(0, 7));
        assertThat(proof.withoutEntry().text()).doesNotContain("extra").startsWith("c2sp.org/tlog-proof@v1\nindex 7\n");
    }

    @Test
    void isUnderWhatWitnessesSawWhereThatCoversTheEntry() {
        proof(7);
        try (AuditLog log = AuditLog.open(new AuditLogConfig(folder, key))) {
            log.append(EntryFixture.records(0, 300, 20), 1_000);
        }
        LogReader reader = new LogReader(FileLogStore.source(folder));

        assertThat(verify(reader.proof(299, key.verifier()), EntryFixture.record(0, 299))
                        .passed())
                .isTrue();
        ProofVerification beyond = verify(reader.proof(310, key.verifier()), EntryFixture.record(0, 310));
        assertThat(beyond.included()).isEqualTo(Verdict.HOLDS);
        assertThat(beyond.size()).isEqualTo(320);
        assertThat(beyond.witnessed()).isEqualTo(Verdict.FAILS);
    }

    @Test
    void aWitnessWhoseClockIsAheadIsNotedWhereTheQuorumHoldsWithoutIt() {
        Cosigner ahead = WitnessFixture.newKey("ahead.example");
        TlogProof one = proof(7);
        Instant tomorrow = Clock.systemUTC().instant().plus(Duration.ofDays(1));
        TlogProof both =
                new TlogProof(one.entry(), 7, one.hashes(), WitnessFixture.cosigned(one.note(), tomorrow, ahead));
        List<CosignerKey> keys = List.of(witness.verifier(), ahead.verifier());

        ProofVerification verification = ProofVerification.of(
                both, one.entry(), key.verifier(), new WitnessPolicy(keys, 1, null), Clock.systemUTC());
        assertThat(verification.passed()).isTrue();
        assertThat(verification.included()).isEqualTo(Verdict.HOLDS);
        assertThat(verification.findings()).singleElement().asString().startsWith("note: ");
        assertThat(ProofVerification.of(
                                both, one.entry(), key.verifier(), new WitnessPolicy(keys, 2, null), Clock.systemUTC())
                        .passed())
                .isFalse();
    }

    @Test
    void provesNothingElse() {
        TlogProof proof = proof(7);
        assertThat(verify(proof, EntryFixture.record(0, 8)).included()).isEqualTo(Verdict.FAILS);
        assertThat(verify(new TlogProof(new byte[0], 8, proof.hashes(), proof.note()), EntryFixture.record(0, 7))
                        .included())
                .isEqualTo(Verdict.FAILS);
        assertThat(verify(
                                new TlogProof(
                                        null,
                                        7,
                                        proof.hashes().subList(1, proof.hashes().size()),
                                        proof.note()),
                                EntryFixture.record(0, 7))
                        .included())
                .isEqualTo(Verdict.FAILS);
        ProofVerification otherKey = ProofVerification.of(
                proof, EntryFixture.record(0, 7), EntryFixture.newKey().verifier(), policy, Clock.systemUTC());
        assertThat(otherKey.included()).isEqualTo(Verdict.FAILS);
        assertThat(otherKey.passed()).isFalse();
    }

    @Test
    void refusesWhatIsNoProof() {
        String text = proof(7).text();
        for (String bad : List.of(
                "",
                text.replace("@v1", "@v2"),
                text.replace("index 7", "index 07"),
                text.replace("index 7", "index -7"),
                text.replace("index 7", "index 9999999999999999999"),
                text.replace("index 7\n", ""),
                text.replace("extra ", "extra  "),
                text.replaceFirst("index 7\n(.*)\n", "index 7\n$1 \n"),
                text.replaceFirst("index 7\n(.*)\n", "index 7\nAAAA\n"),
                text.replaceFirst(
                        "index 7\n", "index 7\n" + "A".repeat(43).concat("=\n").repeat(64)),
                text.replaceFirst("\n\n", "\n"),
                text.replaceFirst("(?s)\n\n.*", "\n\n"))) {
            assertThatThrownBy(() -> TlogProof.parse(utf8(bad))).as(bad).isInstanceOf(NoteException.class);
        }
    }

    private ProofVerification verify(TlogProof proof, byte[] entry) {
        return ProofVerification.of(proof, entry, key.verifier(), policy, Clock.systemUTC());
    }

    private TlogProof proof(long index) {
        EntryFixture.write(folder, key, EntryFixture.records(0, 0, 300));
        try (AuditLog log = AuditLog.open(new AuditLogConfig(folder, key))) {
            log.cosigned(WitnessFixture.cosigned(
                    SignedNote.parse(log.signedCheckpoint()), Clock.systemUTC().instant(), witness));
        }
        return new LogReader(FileLogStore.source(folder)).proof(index, key.verifier());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
