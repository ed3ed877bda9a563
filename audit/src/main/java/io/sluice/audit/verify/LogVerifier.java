package io.sluice.audit.verify;

import io.sluice.audit.log.EntryBundle;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.log.LogException;
import io.sluice.audit.log.LogFiles;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.log.LogSource;
import io.sluice.audit.log.OffsetsJournal;
import io.sluice.audit.log.PrunedPrefix;
import io.sluice.audit.log.TileId;
import io.sluice.audit.merkle.Hash;
import io.sluice.audit.merkle.TreeHashes;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.CosignatureType;
import io.sluice.audit.note.CosignerKey;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.VerifierKey;
import io.sluice.audit.verify.Finding.Question;
import io.sluice.audit.verify.WitnessAudit.Witnessed;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a whole log, in a folder or behind an address, by deriving everything again from the bytes: leaf hashes from
 * the entry bundles, every tile from those, the root, which the checkpoint must have been signed over. Any byte of any
 * file that was changed since makes it fail and is named by its file; but for the signatures of witnesses that are not
 * asked for, which nobody here could verify.
 *
 * <p>What it cannot know: unless a key is given, who signed it; unless witnesses or a checkpoint from before are given,
 * whether others were shown the same log.
 * Reads one bundle at a time; memory does not grow with the log but for the ids of acts (32 bytes for each, 8,000,000 at most), the runs of
 * positions and the bundles that are cited; whoever can write entries can make it need some 700 MiB and no more.
 *
 * <p>Expected faults are findings; {@link LogException} (IO) means that the log could not be read. One use per instance.
 */
public final class LogVerifier {
    private static final int JOURNAL_READS = 10;

    private final LogSource source;
    private final @Nullable Path folder;
    private final VerifierConfig config;
    private final Findings findings;
    private final EntryAudit entries;
    private Witnessed witnessed = Witnessed.notAsked();
    private Verdict extended = Verdict.NOT_ASKED;

    /** Entries that the log says it no longer has, where it says so by right. */
    private @Nullable PrunedPrefix pruned;

    private long leftBundles;

    private LogVerifier(LogSource source, @Nullable Path folder, VerifierConfig config) {
        this.source = source;
        this.folder = folder;
        this.config = config;
        this.findings = new Findings(config.maxFindings());
        this.entries = new EntryAudit(findings);
    }

    /** Verifies a log folder, which a writer may be appending to; it is only read. */
    public static Verification verify(Path folder, VerifierConfig config) {
        if (!Files.isDirectory(folder)) {
            throw new LogException(LogException.Fault.MISSING, folder + " is not a folder");
        }
        return new LogVerifier(FileLogStore.source(folder), folder, config).run();
    }

    /** Verifies a log behind an address. @param tls whom to trust and who to be; null for the JDK's defaults */
    public static Verification verify(URI log, @Nullable SSLContext tls, VerifierConfig config) {
        return verify(new HttpLogSource(log, tls), config);
    }

    /** Verifies a log from anywhere. Files that no checkpoint asks for cannot be seen. */
    public static Verification verify(LogSource source, VerifierConfig config) {
        return new LogVerifier(source, null, config).run();
    }

    private Verification run() {
        VerifierKey key = key();
        // Read first: a writer publishes a checkpoint before witnesses see it.
        byte[] cosigned = source.read(LogFiles.WITNESSED).orElse(null);
        Signed signed = key == null ? null : signed(key);
        if (signed == null) {
            witnessed = config.witnesses().asks() ? unread() : witnessed;
            extended = config.since() == null ? extended : Verdict.OPEN;
            return result("", 0, "", new byte[0]);
        }
        Checkpoint checkpoint = signed.checkpoint();
        if (config.mlDsa() != null) {
            MlDsaSignature.fault(signed.note(), checkpoint.origin(), config.mlDsa())
                    .ifPresent(fault -> findings.altered(LogFiles.CHECKPOINT, fault));
        }
        ownMlDsaKey(checkpoint.origin());
        pruned = pruned(checkpoint);
        tree(checkpoint, signed.journal());
        if (!findings.failed(Question.INTACT)) {
            entries.finish(); // of altered entries nobody can say which are missing
        }
        if (folder != null) {
            new FolderAudit(folder, checkpoint.size(), () -> sizeNow(signed.key()), findings).run();
        }
        WitnessAudit others = new WitnessAudit(config, signed.key(), new LogReader(source), signed.note(), findings);
        extended = others.extended();
        witnessed = others.witnessed(cosigned, extended == Verdict.HOLDS ? config.since() : null);
        SignedNote keep = witnessed.keep() == null ? signed.note() : witnessed.keep();
        return result(checkpoint.origin(), checkpoint.size(), checkpoint.root().toBase64(), keep.toBytes());
    }

    /** Without a checkpoint there is nothing that anybody could have signed. */
    private Witnessed unread() {
        findings.unwitnessed(LogFiles.CHECKPOINT, "cannot be read, so nobody vouches for it");
        return new Witnessed(Verdict.FAILS, 0, List.of(), null);
    }

