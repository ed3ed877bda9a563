package io.sluice.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.audit.merkle.CompactRange;
import io.sluice.audit.merkle.Hash;
import io.sluice.audit.merkle.ProofCheck;
import io.sluice.audit.merkle.TreeHashes;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.VerifierKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The whole log that Tessera publishes as {@code testdata/log}: signatures, tiles, bundles, proofs, of each of its sizes. */
class TesseraLogVectorTest {
    private static final Path FOLDER = Path.of("src/test/resources/tessera-log");
    private static final VerifierKey KEY =
            VerifierKey.parse("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx");
    private static final int SIZE = 15;
    private static final List<String> ENTRIES = List.of(
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eit",
            "nain",
            "ten",
            "ileven",
            "twelf",
            "threeten",
            "fourten",
            "fivten");

    private final LogReader reader = new LogReader(FileLogStore.source(FOLDER));

    @Test
    void givesTesserasRoot() {
        assertThat(root(SIZE).toBase64()).isEqualTo("rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=");
    }

    @Test
    void acceptsEachOfItsCheckpointsAndProvesThemFromItsTiles() throws IOException {
        List<Checkpoint> checkpoints = new ArrayList<>();
        for (int size = 0; size <= SIZE; size++) {
            Checkpoint checkpoint = Checkpoint.verified(Files.readAllBytes(FOLDER.resolve("checkpoint." + size)), KEY);
            assertThat(checkpoint).isEqualTo(new Checkpoint(KEY.name(), size, root(size)));
            checkpoints.add(checkpoint);
        }
        assertThat(reader.checkpoint(KEY)).isEqualTo(checkpoints.get(SIZE));
        for (int size = 1; size <= SIZE; size++) {
            for (int index = 0; index < size; index++) {
                byte[] entry = reader.entry(index, size);
                assertThat(new String(entry, StandardCharsets.UTF_8)).isEqualTo(ENTRIES.get(index));
                assertThat(ProofCheck.inclusion(
                                TreeHashes.leaf(entry), index, size, reader.inclusionProof(index, size), root(size)))
                        .isTrue();
            }
            for (int old = 0; old <= size; old++) {
                assertThat(ProofCheck.consistency(old, size, reader.consistencyProof(old, size), root(old), root(size)))
                        .isTrue();
            }
        }
    }

    @Test
    void provesEachOfItsEntriesInOneFile() {
        for (int index = 0; index < SIZE; index++) {
            TlogProof proof = TlogProof.parse(reader.proof(index, KEY).text().getBytes(StandardCharsets.UTF_8));
            assertThat(proof.proves(ENTRIES.get(index).getBytes(StandardCharsets.UTF_8)))
                    .isTrue();
            assertThat(proof.proves("none".getBytes(StandardCharsets.UTF_8))).isFalse();
        }
    }

    private static Hash root(int size) {
        CompactRange range = CompactRange.empty();
        ENTRIES.subList(0, size)
                .forEach(entry -> range.append(TreeHashes.leaf(entry.getBytes(StandardCharsets.UTF_8))));
        return range.root();
    }
}
