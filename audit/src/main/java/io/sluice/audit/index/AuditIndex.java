package io.sluice.audit.index;

import io.sluice.audit.log.LogReader;
import io.sluice.audit.note.Checkpoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
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
    private static final long MOST_FOR_A_QUESTION = 65_536;
    private static final int VALID_SECONDS = 5;
    private static final long TURN_SECONDS = 1;

    private final AuditIndexConfig config;
    private final LogReader log;
    private final IndexDatabase database;
    private final boolean limited;
    private final RestAfterFault rest = new RestAfterFault();
    private final IndexBuild build;
    /** Of who builds; guards what is not volatile. */
    private final ReentrantLock turn = new ReentrantLock();

    /** Entries that the last {@link #catchUp} found indexed. */
    private volatile long size;

    /** Null where it is not open: not yet, or it was lost. */
    private @Nullable Connection builder;

    private AuditIndex(AuditIndexConfig config, IndexDatabase database, boolean limited) {
        this.config = config;
        this.log = new LogReader(config.source());
        this.database = database;
        this.limited = limited;
        this.build = new IndexBuild(config, log, database, rest);
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
            rest.requireOver();
            Checkpoint checkpoint = log.checkpoint(config.key());
            if (!isUpTo(checkpoint)) {
                Checkpoint wanted = checkpoint;
                checkpoint = guarded(
                        little ? open -> build.requireLittleIsLacking(open, wanted, MOST_FOR_A_QUESTION) : open -> {},
                        build::catchUp);
            }
            size = checkpoint.size();
            build.done();
            return checkpoint;
        });
    }

    /** Whether all tables were dropped and are not full again. */
    public boolean isBeingBuilt() {
        return build.isBeingBuilt();
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
            build.requireOpen();
            return work.get();
        } finally {
            turn.unlock();
        }
    }

    private boolean isUpTo(Checkpoint checkpoint) {
        Connection open = builder;
        try {
            return open != null && build.isUpTo(open, checkpoint);
        } catch (SQLException e) {
            forgetBuilder(); // what it does not know now, the next connection does
            return false;
        }
    }

    /** Drops everything and indexes the whole log again. */
    public Checkpoint rebuild() {
        inTurn(() -> {
            rest.end();
            return guarded(connection -> {
                build.recreate(connection);
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
            if (entries > 0 && IndexProgress.indexed(reader).size() < entries) {
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
        build.close();
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
    private <T> T guarded(IndexProgress.Work first, Build<T> work) {
        try {
            Connection open = builder;
            if (open == null || !open.isValid(VALID_SECONDS)) {
                forgetBuilder();
                open = database.builder();
                builder = open;
                build.startAnew();
            }
            try (IndexDatabase.Guard ignored = database.guard(open)) {
                first.run(open);
                build.prepare(open);
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

    private interface Build<T> {
        T run(Connection connection) throws SQLException;
    }
}
