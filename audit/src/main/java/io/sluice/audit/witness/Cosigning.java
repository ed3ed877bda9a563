package io.sluice.audit.witness;

import io.sluice.audit.log.LogReader;
import io.sluice.audit.log.LogSource;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.VerifierKey;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a log's witnesses to cosign its checkpoints, on threads of its own. It holds one checkpoint, the newest that was
 * offered, so a witness that is slow or away costs the log nothing: what it misses it makes up for with the next one.
 *
 * <p>All witnesses are asked about the same checkpoint at a time, so that their signatures stand under one note.
 *
 * <p>Thread-safe; close it to end its threads.
 */
public final class Cosigning implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Cosigning.class);

    /** How often it looks whether a witness that was left alone may be asked again. */
    private static final long LOOK_MS = 200;

    private final List<Peer> peers;
    private final LogReader reader;
    private final ExecutorService askers;
    private final Thread thread;

    /** The newest checkpoint, with the signatures that it got so far. Guarded by this. */
    private @Nullable SignedNote newest;

    /** What was cosigned and is not published yet. Guarded by this. */
    private @Nullable SignedNote collected;

    /** Whether witnesses are being asked. Guarded by this. */
    private boolean asking;

    private boolean closed;

    /**
     * Starts.
     *
     * @param log where the log's tiles are, for consistency proofs
     * @param key the log's
     */
    public Cosigning(CosigningConfig config, LogSource log, VerifierKey key, Clock clock) {
        this.peers = config.witnesses().stream()
                .map(witness -> new Peer(witness, config, key, clock))
                .toList();
        this.reader = new LogReader(log);
        this.askers = Executors.newFixedThreadPool(Math.max(1, peers.size()), task -> daemon(task, "audit-witness"));
        this.thread = daemon(this::live, "audit-cosigning");
        if (!peers.isEmpty()) {
            thread.start();
        }
    }

    /**
     * The checkpoints of this log that the witnesses saw last, as far as they show them now: each was signed by the log,
     * so a log that does not extend one was set back.
     */
    public List<Checkpoint> seen() {
        return together(peers.stream()
                .<Callable<Optional<Checkpoint>>>map(peer -> peer::lastSeen)
                .toList());
    }

    /** A new checkpoint, in place of one that was offered before. */
    public synchronized void offer(SignedNote checkpoint) {
        newest = checkpoint;
        notifyAll();
    }

    /** What was cosigned since the last call, to be published; empty for nothing. */
    public synchronized Optional<SignedNote> take() {
        Optional<SignedNote> taken = Optional.ofNullable(collected);
        collected = null;
        return taken;
    }

    /** The same, but waits until all witnesses that can be asked have signed the newest checkpoint. */
    public synchronized Optional<SignedNote> takeLast(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (asking || someoneWants(newest)) {
            long leftMs = (end - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                break;
            }
            wait(leftMs);
        }
        return take();
    }

    /** How it stands with each witness. */
    public List<WitnessStatus> status() {
        return peers.stream().map(Peer::status).toList();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        askers.shutdownNow();
        thread.interrupt();
    }

    private void live() {
        try {
            for (SignedNote note = next(); note != null; note = next()) {
                try {
                    round(note);
                } catch (RuntimeException e) {
                    LOG.error("asking witnesses failed", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
        }
    }

    /** Waits for a checkpoint that some witness can be asked about; null once closed. */
    private synchronized @Nullable SignedNote next() throws InterruptedException {
        asking = false;
        notifyAll();
        while (!closed) {
            SignedNote note = newest;
            if (note != null && someoneWants(note)) {
                asking = true;
                return note;
            }
            wait(LOOK_MS);
        }
        return null;
    }

    private boolean someoneWants(@Nullable SignedNote note) {
        return note != null && peers.stream().anyMatch(peer -> peer.wants(note));
    }

    private void round(SignedNote note) {
        List<SignedNote> answers = together(peers.stream()
                .filter(peer -> peer.wants(note))
                .<Callable<Optional<SignedNote>>>map(peer -> () -> peer.ask(note, reader))
                .toList());
        if (answers.isEmpty()) {
            return;
        }
        SignedNote merged = note;
        for (SignedNote answer : answers) {
            merged = merged.plus(answer.linesBeyond(note));
        }
        synchronized (this) {
            collected = merged;
            if (newest != null && newest.text().equals(note.text())) {
                newest = merged;
            }
        }
    }

    /** What came of it, of those that something came of. Each of them ends within the timeouts of its questions. */
    private <T> List<T> together(List<Callable<Optional<T>>> questions) {
        List<T> answers = new ArrayList<>();
        try {
            for (Future<Optional<T>> future : askers.invokeAll(questions)) {
                future.get().ifPresent(answers::add);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking a witness failed", e.getCause());
        }
        return answers;
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
