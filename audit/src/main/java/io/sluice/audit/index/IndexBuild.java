package io.sluice.audit.index;

import io.sluice.audit.index.IndexProgress.Indexed;
import io.sluice.audit.log.EntryForm;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.log.TileId;
import io.sluice.audit.merkle.CompactRange;
import io.sluice.audit.merkle.TreeHashes;
import io.sluice.audit.note.Checkpoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the index out of the log on a connection that is given: what is new, or all of it. One thread at a time; what others
 * may ask is said there.
 */
final class IndexBuild {
    private static final Logger LOG = LoggerFactory.getLogger(AuditIndex.class);
    private static final int BUNDLES_PER_TRANSACTION = 256;

    private final AuditIndexConfig config;
    private final LogReader log;
    private final IndexDatabase database;
    private final SignedEntries signed;
    private final RestAfterFault rest;

    private volatile boolean closed;
    private volatile boolean beingBuilt;

    /** Whether what searches need is there. After a rebuild it is made once all entries are in. */
    private boolean indexesMade;

    IndexBuild(AuditIndexConfig config, LogReader log, IndexDatabase database, RestAfterFault rest) {
        this.config = config;
        this.log = log;
        this.database = database;
        this.signed = new SignedEntries(config, log);
        this.rest = rest;
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

    /** Whether nothing is to be done. */
    boolean isUpTo(Connection open, Checkpoint checkpoint) throws SQLException {
        return indexesMade
                && IndexProgress.indexed(open)
                        .equals(new Indexed(
                                checkpoint.origin(),
                                checkpoint.size(),
                                checkpoint.root().toBase64()))
                && !IndexProgress.hasEntriesBefore(open, signed.minimum(checkpoint));
    }

    /** Indexes what is lacking; the checkpoint that is indexed then. */
    Checkpoint catchUp(Connection connection) throws SQLException {
        long begin = System.nanoTime();
        Indexed indexed = IndexProgress.indexed(connection);
        // Read after what is indexed, and while nobody else indexes: the same log then has no fewer entries.
        Checkpoint checkpoint = log.checkpoint(config.key());
        signed.requireNotBehind(checkpoint, indexed);
        if (!signed.extendsIndexed(checkpoint, indexed)) {
            LOG.warn("index is of another log and is built anew: place={}", config.place());
            recreate(connection);
            indexed = IndexProgress.indexed(connection);
        }
        long minimum = signed.minimum(checkpoint);
        if (IndexProgress.hasEntriesBefore(connection, minimum)) {
            slowly(
                    connection,
                    () -> IndexProgress.inTransaction(connection, open -> IndexProgress.forget(open, minimum)));
        }
        long start = Math.max(indexed.size(), minimum);
        CompactRange range = signed.rangeOf(start, checkpoint.size());
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
            throw rest.begin(checkpoint, Duration.ofNanos(System.nanoTime() - begin));
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
                || !signed.extendsIndexed(checkpoint, indexed)) {
            throw IndexException.notReady("the index in " + config.place() + " is being built: it holds "
                    + indexed.size() + " of " + checkpoint.size() + " entries");
        }
        if (IndexProgress.hasEntriesBefore(connection, signed.minimum(checkpoint))) {
            throw IndexException.notReady(
                    "the index in " + config.place() + " is being built: entries that were pruned are taken out of it");
        }
    }

    private boolean hasIndexes(Connection connection) throws SQLException {
        return IndexSchema.indexesThere(connection)
                .containsAll(IndexSchema.indexes(database.dialect()).keySet());
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
