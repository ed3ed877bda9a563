package io.sluice.audit.index;

import io.sluice.audit.log.EntryForm;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.log.PrunedPrefix;
import io.sluice.audit.log.TileId;
import io.sluice.audit.merkle.CompactRange;
import io.sluice.audit.merkle.Hash;
import io.sluice.audit.merkle.TreeHashes;
import io.sluice.audit.note.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the index up to the log's checkpoint. It remembers the root of what it has indexed; where the log does not extend
 * that (another log, a log set back, an older format) it drops everything and starts anew. Entries that were indexed are
 * checked against the signed root, so a query never answers from altered entries unnoticed.
 *
 * <p>Thread-safe; several processes may use one file.
 */
public final class AuditIndex implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditIndex.class);
    private static final int BUNDLES_PER_TRANSACTION = 256;
    private static final int CACHE_KIBIBYTES = 65_536;

    private final AuditIndexConfig config;
    private final LogReader log;
    private final Connection connection;
    private final @Nullable Duration limit;
    private volatile boolean closed;

    /** Whether what searches need is there. After a rebuild it is made once all entries are in. */
    private boolean indexesMade;

    private AuditIndex(AuditIndexConfig config, Connection connection, @Nullable Duration limit) {
        this.config = config;
        this.limit = limit;
        this.log = new LogReader(config.source());
        this.connection = connection;
    }

    /** Opens the file, making it where it is missing; does not read the log yet. A question may take any time. */
    public static AuditIndex open(AuditIndexConfig config) {
        return open(config, null);
    }

    /** The same. @param limit how long a question may take, in which {@link #reader} is asked; null for any time */
    public static AuditIndex open(AuditIndexConfig config, @Nullable Duration limit) {
        try {
            if (config.file().toAbsolutePath().getParent() != null) {
                Files.createDirectories(config.file().toAbsolutePath().getParent());
            }
            Connection connection = connect(config);
            AuditIndex index = new AuditIndex(config, connection, limit);
            index.prepare();
            return index;
        } catch (SQLException | IOException e) {
            throw new IndexException("cannot open the index " + config.file(), e);
        }
    }

    static Connection connect(AuditIndexConfig config) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + config.file());
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma busy_timeout = 10000");
            statement.execute("pragma journal_mode = wal");
            statement.execute("pragma synchronous = normal"); // derived: a lost tail is indexed again
            // A transaction's entries fall all over the indexes of subjects and inputs: each page is then written once.
            statement.execute("pragma cache_size = -" + CACHE_KIBIBYTES);
            statement.execute("pragma wal_autocheckpoint = " + CACHE_KIBIBYTES / 4);
        }
        return connection;
    }

    /** Indexes what the log has and the index has not; returns the checkpoint that is indexed now. */
    public synchronized Checkpoint catchUp() {
        requireOpen();
        Checkpoint checkpoint = log.checkpoint(config.key());
        try {
            Indexed indexed = indexed();
            if (!extendsIndexed(checkpoint, indexed)) {
                LOG.warn("index is of another log and is built anew: file={}", config.file());
                inTransaction(this::recreate);
                indexed = indexed();
            }
            long minimum = minimum(checkpoint);
            if (hasEntriesBefore(minimum)) {
                inTransaction(() -> forget(minimum));
            }
            long start = Math.max(indexed.size(), minimum);
            CompactRange range = rangeOf(start, checkpoint.size());
            for (long from = start; from < checkpoint.size(); from = range.size()) {
                long next = from;
                inTransaction(() -> indexSome(next, checkpoint.size(), range));
            }
            if (!indexesMade) {
                makeIndexes();
            }
            if (!range.root().equals(checkpoint.root())) {
                inTransaction(this::recreate);
                throw new IndexException(
                        "the entries are not those of the signed checkpoint; run audit verify",
                        new IllegalStateException("root of " + checkpoint.size()));
            }
            return checkpoint;
        } catch (SQLException e) {
            throw new IndexException("cannot index into " + config.file(), e);
        }
    }

    /** Drops everything and indexes the whole log again. */
    public synchronized Checkpoint rebuild() {
        try {
            inTransaction(this::recreate);
        } catch (SQLException e) {
            throw new IndexException("cannot drop the index " + config.file(), e);
        }
        return catchUp();
    }

    /** The configuration that {@code audit.query} opens its own connections by. */
    public AuditIndexConfig config() {
        return config;
    }

    /** A new connection for one question; the caller closes it. At the limit its statements fail as interrupted. */
    public Connection reader() {
        try {
            Connection reader = connect(config);
            if (limit != null) {
                QuestionLimit.set(reader, limit);
            }
            return reader;
        } catch (SQLException e) {
            throw new IndexException("cannot open the index " + config.file(), e);
        }
    }

    /**
     * Ends an indexing that is under way after at most one bundle, or one index over a rebuilt table; what its transaction did
     * is done again another time.
     */
    @Override
    public void close() {
        closed = true;
        synchronized (this) {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IndexException("cannot close the index " + config.file(), e);
            }
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IndexException("the index " + config.file() + " was closed", null);
        }
    }

    private record Indexed(String origin, long size, String root) {}

    private interface Work {
        void run() throws SQLException;
    }

    private void prepare() throws SQLException {
        if (!IndexSchema.isCurrent(connection)) {
            inTransaction(this::recreate);
        }
    }

    private void recreate() throws SQLException {
        indexesMade = false;
        IndexSchema.recreate(
                connection, config.key().name(), TreeHashes.emptyRoot().toBase64());
    }

    private Indexed indexed() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select origin, size, root from meta")) {
            rows.next();
            return new Indexed(rows.getString(1), rows.getLong(2), rows.getString(3));
        }
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

    private void makeIndexes() throws SQLException {
        for (String sql : IndexSchema.INDEXES) {
            requireOpen();
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }
        indexesMade = true;
    }

    private boolean hasEntriesBefore(long minimum) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select exists (select 1 from entry where idx < ?)")) {
            select.setLong(1, minimum);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() && rows.getInt(1) == 1;
            }
        }
    }

    /** Drops what was pruned, and what nothing else names. */
    private void forget(long minimum) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from entry where idx < ?")) {
            delete.setLong(1, minimum);
            delete.executeUpdate();
        }
        try (Statement statement = connection.createStatement()) {
            for (String table : List.of("subject", "input")) {
                statement.executeUpdate("delete from " + table + " where id not in (select " + table
                        + " from entry where " + table + " is not null)");
            }
        }
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

    private void indexSome(long from, long size, CompactRange range) throws SQLException {
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
        try (PreparedStatement update = connection.prepareStatement("update meta set size = ?, root = ?")) {
            update.setLong(1, range.size());
            update.setString(2, range.root().toBase64());
            update.executeUpdate();
        }
    }

    private static EntryForm entry(byte[] bytes, long index) {
        try {
            return EntryForm.read(bytes);
        } catch (EntryForm.BadFormException e) {
            throw new IndexException("entry " + index + " " + e.getMessage() + "; run audit verify", e);
        }
    }

    private void inTransaction(Work work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            work.run();
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }
}
