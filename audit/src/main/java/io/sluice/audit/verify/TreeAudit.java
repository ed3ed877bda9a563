package io.sluice.audit.verify;

import io.sluice.audit.log.HashTile;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.log.LogSource;
import io.sluice.audit.log.TileId;
import io.sluice.audit.merkle.CompactRange;
import io.sluice.audit.merkle.Hash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Derives all tiles again from the leaf hashes and compares them with the stored ones. Where the two differ, the tile
 * above (or, at the right edge, the signed root) says which of them is the one that was signed, so that the file that was
 * changed is named and not its neighbour. Holds one tile per level.
 */
final class TreeAudit {
    private final LogSource source;
    private final long size;
    private final Findings findings;
    private final List<Level> levels = new ArrayList<>();
    private final PartialAudit partials;

    TreeAudit(LogSource source, long size, Findings findings, PartialAudit partials) {
        this.source = source;
        this.size = size;
        this.findings = findings;
        this.partials = partials;
        for (int level = 0; level <= TileId.MAX_LEVEL; level++) {
            levels.add(new Level());
        }
    }

    /** Checks the tile of level 0 over a bundle. @param leaves its leaf hashes; null where it could not be read */
    void leaves(TileId tile, byte @Nullable [] leaves) {
        tile(tile, leaves);
    }

    /** Checks the partial tiles above level 0 and the root. */
    void finish(Hash signedRoot) {
        for (int level = 1; level <= TileId.MAX_LEVEL; level++) {
            long index = (size >>> (level * TileId.FULL_LOG2)) / TileId.FULL;
            Level edge = levels.get(level);
            TileId.inTree(level, index, size).ifPresent(id -> tile(id, HashTile.prefix(edge.derived, id.width())));
        }
        settleEdge(signedRoot);
    }

    private void tile(TileId id, byte @Nullable [] derived) {
        byte[] stored = stored(id);
        byte[] chosen;
        if (stored == null || derived == null) {
            chosen = derived != null ? derived : stored != null ? stored : new byte[id.width() * Hash.SIZE];
        } else if (Arrays.equals(stored, derived)) {
            chosen = derived;
        } else if (id.isPartial()) {
            levels.get(id.level()).storedEdge = stored; // settled by the root
            chosen = derived;
        } else {
            chosen = choose(id, derived, stored);
        }
        if (levels.get(id.level()).storedEdge == null) {
            partials.check(id, chosen);
        }
        if (id.isPartial()) {
            System.arraycopy(chosen, 0, levels.get(id.level()).derived, 0, chosen.length);
            levels.get(id.level()).width = id.width();
        } else {
            up(id, chosen);
        }
    }

    private void up(TileId id, byte[] chosen) {
        Level above = levels.get(id.level() + 1);
        HashTile.root(chosen, TileId.FULL).copyTo(above.derived, above.width++ * Hash.SIZE);
        if (above.width == TileId.FULL) {
            above.width = 0;
            tile(new TileId(id.level() + 1, id.index() / TileId.FULL, TileId.FULL), above.derived.clone());
        }
    }

    private byte @Nullable [] stored(TileId id) {
        Optional<byte[]> stored = LogReader.readOrCut(source, id);
        if (stored.isEmpty()) {
            findings.altered(id.path(), "is missing");
            return null;
        }
        if (stored.get().length != id.width() * Hash.SIZE) {
            findings.altered(id.path(), "does not hold " + id.width() + " hashes");
            return null;
        }
        return stored.get();
    }

    /** Which of two full tiles the tile above was made over. */
    private byte[] choose(TileId id, byte[] derived, byte[] stored) {
        Optional<Hash> signed = slotAbove(id);
        if (signed.equals(Optional.of(HashTile.root(stored, TileId.FULL)))) {
            blameBelow(id, derived, stored);
            return stored;
        }
        findings.altered(id.path(), "is not the tile over its entries");
        if (!signed.equals(Optional.of(HashTile.root(derived, TileId.FULL)))) {
            blameBelow(id, derived, stored);
        }
        return derived;
    }

