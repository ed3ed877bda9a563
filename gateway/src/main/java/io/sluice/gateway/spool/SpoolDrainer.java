package io.sluice.gateway.spool;

import io.sluice.protection.seal.SealedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends the segments to Kafka, oldest first and each in its order, until the spool is closed. One thread runs it. */
final class SpoolDrainer implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolDrainer.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** Most events under way. */
    private static final int MOST_AT_ONCE = 500;

    private final SpoolState state;
    private final SpoolFolder folder;
    private final DrainClient kafka;
    /** How many may be under way: one shows whether Kafka is back. */
    private int most = 1;

    SpoolDrainer(SpoolState state, SpoolFolder folder, DrainClient kafka) {
        this.state = state;
        this.folder = folder;
        this.kafka = kafka;
    }

    @Override
    public void run() {
        try {
            while (state.awaitWork()) {
                try {
                    drainOldest();
                } catch (IOException | RuntimeException | Error e) { // tried again: nothing is lost while it lies there
                    LOG.atError()
                            .addKeyValue("fault", e.getClass().getName())
                            .log("The spool is not drained; it is tried again: {}", e.getMessage());
                    state.notDrained(e);
                    kafka.renew();
                    state.pause(RETRY);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            kafka.close();
        }
    }

    private void drainOldest() throws IOException, InterruptedException {
        Optional<Path> oldest = folder.takeOldest();
        if (oldest.isEmpty()) {
            throw new IllegalStateException("The spool holds events and no segment");
        }
        Path segment = oldest.get();
        Frames.Read read = Frames.read(Files.readAllBytes(segment));
        for (int from = 0; from < read.events().size(); ) {
            if (state.isClosed()) {
                return; // what is left is sent at the next start
            }
            from = send(segment, read.events(), from);
        }
        drop(segment, read);
    }

    /**
     * Sends what stands there until one fails.
     *
     * @return the first that is still to be sent; what stands behind is sent again, though some of it may be stored: copies are
     *     dropped by their id
     */
    private int send(Path segment, List<SealedEvent> events, int from) throws IOException, InterruptedException {
        Deque<CompletableFuture<Void>> underWay = new ArrayDeque<>();
        int first = from;
        for (int next = from; first < events.size() && !state.isClosed(); ) {
            while (next < events.size() && underWay.size() < most) {
                underWay.add(kafka.send(events.get(next++)));
            }
            Throwable fault = faultOf(underWay.remove());
            if (fault != null) {
                underWay.forEach(SpoolDrainer::faultOf); // all have their end before one of them is sent again
                kafka.renew();
                most = 1;
                return failed(segment, events.get(first), fault) ? first + 1 : first;
            }
            first++;
            most = MOST_AT_ONCE;
            state.sent();
        }
        return first;
    }

    private static @Nullable Throwable faultOf(CompletableFuture<Void> sent) {
        try {
            sent.join();
            return null;
        } catch (CompletionException e) {
            return e.getCause() == null ? e : e.getCause();
        }
    }

    /** Sets aside what Kafka never takes, so that it does not hold up all others. @return whether that was so */
    private boolean failed(Path segment, SealedEvent event, Throwable fault) throws IOException, InterruptedException {
        if (!(fault instanceof RecordTooLargeException)) {
            state.pause(RETRY);
            return false;
        }
        byte[] frame = Frames.write(event);
        folder.setAside(segment, frame);
        state.refused(frame.length);
        LOG.error(
                "An acknowledged event of the spool is larger than Kafka takes; it is kept in {}.refused",
                segment.getFileName());
        return true;
    }

    private void drop(Path segment, Frames.Read read) throws IOException {
        if (read.left() == 0) {
            state.dropped(folder.delete(segment), 0, 0);
            return;
        }
        long size = Files.size(segment);
        state.dropped(folder.keep(segment), read.left(), size);
        LOG.warn(
                "{} bytes at the end of a segment of the spool are no whole event: what a crash left of one that was not acknowledged, or damage; kept as {}.rest",
                read.left(),
                segment.getFileName());
    }
}
