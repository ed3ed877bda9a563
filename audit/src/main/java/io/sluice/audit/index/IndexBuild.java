package io.sluice.audit.index;

import io.sluice.audit.index.IndexProgress.Indexed;
import io.sluice.audit.log.EntryForm;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.log.PrunedPrefix;
import io.sluice.audit.log.TileId;
import io.sluice.audit.merkle.CompactRange;
import io.sluice.audit.merkle.Hash;
import io.sluice.audit.merkle.TreeHashes;
import io.sluice.audit.note.Checkpoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the index out of the log on a connection that is given: what is new, or all of it. One thread at a time; what others
 * may ask is said there.
 */
final class IndexBuild {
    private static final Logger LOG = LoggerFactory.getLogger(AuditIndex.class);
    private static final int BUNDLES_PER_TRANSACTION = 256;
    /** After entries that were not those that were signed: rest nine times as long as it took to see that, and this at least. */
    private static final Duration SHORTEST_REST = Duration.ofMinutes(1);

    private static final int REST_SHARE = 9;

    private final AuditIndexConfig config;
    private final LogReader log;
    private final IndexDatabase database;

    private volatile boolean closed;
    private volatile boolean beingBuilt;

    private @Nullable IndexException refuted;
    /** By the monotonic clock, until when {@link #refuted} counts. */
    private long restUntil;

    /** Whether what searches need is there. After a rebuild it is made once all entries are in. */
    private boolean indexesMade;

    IndexBuild(AuditIndexConfig config, LogReader log, IndexDatabase database) {
        this.config = config;
        this.log = log;
        this.database = database;
    }

    private interface Slow {
        void run() throws SQLException;
    }

    /** Ends what is under way after one bundle, or one index over a table. Any thread. */
    void close() {
        closed = true;
    }

    /** @throws IndexException once closed */
    void requireOpen() {
        if (closed) {
            throw new IndexException("the index in " + config.place() + " was closed", null);
        }
    }

    /** Whether all tables were dropped and are not full again. Any thread. */
    boolean isBeingBuilt() {
        return beingBuilt;
    }

    /** All that was asked for is indexed. */
    void done() {
        beingBuilt = false;
    }

    /** Nothing is known of what the next connection finds. */
    void startAnew() {
        indexesMade = false;
    }

    /** Entries that were not those that were signed are looked at again. */
    void endRest() {
        refuted = null;
    }

    /** @throws IndexException while it rests */
    void requireRested() {
        IndexException known = refuted;
        if (known != null && System.nanoTime() - restUntil < 0) {
            throw new IndexException(String.valueOf(known.getMessage()), known.getCause());
        }
        refuted = null;
    }

    /** Whether nothing is to be done. */
    boolean isUpTo(Connection open, Checkpoint checkpoint) throws SQLException {
        return indexesMade
                && IndexProgress.indexed(open)
                        .equals(new Indexed(checkpoint.origin(), checkpoint.size(), rootOf(checkpoint)))
                && !IndexProgress.hasEntriesBefore(open, minimum(checkpoint));
    }

    private static String rootOf(Checkpoint checkpoint) {
        return checkpoint.root().toBase64();
    }

    /** Indexes what is lacking; the checkpoint that is indexed then. */
    Checkpoint catchUp(Connection connection) throws SQLException {
        long begin = System.nanoTime();
        Indexed indexed = IndexProgress.indexed(connection);
        // Read after what is indexed, and while nobody else indexes: the same log then has no fewer entries.
        Checkpoint checkpoint = log.checkpoint(config.key());
        requireNotBehind(checkpoint, indexed);
        if (!extendsIndexed(checkpoint, indexed)) {
            LOG.warn("index is of another log and is built anew: place={}", config.place());
            recreate(connection);
            indexed = IndexProgress.indexed(connection);
        }
        long minimum = minimum(checkpoint);
        if (IndexProgress.hasEntriesBefore(connection, minimum)) {
            slowly(
                    connection,
                    () -> IndexProgress.inTransaction(connection, open -> IndexProgress.forget(open, minimum)));
        }
        long start = Math.max(indexed.size(), minimum);
        CompactRange range = rangeOf(start, checkpoint.size());
        for (long from = start; from < checkpoint.size(); from = range.size()) {
            long next = from;
            IndexProgress.inTransaction(connection, open -> indexSome(open, next, checkpoint.size(), range));
        }
        if (!indexesMade) {
            slowly(connection, () -> makeIndexes(connection));
        }
        if (!range.root().equals(checkpoint.root())) {
            if (start == indexed.size()
                    && start < checkpoint.size()) { // what was there before may be another copy's, and good
                Indexed before = indexed;
                IndexProgress.inTransaction(connection, open -> IndexProgress.setBack(open, before));
            } else {
                recreate(connection);
            }
            throw refuted(checkpoint, Duration.ofNanos(System.nanoTime() - begin));
        }
        return checkpoint;
    }

    /** @throws IndexException NOT_READY where more than so many entries, or what searches need, are not there, or pruned ones are */
    void requireLittleIsLacking(Connection connection, Checkpoint checkpoint, long most) throws SQLException {
        boolean there = database.version(connection, config.key().name()) == IndexSchema.VERSION;
        Indexed indexed = there ? IndexProgress.indexed(connection) : new Indexed("", 0, "");
        if (indexed.size() > checkpoint.size()) {
            return; // it is the log that lags behind, which is said next
        }
        if (!there
                || checkpoint.size() - indexed.size() > most
                || !hasIndexes(connection)
                || !extendsIndexed(checkpoint, indexed)) {
            throw IndexException.notReady("the index in " + config.place() + " is being built: it holds "
                    + indexed.size() + " of " + checkpoint.size() + " entries");
        }
        if (IndexProgress.hasEntriesBefore(connection, minimum(checkpoint))) {
            throw IndexException.notReady(
                    "the index in " + config.place() + " is being built: entries that were pruned are taken out of it");
        }
    }

