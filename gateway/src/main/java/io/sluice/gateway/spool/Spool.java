package io.sluice.gateway.spool;

import io.sluice.protection.seal.SealedEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sealed events on disk while Kafka is away. Thread-safe.
 *
 * <p>What it promises: an event whose {@link #add} completed is on disk, synced, and reaches Kafka before every event that was added
 * or sent after it; a crash loses none. While it is open, which is as long as it holds anything and, once Kafka failed, until Kafka
 * took one of its events, everything newer goes through it. A crash in the middle of draining, or Kafka's failure, sends some of a
 * segment again: the job drops copies by their id.
 *
 * <p>What it does not: it takes no more than {@code maxBytes}, what was kept of damaged segments among them, and an event that lies
 * longer than the job's duplicate window is quarantined as {@code stale} when it arrives.
 */
public final class Spool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);

    private final SpoolState state;
    private final SpoolFolder folder;
    private final SpoolWriter queue;
    private final Thread writer;
    private final Thread drainer;

    /**
     * Opens it; what lies there is drained at once.
     *
     * @param kafka where it is drained to; closed with it
     * @throws IOException where the folder cannot be used
     */
    public Spool(SpoolConfig config, DrainClient kafka) throws IOException {
        this(config, kafka, DiskSync.TO_DISK);
    }

    Spool(SpoolConfig config, DrainClient kafka, DiskSync sync) throws IOException {
        this.folder = new SpoolFolder(config.folder(), sync);
        this.state = new SpoolState(config.maxBytes(), folder.bytes(), folder.keptBytes());
        this.queue = new SpoolWriter(state, folder);
        this.writer = thread(queue, "sluice-spool-write");
        this.drainer = thread(new SpoolDrainer(state, folder, kafka), "sluice-spool-drain");
        writer.start();
        drainer.start();
    }

    private Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((ended, fault) -> {
            state.ended(name);
            LOG.error("A thread of the spool ended; start the gateway anew", fault);
        });
        return thread;
    }

    /**
     * Whether an event may go to Kafka past the spool, which is so while that is not open. It then counts as on its way until
     * {@link #passed}.
     */
    public boolean tryPass() {
        return state.tryPass();
    }

    /** Whether what is newer goes through it. */
    public boolean isOpen() {
        return state.isOpen();
    }

    /** An event that went past the spool has its end. @param lost whether Kafka did not acknowledge it: newer ones are spooled */
    public void passed(boolean lost) {
        state.passed(lost);
    }

    /**
     * Adds an event behind all others.
     *
     * @return completes once it is on disk; fails with {@code back-pressure} where the spool is full, {@code kafka-unavailable} where the
     *     disk does not take it
     */
    public CompletableFuture<Void> add(SealedEvent event) {
        return queue.add(Frames.write(event));
    }

    /** What is wrong; empty where nothing is. Events that lie there are no fault. */
    public Optional<String> finding() {
        return state.finding();
    }

    /** Whether it takes events while Kafka is away, as far as is known: it is not full, and the disk took the last one. */
    public boolean hasRoom() {
        return state.hasRoom();
    }

    /** Bytes of events that lie there or are about to. */
    public long bytes() {
        return state.bytes();
    }

    /** Bytes that are kept and not drained: of damaged segments, and of events that Kafka never takes. */
    public long keptBytes() {
        return state.keptBytes();
    }

    /** Events that were sent to Kafka from here. */
    public long drained() {
        return state.drained();
    }

    /** Bytes that were found to be no whole event. */
    public long damagedBytes() {
        return state.damagedBytes();
    }

    /** Events that were set aside since they are larger than Kafka takes. */
    public long refusedEvents() {
        return state.refusedEvents();
    }

    /** Writes what waits; what lies there is drained at the next start. */
    @Override
    public void close() {
        state.close();
        try {
            writer.join(Duration.ofSeconds(10).toMillis());
            drainer.join(Duration.ofSeconds(10).toMillis());
            folder.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("fault", e.getClass().getName()).log("The spool did not close cleanly");
        }
    }
}