    private Verification result(String origin, long size, String root, byte[] note) {
        Verdict intact = findings.failed(Question.INTACT) ? Verdict.FAILS : Verdict.HOLDS;
        Verdict complete = findings.failed(Question.COMPLETE)
                ? Verdict.FAILS
                : intact == Verdict.FAILS || entries.isOpen() ? Verdict.OPEN : Verdict.HOLDS;
        return new Verification(
                origin,
                size,
                root,
                entries.types(),
                pruned == null ? 0 : pruned.to(),
                entries.positions(),
                intact,
                complete,
                witnessed.verdict(),
                extended,
                witnessed.size(),
                witnessed.cosignatures(),
                note,
                config.key() != null,
                config.mlDsa() != null,
                entries.citations(),
                findings.kept(),
                findings.count());
    }

    /** The given key, else the log's own; where both are there they must be the same. */
    private @Nullable VerifierKey key() {
        Optional<byte[]> stored = source.read(LogFiles.VERIFIER_KEY);
        if (stored.isEmpty()) {
            findings.altered(LogFiles.VERIFIER_KEY, "is missing");
            return config.key();
        }
        try {
            String text = new String(stored.get(), StandardCharsets.UTF_8);
            VerifierKey key = VerifierKey.parse(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
            if (!Arrays.equals((key + "\n").getBytes(StandardCharsets.UTF_8), stored.get())) {
                throw new NoteException("a key file is one line");
            }
            if (config.key() != null && !key.equals(config.key())) {
                findings.altered(LogFiles.VERIFIER_KEY, "is not the key that was given");
            }
            return config.key() != null ? config.key() : key;
        } catch (NoteException e) {
            findings.altered(LogFiles.VERIFIER_KEY, String.valueOf(e.getMessage()));
            return config.key();
        }
    }

    /** What the log shows as its ML-DSA-44 key has to be one; whose it is, only the key that the caller holds tells. */
    private void ownMlDsaKey(String origin) {
        byte[] stored = source.read(LogFiles.ML_DSA_KEY).orElse(null);
        if (stored == null) {
            return;
        }
        try {
            String text = new String(stored, StandardCharsets.UTF_8);
            CosignerKey key = CosignerKey.parse(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
            if (key.type() != CosignatureType.ML_DSA_44 || !key.name().equals(origin)) {
                throw new NoteException("is no ML-DSA-44 key of " + origin);
            }
            if (config.mlDsa() != null && !key.equals(config.mlDsa())) {
                findings.altered(LogFiles.ML_DSA_KEY, "is not the key that was given");
            }
        } catch (NoteException e) {
            findings.altered(LogFiles.ML_DSA_KEY, String.valueOf(e.getMessage()));
        }
    }

    /** A checkpoint and the journal rows that go with it. */
    private record Signed(VerifierKey key, SignedNote note, Checkpoint checkpoint, List<OffsetsJournal.Row> journal) {}

    /** Reads checkpoint and journal so that they belong together, also while a writer replaces them. */
    private @Nullable Signed signed(VerifierKey key) {
        byte[] note = source.read(LogFiles.CHECKPOINT).orElse(null);
        for (int i = 0; note != null && i < JOURNAL_READS; i++) {
            byte[] journal =
                    folder == null ? null : source.read(LogFiles.OFFSETS).orElse(new byte[0]);
            byte[] again = source.read(LogFiles.CHECKPOINT).orElse(new byte[0]);
            if (Arrays.equals(note, again)) {
                return checked(key, note, journal);
            }
            note = again;
        }
        findings.altered(LogFiles.CHECKPOINT, note == null ? "is missing" : "changes faster than it can be read");
        return null;
    }

    /** What is signed by now; 0 where that cannot be read, so that nothing is excused by it. */
    private long sizeNow(VerifierKey key) {
        try {
            return new LogReader(source).checkpoint(key).size();
        } catch (NoteException e) {
            findings.altered(LogFiles.CHECKPOINT, String.valueOf(e.getMessage()));
            return 0;
        }
    }

    private @Nullable Signed checked(VerifierKey key, byte[] note, byte @Nullable [] journal) {
        try {
            Checkpoint checkpoint = Checkpoint.verified(note, key);
            return new Signed(
                    key, SignedNote.parse(note), checkpoint, journal == null ? List.of() : rows(checkpoint, journal));
        } catch (NoteException e) {
            findings.altered(LogFiles.CHECKPOINT, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private List<OffsetsJournal.Row> rows(Checkpoint checkpoint, byte[] journal) {
        if (journal.length == 0) {
            findings.altered(LogFiles.OFFSETS, "is missing or empty");
            return List.of();
        }
        try {
            List<OffsetsJournal.Row> rows = OffsetsJournal.parse(journal, checkpoint.origin(), false);
            OffsetsJournal.resume(rows, checkpoint.size(), checkpoint.root());
            return rows;
        } catch (LogException e) {
            findings.altered(LogFiles.OFFSETS, String.valueOf(e.getMessage()));
            return List.of();
        }
    }

    private void tree(Checkpoint checkpoint, List<OffsetsJournal.Row> journal) {
        long size = checkpoint.size();
        TreeAudit tree = new TreeAudit(source, size, findings, new PartialAudit(folder, findings));
        JournalAudit roots = new JournalAudit(journal, findings);
        for (long index = 0; index * TileId.FULL < size; index++) {
            TileId bundle = TileId.inTree(TileId.ENTRIES, index, size).orElseThrow();
            tree.leaves(
                    new TileId(0, index, bundle.width()),
                    pruned != null && pruned.covers(index) ? prunedLeaves(bundle, roots) : leaves(bundle, roots));
            config.progress().at(index * TileId.FULL + bundle.width(), size);
        }
        tree.finish(checkpoint.root());
        roots.finish();
        if (leftBundles > 0) {
            findings.note(
                    Question.INTACT,
                    LogFiles.PRUNED,
                    leftBundles
                            + " bundles that were pruned are still there: it broke off, and goes on with audit prune");
        }
    }

    /**
     * What the log says it no longer has. The file is believed only where the act that it names stands in the log and says
     * the same; else the bundles are missing.
     */
    private @Nullable PrunedPrefix pruned(Checkpoint checkpoint) {
        try {
            PrunedPrefix prefix = PrunedPrefix.read(source, checkpoint.origin()).orElse(null);
            if (prefix == null) {
                return null;
            }
            PrunedPrefix.Confirmed said =
                    prefix.confirmed(new LogReader(source), checkpoint).orElse(null);
            if (said == null) {
                findings.altered(LogFiles.PRUNED, "says what entry " + prefix.act() + " does not");
                return null;
            }
            entries.pruned(said.act().last());
            findings.note(
                    Question.COMPLETE,
                    LogFiles.PRUNED,
                    "entries before " + prefix.to() + " were pruned under entry " + prefix.act() + " by "
                            + said.entry().path("actor").asText("somebody unknown") + ", at "
                            + said.entry().path("time").asText("an unknown time")
                            + ", which says that the newest of them was recorded at "
                            + said.act().newest()
                            + ": their hashes stand in the tiles; what they said, whether one of them stood twice and"
                            + " which positions they were of cannot be told");
            return prefix;
        } catch (LogException e) {
            if (e.fault() == LogException.Fault.IO) {
                throw e;
            }
            findings.altered(LogFiles.PRUNED, String.valueOf(e.getMessage()));
        }
        return null;
    }

    /** Of a pruned bundle the tile alone is left; one that is still there has to be what the tile was made over. */
    private byte @Nullable [] prunedLeaves(TileId bundle, JournalAudit roots) {
        Optional<byte[]> left = source.read(bundle.path());
        TileId tile = new TileId(0, bundle.index(), bundle.width());
        byte[] hashes = source.read(tile.path())
                .filter(bytes -> bytes.length == tile.width() * Hash.SIZE)
                .orElse(null);
        for (int slot = 0; hashes != null && slot < tile.width(); slot++) {
            roots.leaf(Hash.at(hashes, slot * Hash.SIZE));
        }
        if (left.isEmpty()) {
            return null;
        }
        leftBundles++;
        try {
            byte[] leaves = new byte[bundle.width() * Hash.SIZE];
            int slot = 0;
            for (byte[] entry : EntryBundle.decode(left.get(), bundle.width())) {
                TreeHashes.leaf(entry).copyTo(leaves, slot++ * Hash.SIZE);
            }
            return leaves;
        } catch (LogException e) {
            findings.altered(bundle.path(), String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** Reads a bundle; its leaf hashes, or null where it cannot be taken apart. */
    private byte @Nullable [] leaves(TileId bundle, JournalAudit roots) {
        List<byte[]> read;
        try {
            Optional<byte[]> bytes = LogReader.readOrCut(source, bundle);
            if (bytes.isEmpty()) {
                findings.altered(bundle.path(), "is missing");
                return null;
            }
            read = EntryBundle.decode(bytes.get(), bundle.width());
        } catch (LogException e) {
            if (e.fault() == LogException.Fault.IO) {
                throw e;
            }
            findings.altered(bundle.path(), String.valueOf(e.getMessage()));
            return null;
        }
        byte[] hashes = new byte[bundle.width() * Hash.SIZE];
        long index = bundle.index() * TileId.FULL;
        for (int slot = 0; slot < read.size(); slot++) {
            Hash leaf = TreeHashes.leaf(read.get(slot));
            leaf.copyTo(hashes, slot * Hash.SIZE);
            roots.leaf(leaf);
            entries.entry(read.get(slot), index + slot, bundle.path());
        }
        return hashes;
    }
}
