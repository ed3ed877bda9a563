package io.sluice.audit.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.audit.log.CrashingLogStore;
import io.sluice.audit.log.LogException;
import io.sluice.audit.merkle.CompactRange;
import io.sluice.audit.merkle.Hash;
import io.sluice.audit.merkle.NaiveTree;
import io.sluice.audit.merkle.Proofs;
import io.sluice.audit.merkle.TreeHashes;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.Cosigner;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.note.VerifierKey;
import io.sluice.audit.witness.WitnessAnswer.Status;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WitnessTest {
    private static final String ORIGIN = "log.example/audit";
    private static final int LEAVES = 40;
    private static final List<Hash> HONEST = leaves("honest", LEAVES);

    /** The same up to 20, then another story. */
    private static final List<Hash> FORKED = forked();

    private final SigningKey log = SigningKey.generate(ORIGIN, new SecureRandom());
    private final Cosigner key = WitnessFixture.newKey("w.example");

    @TempDir
    Path folder;

    /** The published script of litewitness: request, status, body, one after the other. */
    @Test
    void answersAsLitewitnessDoes() throws IOException {
        VerifierKey sigsum = VerifierKey.parse(
                "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562+5202289b"
                        + "+Af/cLU2Y5BJNP+r3iMDC+av9eWCD0fBJVDfzAux5zxAP");
        int steps = 0;
        try (Witness witness = Witness.open(WitnessFixture.config(folder, key, sigsum))) {
            for (String step : script().split("==== ", -1)) {
                if (step.isEmpty()) {
                    continue;
                }
                int end = step.indexOf('\n');
                String[] expected = step.substring(0, end).split(" ", 3);

                // Its bad signature is spelled in base64 that is not canonical, which is refused here as malformed.
                WitnessAnswer answer =
                        witness.addCheckpoint(utf8(step.substring(end + 1).replace("WVrx6gx=", "WVrx6gw=")));

                assertThat(answer.status().code()).as(step).isEqualTo(Integer.parseInt(expected[0]));
                if (answer.status() == Status.OTHER_SIZE) {
                    assertThat(answer.text() + "\\n").isEqualTo(expected[2]);
                }
                steps++;
            }
        }
        assertThat(steps).isEqualTo(11);
    }

    @Test
    void cosignsWhatExtendsWhatItSawAndRemembersItAcrossItsProcesses() {
        try (Witness witness = open()) {
            assertThat(ask(witness, 0, 7).status()).isEqualTo(Status.COSIGNED);
        }
        try (Witness witness = open()) {
            assertThat(ask(witness, 0, 9)).isEqualTo(new WitnessAnswer(Status.OTHER_SIZE, "7"));
            WitnessAnswer answer = ask(witness, 7, 20);
            SignedNote cosigned = note(HONEST, 20).plus(answer.text());
            assertThat(cosigned.cosignatures(witness.keys())).hasSize(1);
            assertThat(witness.checkpoint(Witness.address(ORIGIN)).orElseThrow().toBytes())
                    .isEqualTo(cosigned.toBytes());
            assertThat(witness.checkpoint(Witness.address("another"))).isEmpty();

            // the same again: a fresh signature over what it knows
            assertThat(ask(witness, 20, 20).status()).isEqualTo(Status.COSIGNED);
            // and never back
            assertThat(ask(witness, 7, 20).status()).isEqualTo(Status.OTHER_SIZE);
            assertThat(ask(witness, 20, 7).status()).isEqualTo(Status.MALFORMED);
        }
    }

    @Test
    void theSameCheckpointWithinASecondCostsNeitherASignatureNorAWrite() throws IOException {
        SteppingClock clock = new SteppingClock();
        Path state = folder.resolve(Witness.address(ORIGIN) + ".checkpoint");
        try (Witness witness = Witness.open(new WitnessConfig(folder, List.of(key), List.of(log.verifier()), clock))) {
            String first = ask(witness, 0, 20).text();
            Files.delete(state); // told by: whether it is written again
            assertThat(ask(witness, 20, 20).text()).isEqualTo(first);
            assertThat(state).doesNotExist();

            assertThat(ask(witness, 20, 21).status()).isEqualTo(Status.COSIGNED);
            assertThat(state).exists();
            clock.now = clock.now.plusSeconds(1);
            WitnessAnswer later = ask(witness, 21, 21);
            assertThat(note(HONEST, 21).plus(later.text()).cosignatures(witness.keys()))
                    .singleElement()
                    .satisfies(one -> assertThat(one.time()).isEqualTo(clock.now));
        }
    }

    private static final class SteppingClock extends Clock {
        private Instant now = Instant.parse("2026-03-01T12:00:00Z");
        private Duration step = Duration.ZERO;

        @Override
        public Instant instant() {
            now = now.plus(step);
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void refusesAForkAndKeepsTheEvidence() throws IOException {
        try (Witness witness = open()) {
            ask(witness, 0, 25);
            SignedNote fork = note(FORKED, 25);

            assertThat(witness.addCheckpoint(new AddCheckpoint(25, List.of(), fork).toBytes())
                            .status())
                    .isEqualTo(Status.INCONSISTENT);

            byte[] kept = Files.readAllBytes(folder.resolve(Witness.address(ORIGIN) + ".fork"));
            assertThat(Checkpoint.verified(kept, log.verifier()).root()).isEqualTo(root(FORKED, 25));

            // a fork that grew, with the proof that it extends itself
            AddCheckpoint grown =
                    new AddCheckpoint(25, Proofs.consistency(25, 30, new NaiveTree(FORKED)), note(FORKED, 30));
            assertThat(witness.addCheckpoint(grown.toBytes()).status()).isEqualTo(Status.INCONSISTENT);
            assertThat(ask(witness, 25, 30).status()).isEqualTo(Status.COSIGNED);
        }
    }

    @Test
    void trustsTheKeysOfItsLogsOnly() {
        SigningKey impostor = SigningKey.generate(ORIGIN, new SecureRandom());
        SigningKey stranger = SigningKey.generate("stranger.example", new SecureRandom());
        try (Witness witness = open()) {
            Checkpoint checkpoint = new Checkpoint(ORIGIN, 3, root(HONEST, 3));
            assertThat(witness.addCheckpoint(new AddCheckpoint(0, List.of(), checkpoint.signedBy(impostor)).toBytes())
                            .status())
                    .isEqualTo(Status.UNTRUSTED);
            Checkpoint other = new Checkpoint("stranger.example", 3, root(HONEST, 3));
            assertThat(witness.addCheckpoint(new AddCheckpoint(0, List.of(), other.signedBy(stranger)).toBytes())
                            .status())
                    .isEqualTo(Status.UNKNOWN);
            // signatures of others beside the log's own are passed over, and not signed along
            SignedNote both = SignedNote.sign(checkpoint.text(), log, stranger);
            assertThat(witness.addCheckpoint(new AddCheckpoint(0, List.of(), both).toBytes())
                            .status())
                    .isEqualTo(Status.COSIGNED);
            assertThat(witness.checkpoint(Witness.address(ORIGIN)).orElseThrow().signatureCount())
                    .isEqualTo(2);
        }
    }

    @Test
    void theEmptyTreeHasOneRoot() {
        try (Witness witness = open()) {
            SignedNote wrong = new Checkpoint(ORIGIN, 0, root(HONEST, 1)).signedBy(log);
            assertThat(witness.addCheckpoint(new AddCheckpoint(0, List.of(), wrong).toBytes())
                            .status())
                    .isEqualTo(Status.INCONSISTENT);
            assertThat(ask(witness, 0, 0).status()).isEqualTo(Status.COSIGNED);
            AddCheckpoint proofFromNothing = new AddCheckpoint(0, List.of(HONEST.get(0)), note(HONEST, 2));
            assertThat(witness.addCheckpoint(proofFromNothing.toBytes()).status())
                    .isEqualTo(Status.INCONSISTENT);
            assertThat(ask(witness, 0, 2).status()).isEqualTo(Status.COSIGNED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "old 0\n",
                "old 0\n\n",
                "old 00\n\nNOTE",
                "old -1\n\nNOTE",
                "old 99999999999999999999\n\nNOTE",
                "new 0\n\nNOTE",
                "old 0\nAAAA\n\nNOTE",
                "old 0\nnot base64 of a hash\n\nNOTE",
                "old 0\r\n\nNOTE",
                "old 0 \n\nNOTE",
                "old 0\nNOTE"
            })
    void refusesWhatIsNoRequest(String text) {
        String whole = text.replace("NOTE", new String(note(HONEST, 3).toBytes(), StandardCharsets.UTF_8));
        try (Witness witness = open()) {
            assertThat(witness.addCheckpoint(utf8(whole)).status()).isEqualTo(Status.MALFORMED);
            byte[] long64 = utf8("old 0\n" + (HONEST.get(0).toBase64() + "\n").repeat(64) + "\n" + whole);
            assertThat(witness.addCheckpoint(long64).status()).isEqualTo(Status.MALFORMED);
            assertThat(witness.addCheckpoint(new byte[AddCheckpoint.MAX_BYTES + 1])
                            .status())
                    .isEqualTo(Status.MALFORMED);
            assertThat(ask(witness, 0, 1).status()).isEqualTo(Status.COSIGNED);
        }
    }

    @Test
    void itsFolderIsHeldAndWhatItSawMayNotBeForgotten() throws IOException {
        Path state = folder.resolve(Witness.address(ORIGIN) + ".checkpoint");
        try (Witness witness = open()) {
            ask(witness, 0, 7);
            assertThatThrownBy(this::open)
                    .isInstanceOfSatisfying(
                            LogException.class, e -> assertThat(e.fault()).isEqualTo(LogException.Fault.LOCKED));
        }
        byte[] whole = Files.readAllBytes(state);
        for (byte[] bad : List.of(new byte[0], note(HONEST, 5).toBytes(), utf8("x\n\n"))) {
            Files.write(state, bad);
            assertThatThrownBy(this::open).isInstanceOf(LogException.class).hasMessageContaining(".checkpoint");
        }
        byte[] flipped = whole.clone();
        flipped[flipped.length - 10] ^= 1;
        Files.write(state, flipped);
        assertThatThrownBy(this::open).isInstanceOf(LogException.class);
        Files.write(state, whole);
        open().close();
    }

    /** Whatever is asked, by whomever holds the log's key, and wherever the process dies: what it signs is one story. */
    @Test
    void whateverHappensAllThatItSignedIsOneStory() {
        SteppingClock clock = new SteppingClock();
        clock.step = Duration.ofSeconds(1); // each signature is a new one
        WitnessConfig config = new WitnessConfig(folder, List.of(key), List.of(log.verifier()), clock);
        long crashes = 0;
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            CrashingLogStore disk = CrashingLogStore.empty(random, random.nextInt(25));
            List<Checkpoint> signed = new ArrayList<>();
            for (int turn = 0; turn < 40; turn++) {
                try (Witness witness = Witness.open(config, disk)) {
                    for (; turn < 40; turn++) {
                        List<Hash> story = random.nextBoolean() ? HONEST : FORKED;
                        int old = signed.isEmpty() || random.nextInt(4) == 0
                                ? random.nextInt(LEAVES)
                                : (int) signed.get(signed.size() - 1).size();
                        int size = old + random.nextInt(LEAVES - old);
                        AddCheckpoint request = new AddCheckpoint(
                                old, Proofs.consistency(old, size, new NaiveTree(story)), note(story, size));
                        if (witness.addCheckpoint(request.toBytes()).status() == Status.COSIGNED) {
                            signed.add(request.checkpoint());
                        }
                    }
                } catch (CrashingLogStore.Crash crash) {
                    crashes++;
                    disk = disk.afterCrash(random.nextBoolean(), 5 + random.nextInt(25));
                }
            }
            for (int i = 1; i < signed.size(); i++) {
                assertThat(signed.get(i).size())
                        .as("seed " + seed)
                        .isGreaterThanOrEqualTo(signed.get(i - 1).size());
            }
            boolean honest = signed.stream().allMatch(one -> one.root().equals(root(HONEST, (int) one.size())));
            boolean fork = signed.stream().allMatch(one -> one.root().equals(root(FORKED, (int) one.size())));
            assertThat(honest || fork).as("seed " + seed).isTrue();
        }
        assertThat(crashes).isGreaterThan(20);
    }

    private Witness open() {
        return Witness.open(WitnessFixture.config(folder, key, log.verifier()));
    }

    private WitnessAnswer ask(Witness witness, int old, int size) {
        List<Hash> proof = old <= size ? Proofs.consistency(old, size, new NaiveTree(HONEST)) : List.of();
        return witness.addCheckpoint(new AddCheckpoint(old, proof, note(HONEST, size)).toBytes());
    }

    private SignedNote note(List<Hash> story, int size) {
        return new Checkpoint(ORIGIN, size, root(story, size)).signedBy(log);
    }

    private static Hash root(List<Hash> story, int size) {
        CompactRange range = CompactRange.empty();
        story.subList(0, size).forEach(range::append);
        return range.root();
    }

    private static List<Hash> leaves(String story, int count) {
        List<Hash> leaves = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            leaves.add(TreeHashes.leaf(utf8(story + i)));
        }
        return leaves;
    }

    private static List<Hash> forked() {
        List<Hash> leaves = new ArrayList<>(HONEST.subList(0, 20));
        leaves.addAll(leaves("forked", LEAVES - 20));
        return leaves;
    }

    private static String script() throws IOException {
        try (InputStream stream =
                Objects.requireNonNull(WitnessTest.class.getResourceAsStream("/litewitness/add-checkpoint.txt"))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
