package io.sluice.gateway.spool;

import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what was added, in its order, many frames under one sync. Thread-safe; one thread runs it. */
final class SpoolWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolWriter.class);
    /** Most frames of one sync. */
    private static final int MOST_SYNCED = 1_000;

    private final SpoolState state;
    private final SpoolFolder folder;
    /** Guarded by the state. */
    private final Deque<Pending> pending = new ArrayDeque<>();

    private record Pending(byte[] frame, CompletableFuture<Void> durable) {}

    SpoolWriter(SpoolState state, SpoolFolder folder) {
        this.state = state;
        this.folder = folder;
    }

    /** As {@link Spool#add}. */
    CompletableFuture<Void> add(byte[] frame) {
        synchronized (state) {
            if (state.isClosed()) {
                return refused(
                        ProblemCode.BACK_PRESSURE,
                        "This gateway is shutting down. Repeat the request; another one answers.");
            }
            if (!state.tryReserve(frame.length)) {
                return refused(
                        ProblemCode.BACK_PRESSURE,
                        "Kafka is away and the gateway's spool is full. Repeat the request later.");
            }
            Pending added = new Pending(frame, new CompletableFuture<>());
            pending.add(added);
            return added.durable;
        }
    }

    private static CompletableFuture<Void> refused(ProblemCode code, String detail) {
        return CompletableFuture.failedFuture(RefusedException.of(code, detail));
    }

    @Override
    public void run() {
        try {
            for (List<Pending> batch = next(); !batch.isEmpty(); batch = next()) {
                write(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is synced next, no more than a segment; empty where the spool was closed and all of it is written. */
    private List<Pending> next() throws InterruptedException {
        synchronized (state) {
            while (pending.isEmpty() && !state.isClosed()) {
                state.wait();
            }
            List<Pending> batch = new ArrayList<>();
            long bytes = 0;
            for (Pending first = pending.peek();
                    first != null
                            && batch.size() < MOST_SYNCED
                            && (batch.isEmpty() || bytes + first.frame.length <= SpoolFolder.SEGMENT_BYTES);
                    first = pending.peek()) {
                bytes += first.frame.length;
                batch.add(pending.remove());
            }
            return batch;
        }
    }

    private void write(List<Pending> batch) {
        long size = batch.stream().mapToLong(one -> one.frame.length).sum();
        try {
            folder.append(batch.stream().map(Pending::frame).toList());
        } catch (IOException | RuntimeException | Error e) { // whoever waits is told, and the next batch is tried
            LOG.atError()
                    .addKeyValue("fault", e.getClass().getName())
                    .log("The spool cannot be written: {}", e.getMessage());
            state.notWritten(size);
            batch.forEach(
                    one -> one.durable.completeExceptionally(
                            RefusedException.of(
                                    ProblemCode.KAFKA_UNAVAILABLE,
                                    "Kafka is away and the gateway's disk does not take the event. Repeat the request later with the same id.")));
            return;
        }
        state.written(size);
        batch.forEach(one -> one.durable.complete(null));
    }
}
