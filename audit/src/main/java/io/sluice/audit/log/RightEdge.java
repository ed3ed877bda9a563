package io.sluice.audit.log;

import io.sluice.audit.log.LogStore.StoredFile;
import io.sluice.audit.merkle.CompactRange;
import io.sluice.audit.merkle.Hash;
import io.sluice.audit.merkle.TreeHashes;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tiles and the bundle at the right edge of a growing tree, and the files that come of adding entries to them. Not
 * safe for use by many threads.
 */
final class RightEdge {
    private final List<Level> levels = new ArrayList<>();
    private final ByteArrayOutputStream bundle = new ByteArrayOutputStream();
    private CompactRange range = CompactRange.empty();
    private boolean bundleChanged;

    /** Files to write since the last {@link #drain}: bundles, then tiles of level 0, of level 1 and so on. */
    private final List<List<StoredFile>> written = new ArrayList<>();

    /** Tiles and bundles that have become full since the last {@link #drain}: their partial forms may go. */
    private final List<TileId> filled = new ArrayList<>();

    RightEdge() {
        for (int level = 0; level <= TileId.MAX_LEVEL; level++) {
            levels.add(new Level());
        }
        for (int round = 0; round <= TileId.MAX_LEVEL + 1; round++) {
            written.add(new ArrayList<>());
        }
    }

    /**
     * Takes up the edge of a stored tree.
     *
     * @throws LogException MISSING or CORRUPT, naming the file
     */
    static RightEdge load(long size, LogSource source) {
        RightEdge edge = new RightEdge();
        List<Hash> roots = new ArrayList<>();
        for (int level = TileId.MAX_LEVEL; level >= 0; level--) {
            edge.levels.get(level).load(level, size, source, roots);
        }
        edge.range = CompactRange.of(size, roots);
        edge.loadBundle(size, source);
        return edge;
    }

    long size() {
        return range.size();
    }

    Hash root() {
        return range.root();
    }

    void add(byte[] entry) {
        long index = range.size();
        Hash leaf = TreeHashes.leaf(entry);
        EntryBundle.append(bundle, entry);
        bundleChanged = true;
        range.append(leaf);
        addHash(0, index, leaf);
        if (range.size() % TileId.FULL == 0) {
            putBundle(new TileId(TileId.ENTRIES, index / TileId.FULL, TileId.FULL));
            bundle.reset();
        }
    }

    /** Rounds of files to write, one after the other, partial ones included; empty rounds are left out. */
    List<List<StoredFile>> drain() {
        TileId.inTree(TileId.ENTRIES, size() / TileId.FULL, size())
                .filter(id -> bundleChanged)
                .ifPresent(this::putBundle);
        for (int level = 0; level <= TileId.MAX_LEVEL; level++) {
            levels.get(level).drainPartial(level, size(), written.get(level + 1));
        }
        List<List<StoredFile>> rounds = written.stream()
                .filter(round -> !round.isEmpty())
                .map(List::copyOf)
                .toList();
        written.forEach(List::clear);
        return rounds;
    }

    List<TileId> drainFilled() {
        List<TileId> drained = List.copyOf(filled);
        filled.clear();
        return drained;
    }

    private void addHash(int level, long index, Hash hash) {
        Level tile = levels.get(level);
        tile.add(hash);
        if (tile.width == TileId.FULL) {
            TileId id = new TileId(level, index / TileId.FULL, TileId.FULL);
            byte[] bytes = tile.bytes.clone();
            written.get(level + 1).add(new StoredFile(id.path(), bytes));
            filled.add(id);
            tile.clear();
            addHash(level + 1, index / TileId.FULL, HashTile.root(bytes, TileId.FULL));
        }
    }

    private void putBundle(TileId id) {
        written.get(0).add(new StoredFile(id.path(), bundle.toByteArray()));
        bundleChanged = false;
        if (!id.isPartial()) {
            filled.add(id);
        }
    }

    private void loadBundle(long size, LogSource source) {
        TileId.inTree(TileId.ENTRIES, size / TileId.FULL, size).ifPresent(id -> {
            byte[] bytes = require(source, id);
            byte[] hashes = levels.get(0).bytes;
            int slot = 0;
            for (byte[] entry : decode(bytes, id)) {
                if (!TreeHashes.leaf(entry).equals(HashTile.slot(hashes, slot++))) {
                    throw new LogException(
                            LogException.Fault.CORRUPT, id.path() + " does not agree with the tile over it");
                }
            }
            bundle.writeBytes(bytes);
        });
    }

    private static List<byte[]> decode(byte[] bytes, TileId id) {
        try {
            return EntryBundle.decode(bytes, id.width());
        } catch (LogException e) {
            throw new LogException(e.fault(), id.path() + ": " + e.getMessage(), e);
        }
    }

    private static byte[] require(LogSource source, TileId id) {
        return source.read(id.path())
                .orElseThrow(() -> new LogException(LogException.Fault.MISSING, id.path() + " is missing"));
    }

    /** The last, not yet full tile of one level. */
    private static final class Level {
        private final byte[] bytes = new byte[HashTile.FULL_BYTES];
        private int width;
        private boolean changed;

        void add(Hash hash) {
            hash.copyTo(bytes, width++ * Hash.SIZE);
            changed = true;
        }

        void clear() {
            Arrays.fill(bytes, (byte) 0);
            width = 0;
            changed = false;
        }

        void drainPartial(int level, long size, List<StoredFile> files) {
            if (changed) {
                long index = (size >>> (level * TileId.FULL_LOG2)) / TileId.FULL;
                files.add(new StoredFile(new TileId(level, index, width).path(), HashTile.prefix(bytes, width)));
                changed = false;
            }
        }

        /** Reads the partial tile and adds the roots of the perfect subtrees that its hashes make up. */
        void load(int level, long size, LogSource source, List<Hash> roots) {
            long index = (size >>> (level * TileId.FULL_LOG2)) / TileId.FULL;
            TileId.inTree(level, index, size).ifPresent(id -> {
                byte[] stored = require(source, id);
                if (stored.length != id.width() * Hash.SIZE) {
                    throw new LogException(
                            LogException.Fault.CORRUPT, id.path() + " does not hold " + id.width() + " hashes");
                }
                System.arraycopy(stored, 0, bytes, 0, stored.length);
                width = id.width();
                roots.addAll(HashTile.perfectRoots(bytes, width));
            });
        }
    }
}
