package io.sluice.audit.log;

import java.util.List;

/**
 * Removes what a crash left beyond the checkpoint: at most one batch, so at most the next
 * {@link AuditLog#MAX_BATCH} / 256 bundles and tiles of level 0, and a tile or two of each level above.
 */
final class Leftovers {
    private final LogStore store;
    private final long size;

    Leftovers(LogStore store, long size) {
        this.store = store;
        this.size = size;
    }

    void remove() {
        store.delete(LogFiles.CHECKPOINT + LogFiles.NEW_SUFFIX);
        store.delete(LogFiles.WITNESSED + LogFiles.NEW_SUFFIX);
        store.delete(LogFiles.TIMESTAMPED + LogFiles.NEW_SUFFIX);
        store.delete(LogFiles.OFFSETS + LogFiles.NEW_SUFFIX);
        store.delete(LogFiles.VERIFIER_KEY + LogFiles.NEW_SUFFIX);
        store.delete(LogFiles.ML_DSA_KEY + LogFiles.NEW_SUFFIX);
        for (int level = TileId.ENTRIES; level <= TileId.MAX_LEVEL; level++) {
            removeAtLevel(level);
        }
    }

    private void removeAtLevel(int level) {
        int shift = Math.max(level, 0) * TileId.FULL_LOG2;
        long first = (size >>> shift) / TileId.FULL;
        long last = ((size + AuditLog.MAX_BATCH) >>> shift) / TileId.FULL;
        if (store.list("tile/" + (level == TileId.ENTRIES ? "entries" : level)).isEmpty()) {
            return;
        }
        for (long index = first; index <= last; index++) {
            TileId full = new TileId(level, index, TileId.FULL);
            int width = TileId.inTree(level, index, size).map(TileId::width).orElse(0);
            store.delete(full.path());
            List<String> partials = store.list(full.partialFolder());
            for (String name : partials) {
                boolean covered = TileId.parse(full.partialFolder() + "/" + name)
                        .map(id -> id.width() <= width)
                        .orElse(false);
                if (!covered) {
                    store.delete(full.partialFolder() + "/" + name);
                }
            }
            if (width == 0) {
                store.delete(full.partialFolder());
            }
        }
    }
}
