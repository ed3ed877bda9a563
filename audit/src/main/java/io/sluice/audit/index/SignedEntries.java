package io.sluice.audit.index;

import io.sluice.audit.index.IndexProgress.Indexed;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.log.PrunedPrefix;
import io.sluice.audit.merkle.CompactRange;
import io.sluice.audit.merkle.Hash;
import io.sluice.audit.note.Checkpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the signed log says of what is indexed: whether it goes on from there, and from where it has entries. Thread-safe. */
final class SignedEntries {
    private final AuditIndexConfig config;
    private final LogReader log;

    SignedEntries(AuditIndexConfig config, LogReader log) {
        this.config = config;
        this.log = log;
    }

    /** @throws IndexException NOT_READY where the log has fewer entries than were indexed */
    void requireNotBehind(Checkpoint checkpoint, Indexed indexed) {
        if (indexed.origin().equals(checkpoint.origin()) && indexed.size() > checkpoint.size()) {
            throw IndexException.notReady("the log has " + checkpoint.size() + " entries, and the index in "
                    + config.place() + " was made of " + indexed.size()
                    + ": this copy of the log lags behind, or the log was cut; bring the copy up to date. Where the log was"
                    + " set back on purpose, delete the index first");
        }
    }

    /** Whether what is indexed is the log's beginning. */
    boolean extendsIndexed(Checkpoint checkpoint, Indexed indexed) {
        return indexed.origin().equals(checkpoint.origin())
                && indexed.size() <= checkpoint.size()
                && log.root(indexed.size(), checkpoint.size()).toBase64().equals(indexed.root());
    }

    /** The first entry that the log still has: what its file says, where its act says the same. */
    long minimum(Checkpoint checkpoint) {
        Optional<PrunedPrefix> pruned = PrunedPrefix.read(config.source(), checkpoint.origin());
        if (pruned.isEmpty()) {
            return 0;
        }
        if (pruned.get().confirmed(log, checkpoint).isEmpty()) {
            throw new IndexException("the log says that it was pruned, and its entries do not; run audit verify", null);
        }
        return pruned.get().to();
    }

    /** The range of the indexed part, out of the tiles; its root was compared before. */
    CompactRange rangeOf(long size, long treeSize) {
        List<Hash> roots = new ArrayList<>();
        long start = 0;
        for (int level = Long.SIZE - 2; level >= 0; level--) {
            if ((size >>> level & 1) == 1) {
                roots.add(log.subtree(level, start >>> level, treeSize));
                start += 1L << level;
            }
        }
        return CompactRange.of(size, roots);
    }
}
