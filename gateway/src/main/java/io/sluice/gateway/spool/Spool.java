package io.sluice.gateway.spool;

import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import io.sluice.protection.seal.SealedEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sealed events on disk while Kafka is away. Thread-safe.
 *
 * <p>What it promises: an event whose {@link #add} completed is on disk, synced, and reaches Kafka before every event that was added
 * or sent after it; a crash loses none. While it is open, which is as long as it holds anything and, once Kafka failed, until Kafka took one of its events, everything newer goes through it. A
 * crash in the middle of draining sends a segment again: the job drops copies by their id.
 *
 * <p>What it does not: it takes no more than {@code maxBytes}, and an event that lies longer than the job's duplicate window is
 * quarantined as {@code stale} when it arrives.
 */
public final class Spool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** Most events that are sent at once; each of another key, so that none overtakes one of its own key. */
    private static final int MOST_AT_ONCE = 500;
    /** Most frames of one sync. */
    private static final int MOST_SYNCED = 1_000;

    private final SpoolConfig config;
    private final SpoolFolder folder;
    private final Function<SealedEvent, CompletableFuture<?>> kafka;
    private final Thread writer;
    private final Thread drainer;
    /** What waits to be written. Guarded by this, as all that follows. */
    private List<Pending> pending = new ArrayList<>();

    private boolean writing;
    private long bytes;
    private boolean open;
    /** Whether Kafka took an event since it last did not: an empty spool stays open until it does. */
    private boolean proven = true;

    /** Events on their way to Kafka past the spool: they go before. */
    private int direct;

    private boolean closed;
    private String finding = "";
    private long drained;
    private long damagedBytes;

    private record Pending(byte[] frame, CompletableFuture<Void> durable) {}

    /**
     * Opens it; what lies there is drained at once.
     *
     * @param kafka sends an event; completes once it is durable there
     * @throws IOException where the folder cannot be used
     */
    public Spool(SpoolConfig config, Function<SealedEvent, CompletableFuture<?>> kafka) throws IOException {
        this.config = config;
        this.kafka = kafka;
        this.folder = new SpoolFolder(config.folder());
        for (Path segment : folder.segments()) {
            bytes += Files.size(segment);
            open = true;
        }
        this.writer = thread(this::write, "sluice-spool-write");
        this.drainer = thread(this::drain, "sluice-spool-drain");
        writer.start();
        drainer.start();
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Whether an event may go to Kafka past the spool, which is so while that is not open. It then counts as on its way until
     * {@link #passed}.
     */
    public synchronized boolean tryPass() {
        if (!open) {
            direct++;
        }
        return !open;
    }

    /** An event that went past the spool has its end. @param lost whether Kafka did not acknowledge it: newer ones are spooled */
    public synchronized void passed(boolean lost) {
        direct--;
        if (lost) {
            open = true;
            proven = false;
        }
        notifyAll();
    }

    /**
     * Adds an event behind all others.
     *
     * @return completes once it is on disk; fails with {@code back-pressure} where the spool is full, {@code kafka-unavailable} where the
     *     disk does not take it
     */
    public synchronized CompletableFuture<Void> add(SealedEvent event) {
        byte[] frame = Frames.write(event);
        Pending added = new Pending(frame, new CompletableFuture<>());
        if (closed) {
            added.durable.completeExceptionally(RefusedException.of(
                    ProblemCode.BACK_PRESSURE,
                    "This gateway is shutting down. Repeat the request; another one answers."));
        } else if (bytes + frame.length > config.maxBytes()) {
            finding = "the spool is full";
            added.durable.completeExceptionally(RefusedException.of(
                    ProblemCode.BACK_PRESSURE,
                    "Kafka is away and the gateway's spool is full. Repeat the request later."));
        } else {
            bytes += frame.length;
            open = true;
            pending.add(added);
            notifyAll();
        }
        return added.durable;
    }

    private void write() {
        try {
            for (List<Pending> batch = next(); !batch.isEmpty(); batch = next()) {
                written(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized List<Pending> next() throws InterruptedException {
        writing = false;
        notifyAll();
        while (pending.isEmpty() && !closed) {
            wait();
        }
        List<Pending> batch = pending.subList(0, Math.min(MOST_SYNCED, pending.size()));
        List<Pending> taken = List.copyOf(batch);
        pending = new ArrayList<>(pending.subList(taken.size(), pending.size()));
        writing = !taken.isEmpty();
        return taken;
    }

    private void written(List<Pending> batch) {
        try {
            synchronized (folder) {
                folder.append(batch.stream().map(Pending::frame).toList());
            }
            batch.forEach(one -> one.durable.complete(null));
        } catch (IOException e) {
            LOG.atError()
                    .addKeyValue("fault", e.getClass().getName())
                    .log("The spool cannot be written: {}", e.getMessage());
            synchronized (this) {
                finding = "the spool cannot be written";
                bytes -= batch.stream().mapToLong(one -> one.frame.length).sum();
            }
            batch.forEach(
                    one -> one.durable.completeExceptionally(
                            RefusedException.of(
                                    ProblemCode.KAFKA_UNAVAILABLE,
                                    "Kafka is away and the gateway's disk does not take the event. Repeat the request later with the same id.")));
        }
    }

    private void drain() {
        try {
            while (awaitWork()) {
                Optional<Path> oldest = oldest();
                if (oldest.isEmpty()) {
                    continue;
                }
                byte[] segment = Files.readAllBytes(oldest.get());
                Frames.Read read = Frames.read(segment);
                if (!send(read.events())) {
                    return; // closed: what is left is sent at the next start
                }
                drop(oldest.get(), segment.length, read);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            LOG.atError()
                    .addKeyValue("fault", e.getClass().getName())
                    .log("The spool is not drained any more; start the gateway anew");
            synchronized (this) {
                finding = "the spool is not drained (" + e.getClass().getSimpleName() + ")";
            }
        }
    }

    /** Waits until the spool is open and nothing is on its way past it. False once it was closed. */
    private synchronized boolean awaitWork() throws InterruptedException {
        while (!closed && (!open || direct > 0 || bytes == 0 && !proven)) {
            wait();
        }
        return !closed;
    }

    /** The oldest segment, which takes no more events; where there is none the spool ends to be open. */
    private Optional<Path> oldest() throws IOException, InterruptedException {
        synchronized (folder) {
            List<Path> segments = folder.segments();
            if (!segments.isEmpty()) {
                folder.seal(segments.get(0));
                return Optional.of(segments.get(0));
            }
        }
        synchronized (this) {
            boolean empty;
            synchronized (folder) { // nothing is written now: whoever writes says so under this first
                empty = pending.isEmpty() && !writing && folder.segments().isEmpty();
            }
            if (empty) {
                open = false;
                bytes = 0;
                finding = "";
            } else {
                wait(10);
            }
            return Optional.empty();
        }
    }

    private boolean send(List<SealedEvent> events) throws InterruptedException {
        int most = 1; // the first one shows whether Kafka is back
        for (int from = 0; from < events.size(); ) {
            List<SealedEvent> chunk = chunk(events, from, most);
            if (sent(chunk)) {
                from += chunk.size();
                most = MOST_AT_ONCE;
                synchronized (this) {
                    drained += chunk.size();
                    proven = true;
                }
            } else {
                most = 1;
                synchronized (this) {
                    if (!closed) {
                        wait(RETRY.toMillis());
                    }
                }
            }
            synchronized (this) {
                if (closed) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The next events, each of another key. */
    private static List<SealedEvent> chunk(List<SealedEvent> events, int from, int most) {
        Set<ByteBuffer> keys = new HashSet<>();
        List<SealedEvent> chunk = new ArrayList<>();
        while (from + chunk.size() < events.size() && chunk.size() < most) {
            SealedEvent event = events.get(from + chunk.size());
            if (!keys.add(ByteBuffer.wrap(event.key()))) {
                break;
            }
            chunk.add(event);
        }
        return chunk;
    }

    private boolean sent(List<SealedEvent> chunk) {
        try {
            CompletableFuture.allOf(chunk.stream().map(kafka).toArray(CompletableFuture[]::new))
                    .join();
            return true;
        } catch (CompletionException e) {
            return false; // all of them again: copies are dropped by their id
        }
    }

    private void drop(Path segment, int length, Frames.Read read) throws IOException {
        if (read.left() > 0) {
            Path kept = segment.resolveSibling(segment.getFileName() + ".rest");
            Files.move(segment, kept);
            LOG.warn(
                    "{} bytes at the end of a segment of the spool are no whole event: what a crash left of one that was not acknowledged, or damage; kept as {}",
                    read.left(),
                    kept.getFileName());
        } else {
            Files.delete(segment);
        }
        synchronized (this) {
            bytes -= length;
            damagedBytes += read.left();
            notifyAll();
        }
    }

    /** What is wrong; empty where nothing is. Events that lie there are no fault. */
    public synchronized Optional<String> finding() {
        return finding.isEmpty() ? Optional.empty() : Optional.of(finding);
    }

    /** Bytes that lie there. */
    public synchronized long bytes() {
        return bytes;
    }

    /** Events that were sent to Kafka from here. */
    public synchronized long drained() {
        return drained;
    }

    /** Bytes that were found to be no whole event. */
    public synchronized long damagedBytes() {
        return damagedBytes;
    }

    /** Writes what waits; what lies there is drained at the next start. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            writer.join(Duration.ofSeconds(10).toMillis());
            drainer.join(Duration.ofSeconds(10).toMillis());
            synchronized (folder) {
                folder.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("fault", e.getClass().getName()).log("The spool did not close cleanly");
        }
    }
}