    private Optional<Hash> slotAbove(TileId id) {
        int level = id.level() + 1;
        long index = id.index() / TileId.FULL;
        return TileId.inTree(level, index, size)
                .flatMap(above ->
                        LogReader.readOrCut(source, above).filter(bytes -> bytes.length == above.width() * Hash.SIZE))
                .map(bytes -> HashTile.slot(bytes, (int) (id.index() % TileId.FULL)));
    }

    /** The stored tile is the signed one: what lies below a slot that differs was changed, together with its own tile. */
    private void blameBelow(TileId id, byte[] derived, byte[] stored) {
        int first = -1; // of the slots that differ in a row
        for (int slot = 0; slot <= id.width(); slot++) {
            boolean differs = slot < id.width() && !HashTile.slot(derived, slot).equals(HashTile.slot(stored, slot));
            if (differs && id.level() > 0) {
                findings.altered(
                        new TileId(id.level() - 1, id.index() * TileId.FULL + slot, TileId.FULL).path(),
                        "is not the tile that " + id.path() + " was made over");
            } else if (differs && first < 0) {
                first = slot;
            } else if (!differs && first >= 0) {
                blameEntries(id, first, slot - 1);
                first = -1;
            }
        }
    }

    private void blameEntries(TileId id, int first, int last) {
        long start = id.index() * TileId.FULL;
        findings.altered(
                bundleOf(id).path(),
                first == last
                        ? "entry " + (start + first) + " is not the one that " + id.path() + " was made over"
                        : "entries " + (start + first) + " to " + (start + last) + " are not those that " + id.path()
                                + " was made over");
    }

    private static TileId bundleOf(TileId leaves) {
        return new TileId(TileId.ENTRIES, leaves.index(), leaves.width());
    }

    /** The tiles at the right edge have no tile above them; the signed root is over all of them together. */
    private void settleEdge(Hash signedRoot) {
        List<Integer> disputed = new ArrayList<>();
        for (int level = 0; level < levels.size(); level++) {
            if (levels.get(level).storedEdge != null) {
                disputed.add(level);
            }
        }
        for (int choice = 0; choice < 1 << disputed.size(); choice++) {
            int storedLevels = levelsOf(disputed, choice);
            if (root(storedLevels).equals(signedRoot)) {
                disputed.forEach(level -> blameEdge(level, (storedLevels >>> level & 1) == 1));
                return;
            }
        }
        disputed.forEach(level -> {
            blameEdge(level, true);
            blameEdge(level, false);
        });
        findings.altered("checkpoint", "its root is not the root over the entries");
    }

    private static int levelsOf(List<Integer> disputed, int choice) {
        int levels = 0;
        for (int i = 0; i < disputed.size(); i++) {
            levels |= (choice >>> i & 1) << disputed.get(i);
        }
        return levels;
    }

    private void blameEdge(int level, boolean storedIsSigned) {
        Level edge = levels.get(level);
        TileId id = edgeId(level);
        byte[] stored = edge.storedEdge;
        if (stored == null) {
            return;
        }
        byte[] derived = HashTile.prefix(edge.derived, id.width());
        partials.check(id, storedIsSigned ? stored : derived);
        if (storedIsSigned) {
            blameBelow(id, derived, stored);
        } else {
            findings.altered(id.path(), "is not the tile over its entries");
        }
    }

    private TileId edgeId(int level) {
        long index = (size >>> (level * TileId.FULL_LOG2)) / TileId.FULL;
        return TileId.inTree(level, index, size).orElseThrow();
    }

    private Hash root(int storedLevels) {
        List<Hash> roots = new ArrayList<>();
        for (int level = TileId.MAX_LEVEL; level >= 0; level--) {
            Level edge = levels.get(level);
            byte[] stored = edge.storedEdge;
            byte[] bytes = stored != null && (storedLevels >>> level & 1) == 1 ? stored : edge.derived;
            roots.addAll(HashTile.perfectRoots(bytes, edge.width));
        }
        return CompactRange.of(size, roots).root();
    }

    /** The last tile of one level. */
    private static final class Level {
        private final byte[] derived = new byte[HashTile.FULL_BYTES];
        private int width;

        /** The stored partial tile where it differs from the derived one. */
        private byte @Nullable [] storedEdge;
    }
}