    private boolean hasIndexes(Connection connection) throws SQLException {
        return IndexSchema.indexesThere(connection)
                .containsAll(IndexSchema.indexes(database.dialect()).keySet());
    }

    private void requireNotBehind(Checkpoint checkpoint, Indexed indexed) {
        if (indexed.origin().equals(checkpoint.origin()) && indexed.size() > checkpoint.size()) {
            throw IndexException.notReady("the log has " + checkpoint.size() + " entries, and the index in "
                    + config.place() + " was made of " + indexed.size()
                    + ": this copy of the log lags behind, or the log was cut; bring the copy up to date. Where the log was"
                    + " set back on purpose, delete the index first");
        }
    }

    /** To read the whole log at every try would take all of a processor, and find the same. */
    private IndexException refuted(Checkpoint checkpoint, Duration took) {
        Duration rest = took.multipliedBy(REST_SHARE);
        restUntil = System.nanoTime() + (rest.compareTo(SHORTEST_REST) > 0 ? rest : SHORTEST_REST).toNanos();
        IndexException fault = new IndexException(
                "the entries are not those of the signed checkpoint; run audit verify",
                new IllegalStateException("root of " + checkpoint.size()));
        refuted = fault;
        return fault;
    }

    private void slowly(Connection connection, Slow work) throws SQLException {
        database.setSlow(connection, true);
        try {
            work.run();
        } finally {
            if (!connection.isClosed()) {
                database.setSlow(connection, false);
            }
        }
    }

    /** Tables of this version, made where there are others or none. */
    void prepare(Connection connection) throws SQLException {
        int version = database.version(connection, config.key().name());
        if (version > IndexSchema.VERSION) {
            throw new IndexException(
                    "the index in " + config.place() + " is of version " + version + ", and this release makes "
                            + IndexSchema.VERSION + "; update it, or give it a place of its own",
                    null);
        }
        if (version != IndexSchema.VERSION) {
            if (version != 0) {
                LOG.warn(
                        "index is of another version and is built anew: place={} version={} wanted={}",
                        config.place(),
                        version,
                        IndexSchema.VERSION);
            }
            recreate(connection);
        }
    }

    /** Drops all, and makes empty tables. */
    void recreate(Connection connection) throws SQLException {
        indexesMade = false;
        beingBuilt = true;
        slowly(
                connection,
                () -> IndexProgress.inTransaction(
                        connection,
                        open -> IndexSchema.recreate(
                                open,
                                database,
                                config.key().name(),
                                TreeHashes.emptyRoot().toBase64())));
    }

    private boolean extendsIndexed(Checkpoint checkpoint, Indexed indexed) {
        return indexed.origin().equals(checkpoint.origin())
                && indexed.size() <= checkpoint.size()
                && log.root(indexed.size(), checkpoint.size()).toBase64().equals(indexed.root());
    }

    /** The first entry that the log still has: what its file says, where its act says the same. */
    private long minimum(Checkpoint checkpoint) {
        Optional<PrunedPrefix> pruned = PrunedPrefix.read(config.source(), checkpoint.origin());
        if (pruned.isEmpty()) {
            return 0;
        }
        if (pruned.get().confirmed(log, checkpoint).isEmpty()) {
            throw new IndexException("the log says that it was pruned, and its entries do not; run audit verify", null);
        }
        return pruned.get().to();
    }

    private void makeIndexes(Connection connection) throws SQLException {
        Set<String> there = IndexSchema.indexesThere(connection);
        boolean made = false;
        try (Statement statement = connection.createStatement()) {
            for (Map.Entry<String, String> missing :
                    IndexSchema.indexes(database.dialect()).entrySet()) {
                requireOpen();
                if (!there.contains(missing.getKey())) {
                    statement.execute(missing.getValue());
                    made = true;
                }
            }
            if (made && !database.dialect().afterwards().isEmpty()) {
                statement.execute(database.dialect().afterwards());
            }
        }
        indexesMade = true;
    }

    /** The range of the indexed part, out of the tiles; its root was compared before. */
    private CompactRange rangeOf(long size, long treeSize) {
        List<Hash> roots = new java.util.ArrayList<>();
        long start = 0;
        for (int level = Long.SIZE - 2; level >= 0; level--) {
            if ((size >>> level & 1) == 1) {
                roots.add(log.subtree(level, start >>> level, treeSize));
                start += 1L << level;
            }
        }
        return CompactRange.of(size, roots);
    }

    private void indexSome(Connection connection, long from, long size, CompactRange range) throws SQLException {
        IndexProgress.deleteFrom(
                connection, from); // there are none, unless somebody edited the table, or indexes at the same time
        try (EntryInsert insert = new EntryInsert(connection)) {
            long bundle = from / TileId.FULL;
            for (int i = 0; i < BUNDLES_PER_TRANSACTION && range.size() < size; i++, bundle++) {
                requireOpen();
                List<byte[]> entries = log.bundle(bundle, size);
                for (int slot = (int) (range.size() % TileId.FULL); slot < entries.size(); slot++) {
                    insert.add(range.size(), entry(entries.get(slot), range.size()));
                    range.append(TreeHashes.leaf(entries.get(slot)));
                }
            }
            insert.flush();
        }
        IndexProgress.setIndexed(connection, range.size(), range.root().toBase64());
    }

    private static EntryForm entry(byte[] bytes, long index) {
        try {
            return EntryForm.read(bytes);
        } catch (EntryForm.BadFormException e) {
            throw new IndexException("entry " + index + " " + e.getMessage() + "; run audit verify", e);
        }
    }
}
