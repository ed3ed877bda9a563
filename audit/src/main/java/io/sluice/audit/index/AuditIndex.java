package io.sluice.audit.index;

import io.sluice.audit.log.EntryForm;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.log.PrunedPrefix;
import io.sluice.audit.log.TileId;
import io.sluice.audit.merkle.CompactRange;
import io.sluice.audit.merkle.Hash;
import io.sluice.audit.merkle.TreeHashes;
import io.sluice.audit.note.Checkpoint;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the index up to the log's checkpoint. It remembers the root of what it has indexed; where the log does not extend
 * that (another log, an older format) it drops everything and starts anew. A log that has fewer entries than were indexed is
 * refused: it is a copy that lags behind, or was cut. Entries that were indexed are checked against the signed root, so a
 * query never answers from altered entries unnoticed.
 *
 * <p>Thread-safe; several processes may use one place. One thread builds; who comes meanwhile waits a second, then is told.
 */
public final class AuditIndex implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditIndex.class);
    private static final int BUNDLES_PER_TRANSACTION = 256;
    private static final long MOST_FOR_A_QUESTION = 65_536;
    private static final int VALID_SECONDS = 5;
    private static final long TURN_SECONDS = 1;
    /** After entries that were not those that were signed: rest nine times as long as it took to see that, and this at least. */
    private static final Duration SHORTEST_REST = Duration.ofMinutes(1);

    private static final int REST_SHARE = 9;

    private final AuditIndexConfig config;
    private final LogReader log;
    private final IndexDatabase database;
    private final boolean limited;
    /** Of who builds; guards what is not volatile. */
    private final ReentrantLock turn = new ReentrantLock();

    private volatile boolean closed;
    private volatile boolean beingBuilt;
    /** Entries that the last {@link #catchUp} found indexed. */
    private volatile long size;

    private @Nullable IndexException refuted;
    /** By the monotonic clock, until when {@link #refuted} counts. */
    private long restUntil;

    /** Null where it is not open: not yet, or it was lost. */
    private @Nullable Connection builder;

    /** Whether what searches need is there. After a rebuild it is made once all entries are in. */
    private boolean indexesMade;

    private AuditIndex(AuditIndexConfig config, IndexDatabase database, boolean limited) {
        this.config = config;
        this.log = new LogReader(config.source());
        this.database = database;
        this.limited = limited;
    }

    /** Opens a file, making it where it is missing, or names a database; does not read the log yet. A question may take any time. */
    public static AuditIndex open(AuditIndexConfig config) {
        return open(config, null);
    }

    /**
     * The same.
     *
     * @param limit how long a question may take, in which {@link #reader} is asked; null for any time. With one, somebody has
     *     to call {@link #catchUp} apart from questions
     */
    public static AuditIndex open(AuditIndexConfig config, @Nullable Duration limit) {
        AuditIndex index = new AuditIndex(config, IndexDatabase.of(config.place(), limit), limit != null);
        if (!index.database.mayComeBack()) {
            index.guarded(connection -> 0L);
        }
        return index;
    }

    /**
     * Indexes what the log has and the index has not; returns the checkpoint that is indexed now.
     *
     * @throws IndexException where another thread or process builds, the log lags behind the index, or its entries are not
     *     those that were signed, which is looked at again after a rest
     */
    public Checkpoint catchUp() {
        return catchUp(false);
    }

    /**
     * The same for a question, which a server does not keep waiting while the log is indexed for long: with a limit of time it
     * indexes some entries that are new, and leaves the rest to whoever calls {@link #catchUp} apart.
     *
     * @throws IndexException NOT_READY too where the index was dropped or has to be built anew, or lacks more than {@value
     *     #MOST_FOR_A_QUESTION} entries
     */
    public Checkpoint forQuestion() {
        return catchUp(limited);
    }

    private Checkpoint catchUp(boolean little) {
        return inTurn(() -> {
            IndexException known = refuted;
            if (known != null && System.nanoTime() - restUntil < 0) {
                throw new IndexException(String.valueOf(known.getMessage()), known.getCause());
            }
            refuted = null;
            Checkpoint checkpoint = log.checkpoint(config.key());
            if (!isUpTo(checkpoint)) {
                Checkpoint wanted = checkpoint;
                checkpoint = guarded(little ? open -> requireLittleIsLacking(open, wanted) : open -> {}, this::catchUp);
            }
            size = checkpoint.size();
            beingBuilt = false;
            return checkpoint;
        });
    }

    /** Whether all tables were dropped and are not full again. */
    public boolean isBeingBuilt() {
        return beingBuilt;
    }

    private <T> T inTurn(Supplier<T> work) {
        try {
            if (!turn.tryLock(TURN_SECONDS, TimeUnit.SECONDS)) {
                throw IndexException.notReady("the index in " + config.place() + " is being built");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw IndexException.notReady("interrupted while the index in " + config.place() + " was being built");
        }
        try {
            requireOpen();
            return work.get();
        } finally {
            turn.unlock();
        }
    }

    private boolean isUpTo(Checkpoint checkpoint) {
        Connection open = builder;
        try {
            return open != null
                    && indexesMade
                    && indexed(open).equals(new Indexed(checkpoint.origin(), checkpoint.size(), rootOf(checkpoint)))
                    && !hasEntriesBefore(open, minimum(checkpoint));
        } catch (SQLException e) {
            forgetBuilder(); // what it does not know now, the next connection does
            return false;
        }
    }

    private static String rootOf(Checkpoint checkpoint) {
        return checkpoint.root().toBase64();
    }

    private Checkpoint catchUp(Connection connection) throws SQLException {
        long begin = System.nanoTime();
        Indexed indexed = indexed(connection);
        // Read after what is indexed, and while nobody else indexes: the same log then has no fewer entries.
        Checkpoint checkpoint = log.checkpoint(config.key());
        requireNotBehind(checkpoint, indexed);
        if (!extendsIndexed(checkpoint, indexed)) {
            LOG.warn("index is of another log and is built anew: place={}", config.place());
            recreate(connection);
            indexed = indexed(connection);
        }
        long minimum = minimum(checkpoint);
        if (hasEntriesBefore(connection, minimum)) {
            slowly(connection, () -> inTransaction(connection, open -> forget(open, minimum)));
        }
        long start = Math.max(indexed.size(), minimum);
        CompactRange range = rangeOf(start, checkpoint.size());
        for (long from = start; from < checkpoint.size(); from = range.size()) {
            long next = from;
            inTransaction(connection, open -> indexSome(open, next, checkpoint.size(), range));
        }
        if (!indexesMade) {
            slowly(connection, () -> makeIndexes(connection));
        }
        if (!range.root().equals(checkpoint.root())) {
            if (start == indexed.size()
                    && start < checkpoint.size()) { // what was there before may be another copy's, and good
                Indexed before = indexed;
                inTransaction(connection, open -> setBack(open, before));
            } else {
                recreate(connection);
            }
            throw refuted(checkpoint, Duration.ofNanos(System.nanoTime() - begin));
        }
        return checkpoint;
    }

    private void requireLittleIsLacking(Connection connection, Checkpoint checkpoint) throws SQLException {
        boolean there = database.version(connection, config.key().name()) == IndexSchema.VERSION;
        Indexed indexed = there ? indexed(connection) : new Indexed("", 0, "");
        if (indexed.size() > checkpoint.size()) {
            return; // it is the log that lags behind, which is said next
        }
        if (!there
                || checkpoint.size() - indexed.size() > MOST_FOR_A_QUESTION
                || !hasIndexes(connection)
                || !extendsIndexed(checkpoint, indexed)) {
            throw IndexException.notReady("the index in " + config.place() + " is being built: it holds "
                    + indexed.size() + " of " + checkpoint.size() + " entries");
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

    /** Drops everything and indexes the whole log again. */
    public Checkpoint rebuild() {
        inTurn(() -> {
            refuted = null;
            return guarded(connection -> {
                recreate(connection);
                return 0L;
            });
        });
        return catchUp();
    }

    /** The configuration that {@code audit.query} opens its own connections by. */
    public AuditIndexConfig config() {
        return config;
    }

    /**
     * A connection for one question; the caller closes it. At the limit its statements fail.
     *
     * @throws IndexException where less is indexed than {@link #catchUp} returned last: another process builds it anew
     */
    public Connection reader() {
        return reader(size);
    }

    /**
     * The same, on an index that holds that many entries of the log at least, and keeps them until it is closed.
     *
     * @throws IndexException where it holds fewer
     */
    public Connection reader(long entries) {
        try {
            try {
                return asked(entries);
            } catch (SQLException e) {
                LOG.debug("a pooled connection may have died; asking on another", e);
                return asked(entries);
            }
        } catch (SQLException e) {
            throw unavailable("cannot be opened", e);
        }
    }

    private Connection asked(long entries) throws SQLException {
        Connection reader = database.reader();
        try {
            // One transaction: SQLite shows it one state, and nobody drops a table of PostgreSQL that it has read.
            reader.setAutoCommit(false);
            if (entries > 0 && indexed(reader).size() < entries) {
                throw IndexException.notReady("the index in " + config.place() + " holds fewer than the " + entries
                        + " entries that are asked for: it is being built anew");
            }
            return reader;
        } catch (SQLException | RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    /**
     * Ends an indexing that is under way after at most one bundle, or one index over a rebuilt table; what its transaction did
     * is done again another time.
     */
    @Override
    public void close() {
        closed = true;
        turn.lock();
        try {
            forgetBuilder();
            database.close();
        } finally {
            turn.unlock();
        }
    }

    /** Where nobody else builds, on tables of this version. */
    private <T> T guarded(Build<T> work) {
        return guarded(open -> {}, work);
    }

    /** The same. @param first refuses before anything is made, or not */
    private <T> T guarded(Work first, Build<T> work) {
        try {
            Connection open = builder;
            if (open == null || !open.isValid(VALID_SECONDS)) {
                forgetBuilder();
                open = database.builder();
                builder = open;
                indexesMade = false;
            }
            try (IndexDatabase.Guard ignored = database.guard(open)) {
                first.run(open);
                prepare(open);
                return work.run(open);
            }
        } catch (SQLException e) {
            forgetBuilder();
            throw unavailable("cannot be built", e);
        }
    }

    private void forgetBuilder() {
        Connection open = builder;
        builder = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.debug("a connection to the index was lost before it was closed", e);
            }
        }
    }

    private IndexException unavailable(String what, SQLException fault) {
        Throwable last = fault;
        while (last.getCause() instanceof SQLException cause) { // what a pool says first is that it has no connection
            last = cause;
        }
        return new IndexException("the index in " + config.place() + " " + what + ": " + last.getMessage(), fault);
    }

    private void requireOpen() {
        if (closed) {
            throw new IndexException("the index in " + config.place() + " was closed", null);
        }
    }

    private record Indexed(String origin, long size, String root) {}

    private interface Build<T> {
        T run(Connection connection) throws SQLException;
    }

    private interface Work {
        void run(Connection connection) throws SQLException;
    }

    private interface Slow {
        void run() throws SQLException;
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

    private void prepare(Connection connection) throws SQLException {
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

    private void recreate(Connection connection) throws SQLException {
        indexesMade = false;
        beingBuilt = true;
        slowly(
                connection,
                () -> inTransaction(
                        connection,
                        open -> IndexSchema.recreate(
                                open,
                                database,
                                config.key().name(),
                                TreeHashes.emptyRoot().toBase64())));
    }

    private static Indexed indexed(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select origin, size, root from meta")) {
            if (!rows.next()) {
                return new Indexed("", 0, ""); // of no log: it is built anew
            }
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

    private static boolean hasEntriesBefore(Connection connection, long minimum) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select exists (select 1 from entry where idx < ?)")) {
            select.setLong(1, minimum);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    /** Drops what was pruned, and what nothing else names. */
    private static void forget(Connection connection, long minimum) throws SQLException {
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

    private void indexSome(Connection connection, long from, long size, CompactRange range) throws SQLException {
        deleteFrom(connection, from); // there are none, unless somebody edited the table, or indexes at the same time
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
        setIndexed(connection, range.size(), range.root().toBase64());
    }

    private static void setBack(Connection connection, Indexed before) throws SQLException {
        deleteFrom(connection, before.size());
        setIndexed(connection, before.size(), before.root());
    }

    private static void deleteFrom(Connection connection, long place) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from entry where idx >= ?")) {
            delete.setLong(1, place);
            delete.executeUpdate();
        }
    }

    private static void setIndexed(Connection connection, long size, String root) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update meta set size = ?, root = ?")) {
            update.setLong(1, size);
            update.setString(2, root);
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

    private static void inTransaction(Connection connection, Work work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            work.run(connection);
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }
}
