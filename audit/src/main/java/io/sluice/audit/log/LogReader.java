package io.sluice.audit.log;

import static io.sluice.audit.log.LogException.Fault.CORRUPT;
import static io.sluice.audit.log.LogException.Fault.MISSING;

import io.sluice.audit.merkle.Hash;
import io.sluice.audit.merkle.PerfectNodes;
import io.sluice.audit.merkle.Proofs;
import io.sluice.audit.merkle.TreeHashes;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.VerifierKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads entries and makes proofs from tiles, of a folder or of a server. Every answer is for a tree size that the caller
 * names, mostly that of a verified checkpoint. Reads tiles into a small cache; safe for use by many threads.
 *
 * <p>It does not verify what it reads: a proof that was made from altered tiles does not check against the signed root.
 */
public final class LogReader {
    private static final int CACHED_TILES = 512;

    private final LogSource source;
    private final Map<TileId, byte[]> tiles;

    /** Reads from {@code source}. */
    public LogReader(LogSource source) {
        this.source = source;
        this.tiles = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<TileId, byte[]> eldest) {
                return size() > CACHED_TILES;
            }
        };
    }

    /** The log's current checkpoint, its signature checked. */
    public Checkpoint checkpoint(VerifierKey key) {
        return Checkpoint.verified(signedCheckpoint(), key);
    }

    /** The bytes of the current checkpoint, not checked. */
    public byte[] signedCheckpoint() {
        return source.read(LogFiles.CHECKPOINT)
                .orElseThrow(() -> new LogException(MISSING, LogFiles.CHECKPOINT + " is missing"));
    }

    /** The bytes of one entry. */
    public byte[] entry(long index, long size) {
        requireIn(index, size);
        return bundle(index / TileId.FULL, size).get((int) (index % TileId.FULL));
    }

    /** The entries of bundle {@code index}: 256, or those that there are in a tree of {@code size}. */
    public List<byte[]> bundle(long index, long size) {
        TileId id = TileId.inTree(TileId.ENTRIES, index, size)
                .orElseThrow(() -> new IllegalArgumentException("no bundle " + index + " in a tree of " + size));
        byte[] bytes = readOrCut(source, id).orElseThrow(() -> missing(id));
        try {
            return EntryBundle.decode(bytes, id.width());
        } catch (LogException e) {
            throw new LogException(e.fault(), id.path() + ": " + e.getMessage(), e);
        }
    }

    /** What is not there may have been pruned; whether it was by right a verification tells. */
    private LogException missing(TileId bundle) {
        try {
            String origin = Checkpoint.parse(
                            SignedNote.parse(signedCheckpoint()).text())
                    .origin();
            PrunedPrefix pruned = PrunedPrefix.read(source, origin).orElse(null);
            if (pruned != null && pruned.covers(bundle.index())) {
                return new LogException(
                        MISSING,
                        "entries before " + pruned.to() + " were pruned under entry " + pruned.act() + ", so "
                                + bundle.path() + " is not there");
            }
        } catch (NoteException | LogException e) {
            return new LogException(MISSING, bundle.path() + " is missing", e);
        }
        return new LogException(MISSING, bundle.path() + " is missing");
    }

    /** Proves entry {@code index} in the tree of {@code size}; hashes run from the leaf to the root. */
    public List<Hash> inclusionProof(long index, long size) {
        return Proofs.inclusion(index, size, nodes(size));
    }

    /** Proves that the tree of {@code size} extends that of {@code oldSize}. */
    public List<Hash> consistencyProof(long oldSize, long size) {
        return Proofs.consistency(oldSize, size, nodes(size));
    }

    /** The root over the first {@code size} entries, from the tiles of a tree of {@code treeSize}. */
    public Hash root(long size, long treeSize) {
        return size == 0 ? TreeHashes.emptyRoot() : Proofs.root(0, size, nodes(treeSize));
    }

    /** The root over the leaves from {@code index * 2^level} on, in a tree of {@code treeSize}. */
    public Hash subtree(int level, long index, long treeSize) {
        return nodes(treeSize).node(level, index);
    }

    /** The bytes of the largest checkpoint that witnesses cosigned, not checked; empty where none did. */
    public Optional<byte[]> witnessedCheckpoint() {
        return source.read(LogFiles.WITNESSED);
    }

    /** The checkpoint that was stamped with the time last, with its token; empty where there is none. Not verified. */
    public Optional<byte[]> timestampedCheckpoint() {
        return source.read(LogFiles.TIMESTAMPED);
    }

    /**
     * An entry's proof, which needs no server. It is under the checkpoint that witnesses cosigned where that covers the
     * entry, else under the current one.
     *
     * @throws io.sluice.audit.note.NoteException where {@code key} did not sign the checkpoint
     */
    public TlogProof proof(long index, VerifierKey key) {
        byte[] note = witnessedCheckpoint()
                .filter(bytes -> Checkpoint.verified(bytes, key).size() > index)
                .orElseGet(this::signedCheckpoint);
        long size = Checkpoint.verified(note, key).size();
        return new TlogProof(entry(index, size), index, inclusionProof(index, size), SignedNote.parse(note));
    }

    private PerfectNodes nodes(long size) {
        return (level, index) -> {
            int tileLevel = level / TileId.FULL_LOG2;
            int height = level % TileId.FULL_LOG2;
            long slots = index << height;
            TileId id = TileId.inTree(tileLevel, slots / TileId.FULL, size)
                    .orElseThrow(() -> new IllegalArgumentException("no such node in a tree of " + size));
            int nodesPerTile = TileId.FULL >>> height;
            return HashTile.node(tile(id), height, (int) (index % nodesPerTile));
        };
    }

    private byte[] tile(TileId id) {
        synchronized (tiles) {
            byte[] cached = tiles.get(id);
            if (cached != null) {
                return cached;
            }
        }
        byte[] bytes = readOrCut(id);
        if (bytes.length != id.width() * Hash.SIZE) {
            throw new LogException(CORRUPT, id.path() + " does not hold " + id.width() + " hashes");
        }
        synchronized (tiles) {
            tiles.put(id, bytes);
        }
        return bytes;
    }

    private byte[] readOrCut(TileId id) {
        return readOrCut(source, id).orElseThrow(() -> new LogException(MISSING, id.path() + " is missing"));
    }

    /**
     * A tile or bundle. A partial form may have been deleted since its tile became full; the full one starts with the
     * same bytes and is cut.
     */
    public static Optional<byte[]> readOrCut(LogSource source, TileId id) {
        Optional<byte[]> exact = source.read(id.path());
        if (exact.isPresent() || !id.isPartial()) {
            return exact;
        }
        return source.read(id.full().path())
                .map(full -> id.level() == TileId.ENTRIES
                        ? EntryBundle.prefix(full, id.width())
                        : HashTile.prefix(full, id.width()));
    }

    private static void requireIn(long index, long size) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("entry " + index + " is not in a log of " + size);
        }
    }
}
