package io.sluice.audit.log;

import static io.sluice.audit.log.LogException.Fault.CORRUPT;
import static io.sluice.audit.log.LogException.Fault.FAILED;
import static io.sluice.audit.log.LogException.Fault.INCONSISTENT;
import static io.sluice.audit.log.LogException.Fault.MISSING;
import static io.sluice.audit.log.LogException.Fault.OTHER_LOG;
import static io.sluice.audit.log.LogException.Fault.ROLLED_BACK;

import io.sluice.audit.log.OffsetsJournal.Row;
import io.sluice.audit.merkle.Hash;
import io.sluice.audit.merkle.TreeHashes;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.Cosigner;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.SigningKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of a log: appends batches and signs a checkpoint over each.
 *
 * <p>What {@link #append} returns is durable. Files are written in this order, each round durable before the next starts:
 * entry bundles, tiles from level 0 up, the journal row, the checkpoint. A crash anywhere leaves the last checkpoint and
 * all that it covers whole; the next {@link #open} removes what lies beyond it and says by {@link #nextOffset} where to go
 * on reading. It never signs a tree that is smaller than, or differs from, one that it may have signed before.
 *
 * <p>Not safe for use by many threads, but for {@link #checkpoint}, {@link #size} and {@link #nextOffset}. After a failure
 * the writer refuses everything; close it and open a new one.
 */
public final class AuditLog implements AutoCloseable {
    /** The most entries of one batch; also bounds what a crash can leave beyond the checkpoint. */
    public static final int MAX_BATCH = 65_536;

    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final int MAX_JOURNAL_BYTES = 1 << 20;

    private final LogStore store;
    private final SigningKey key;
    private final @Nullable Cosigner mlDsa;
    private final Clock clock;
    private final RightEdge edge;

    /** Trees that may have been signed before a crash: each must come out the same when its size is reached. */
    private final List<Row> mayBeSigned;

    private long journalBytes;
    private boolean failed;
    private volatile Checkpoint checkpoint;

    /** The file {@code checkpoint}: {@link #checkpoint}, signed by this log, and by witnesses once they did. */
    private volatile SignedNote note;

    private volatile long nextOffset;

    /** Entries under the file {@code checkpoint.witnessed}; -1 where there is none. */
    private long witnessedSize = -1;

    private AuditLog(
            LogStore store, AuditLogConfig config, RightEdge edge, SignedNote note, Row current, List<Row> left) {
        this.store = store;
        this.key = config.key();
        this.mlDsa = config.mlDsa();
        this.clock = config.clock();
        this.edge = edge;
        this.note = note;
        this.checkpoint = Checkpoint.parse(note.text());
        this.nextOffset = current.nextOffset();
        this.mayBeSigned = new ArrayList<>(left);
    }

    /**
     * Opens a log folder, or makes a new log in an empty one.
     *
     * @throws LogException LOCKED, OTHER_LOG, CORRUPT, MISSING, ROLLED_BACK or IO
     */
    public static AuditLog open(AuditLogConfig config) {
        FileLogStore store = FileLogStore.open(config.folder());
        try {
            return open(store, config);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** Opens the log of a store, which the log closes in the end. */
    static AuditLog open(LogStore store, SigningKey key) {
        return open(store, new AuditLogConfig(Path.of("."), key));
    }

    private static AuditLog open(LogStore store, AuditLogConfig config) {
        Optional<byte[]> stored = store.read(LogFiles.CHECKPOINT);
        AuditLog log = stored.isPresent() ? resume(store, config, stored.get()) : create(store, config);
        log.signAgain();
        LOG.info(
                "audit log open: origin={} size={} nextOffset={}",
                config.key().verifier().name(),
                log.size(),
                log.nextOffset);
        return log;
    }

    /** The checkpoint that was signed last. */
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    /** The bytes of the file {@code checkpoint}. */
    public byte[] signedCheckpoint() {
        return note.toBytes();
    }

    /** Entries under the last checkpoint. */
    public long size() {
        return checkpoint.size();
    }

    /** The first Kafka offset whose record is not in the log. */
    public long nextOffset() {
        return nextOffset;
    }

    /**
     * Refuses to go on where this log has signed more than its folder knows: a backup was restored.
     *
     * @param seen a checkpoint of this log that was kept elsewhere and whose signature was verified
     * @throws LogException ROLLED_BACK where it is larger; INCONSISTENT where it is not of this tree
     */
    public void requireExtends(Checkpoint seen) {
        if (seen.size() > size()) {
            throw new LogException(
                    ROLLED_BACK, "this log signed " + seen.size() + " entries before but its folder has " + size());
        }
        Hash root = new LogReader(store).root(seen.size(), size());
        if (!root.equals(seen.root())) {
            throw new LogException(INCONSISTENT, "this log signed another tree of size " + seen.size() + " before");
        }
    }

    /**
     * Appends entries in their order, in one durable step.
     *
     * @param entries at most {@link #MAX_BATCH}, each of 1 to 65,535 bytes; may be empty where only the offset moves on
     * @param next the first Kafka offset that comes after these entries; never goes back
     * @return the checkpoint that covers them
     * @throws IllegalArgumentException where a limit is exceeded; nothing happened
     * @throws LogException IO, INCONSISTENT or FAILED; the writer must be opened anew
     */
    public Checkpoint append(List<byte[]> entries, long next) {
        requireBatch(entries, next);
        if (failed) {
            throw new LogException(FAILED, "this writer failed before; open the log again");
        }
        failed = true; // until all of it is done
        for (byte[] entry : entries) {
            edge.add(entry);
            requireAsSignedBefore();
        }
        edge.drain().forEach(store::putAll);
        if (!entries.isEmpty() || next != nextOffset) {
            journal(new Row(false, edge.size(), next, edge.root()));
        }
        if (!entries.isEmpty()) {
            Checkpoint grown = new Checkpoint(checkpoint.origin(), edge.size(), edge.root());
            SignedNote signed = signed(grown);
            store.replace(LogFiles.CHECKPOINT, signed.toBytes());
            checkpoint = grown;
            note = signed;
        }
        nextOffset = next;
        edge.drainFilled().forEach(this::deletePartials);
        failed = false;
        return checkpoint;
    }

    /**
     * Publishes what witnesses signed: {@code checkpoint.witnessed} is replaced, and {@code checkpoint} where it is still
     * that one. Either file is a whole checkpoint of this log at any moment. One that is smaller than what was published
     * before changes nothing.
     *
     * @param cosigned a checkpoint that this log signed, with the signatures of witnesses, which the caller has verified
     * @return whether it is the log's last checkpoint
     * @throws NoteException where this log's signature is missing
     * @throws LogException IO; the writer may be used on
     */
    public boolean cosigned(SignedNote cosigned) {
        byte[] bytes = cosigned.toBytes();
        Checkpoint covered = Checkpoint.verified(bytes, key.verifier());
        if (covered.size() > size()) {
            throw new IllegalArgumentException("witnesses saw " + covered.size() + " entries of " + size());
        }
        if (covered.size() >= witnessedSize) {
            store.replace(LogFiles.WITNESSED, bytes);
            witnessedSize = covered.size();
        }
        if (!covered.equals(checkpoint)) {
            return false;
        }
        store.replace(LogFiles.CHECKPOINT, bytes);
        note = cosigned;
        return true;
    }

    /**
     * Publishes a time stamp: {@code checkpoint.timestamped} is replaced.
     *
     * @param file its content: a checkpoint that this log signed and its token, which the caller has verified
     * @throws LogException IO; the writer may be used on
     */
    public void timestamped(byte[] file) {
        store.replace(LogFiles.TIMESTAMPED, file);
    }

    /** Releases the folder. Everything that was appended is durable already. */
    @Override
    public void close() {
        store.close();
    }

    private SignedNote signed(Checkpoint grown) {
        SignedNote signed = grown.signedBy(key);
        return mlDsa == null ? signed : signed.plus(mlDsa.line(signed.text(), clock.instant()));
    }

    /** A log that was given its ML-DSA key later signs the checkpoint that it has: the same one, with a line more. */
    private void signAgain() {
        if (mlDsa == null) {
            return;
        }
        byte[] vkey = (mlDsa.verifier() + "\n").getBytes(StandardCharsets.UTF_8);
        Optional<byte[]> stored = store.read(LogFiles.ML_DSA_KEY);
        if (stored.isPresent() && !Arrays.equals(stored.get(), vkey)) {
            throw new LogException(OTHER_LOG, LogFiles.ML_DSA_KEY + " is not the key that this log signs with");
        }
        if (stored.isEmpty()) {
            store.replace(LogFiles.ML_DSA_KEY, vkey);
        }
        if (note.cosignatures(List.of(mlDsa.verifier())).isEmpty()) {
            SignedNote more = note.plus(mlDsa.line(note.text(), clock.instant()));
            store.replace(LogFiles.CHECKPOINT, more.toBytes());
            note = more;
        }
    }

    private void requireBatch(List<byte[]> entries, long next) {
        if (entries.size() > MAX_BATCH) {
            throw new IllegalArgumentException("a batch has at most " + MAX_BATCH + " entries, not " + entries.size());
        }
        for (byte[] entry : entries) {
            if (entry.length == 0 || entry.length > EntryBundle.MAX_ENTRY_BYTES) {
                throw new IllegalArgumentException("an entry has 1 to 65535 bytes, not " + entry.length);
            }
        }
        if (next < nextOffset) {
            throw new IllegalArgumentException("the offset goes back from " + nextOffset + " to " + next);
        }
    }

    private void requireAsSignedBefore() {
        for (Row row : mayBeSigned) {
            if (row.size() == edge.size() && !row.root().equals(edge.root())) {
                throw new LogException(
                        INCONSISTENT,
                        "the tree of size " + row.size() + " differs from the one that was about to be signed"
                                + " before a crash; see " + LogFiles.OFFSETS);
            }
        }
        mayBeSigned.removeIf(row -> row.size() <= edge.size() && row.size() <= checkpoint.size());
    }

    private void journal(Row row) {
        byte[] line = OffsetsJournal.bytes(checkpoint.origin(), row);
        if (journalBytes + line.length > MAX_JOURNAL_BYTES) {
            // The row of the standing checkpoint stays until the next one is signed.
            List<Row> rows = new ArrayList<>();
            rows.add(new Row(false, checkpoint.size(), nextOffset, checkpoint.root()));
            rows.addAll(mayBeSigned);
            rows.add(row);
            replaceJournal(rows);
        } else {
            store.append(LogFiles.OFFSETS, line);
            journalBytes += line.length;
        }
    }

    private void replaceJournal(List<Row> rows) {
        byte[] bytes = OffsetsJournal.bytes(checkpoint.origin(), rows);
        store.replace(LogFiles.OFFSETS, bytes);
        journalBytes = bytes.length;
    }

    /** Full tiles serve every narrower width, so the partial forms may go once a checkpoint covers the full one. */
    private void deletePartials(TileId full) {
        store.list(full.partialFolder()).forEach(name -> store.delete(full.partialFolder() + "/" + name));
        store.delete(full.partialFolder());
    }

    private static AuditLog create(LogStore store, AuditLogConfig config) {
        SigningKey key = config.key();
        String origin = key.verifier().name();
        Row first = new Row(false, 0, 0, TreeHashes.emptyRoot());
        requireNoOtherLog(store, key, first);
        byte[] vkey = (key.verifier() + "\n").getBytes(StandardCharsets.UTF_8);
        store.replace(LogFiles.VERIFIER_KEY, vkey);
        SignedNote empty = new Checkpoint(origin, 0, TreeHashes.emptyRoot()).signedBy(key);
        AuditLog log = new AuditLog(store, config, new RightEdge(), empty, first, List.of());
        log.replaceJournal(List.of(first));
        store.replace(LogFiles.CHECKPOINT, empty.toBytes());
        return log;
    }

    /** A folder without a checkpoint must be new, or one whose making was cut short. */
    private static void requireNoOtherLog(LogStore store, SigningKey key, Row first) {
        boolean started = store.read(LogFiles.OFFSETS)
                .map(bytes -> !OffsetsJournal.parse(bytes, key.verifier().name(), true)
                        .equals(List.of(first)))
                .orElse(false);
        if (started || !store.list("tile").isEmpty()) {
            throw new LogException(MISSING, LogFiles.CHECKPOINT + " is missing but the folder holds a log");
        }
        store.read(LogFiles.VERIFIER_KEY).ifPresent(bytes -> requireKey(bytes, key));
    }

    private static AuditLog resume(LogStore store, AuditLogConfig config, byte[] note) {
        SigningKey key = config.key();
        byte[] vkey = store.read(LogFiles.VERIFIER_KEY)
                .orElseThrow(() -> new LogException(MISSING, LogFiles.VERIFIER_KEY + " is missing"));
        requireKey(vkey, key);
        Checkpoint checkpoint = verified(note, key, LogFiles.CHECKPOINT);
        byte[] journal = store.read(LogFiles.OFFSETS)
                .orElseThrow(() -> new LogException(MISSING, LogFiles.OFFSETS + " is missing"));
        List<Row> rows = OffsetsJournal.parse(journal, checkpoint.origin(), true);
        OffsetsJournal.Resumption resumption = OffsetsJournal.resume(rows, checkpoint.size(), checkpoint.root());
        RightEdge edge = RightEdge.load(checkpoint.size(), store);
        if (!edge.root().equals(checkpoint.root())) {
            throw new LogException(
                    CORRUPT, "the tiles at the right edge do not give the root of " + LogFiles.CHECKPOINT);
        }
        AuditLog log =
                new AuditLog(store, config, edge, SignedNote.parse(note), resumption.current(), resumption.left());
        store.read(LogFiles.WITNESSED).ifPresent(log::requireWitnessed);
        List<Row> kept = new ArrayList<>(List.of(resumption.current()));
        kept.addAll(resumption.left());
        log.replaceJournal(kept);
        new Leftovers(store, checkpoint.size()).remove();
        return log;
    }

    /** What witnesses saw was signed by this log, so the log goes on from there or not at all. */
    private void requireWitnessed(byte[] witnessed) {
        Checkpoint seen = verified(witnessed, key, LogFiles.WITNESSED);
        requireExtends(seen);
        witnessedSize = seen.size();
    }

    private static Checkpoint verified(byte[] note, SigningKey key, String file) {
        try {
            return Checkpoint.verified(note, key.verifier());
        } catch (NoteException e) {
            throw new LogException(CORRUPT, file + ": " + e.getMessage(), e);
        }
    }

    private static void requireKey(byte[] vkey, SigningKey key) {
        if (!new String(vkey, StandardCharsets.UTF_8).equals(key.verifier() + "\n")) {
            throw new LogException(
                    OTHER_LOG,
                    LogFiles.VERIFIER_KEY + " is not the key of "
                            + key.verifier().name());
        }
    }
}
