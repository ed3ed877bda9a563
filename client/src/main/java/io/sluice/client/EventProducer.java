package io.sluice.client;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Posts events to a gateway in batches, in the order in which they were sent, one request at a time. What may pass (no
 * answer, 408, 429, 5xx) is repeated with the same ids, after a pause, until an event's patience ends; the gateway and its job
 * see to it that a repeat is released once. What is refused for good fails alone.
 *
 * <p>Its future tells each event's end: a {@link Receipt} once it is durable, else {@link EventRefusedException} or {@link
 * EventUndeliveredException}. An event that is to be repeated goes out before those that no request has carried yet, so a
 * subject's events keep their order as far as the gateway ends a batch where it refuses for a time. Futures complete on the client's own thread: do not block it.
 *
 * <p>Thread-safe. {@link #close()} sends what waits, within the patience.
 */
public final class EventProducer implements AutoCloseable {
    private final ClientSettings settings;
    private final BatchPost post;
    private final Buffer buffer;
    private final Backoff backoff;
    private final Thread thread;
    /** Set once waiting has to end. */
    private volatile boolean abandoned;
    /** So many next events go out alone: one of them is what a whole batch was refused for. Owned by the thread. */
    private int alone;
    /** Until when the gateway is left alone, as {@link System#nanoTime}. Owned by the thread. */
    private long pauseUntil = System.nanoTime();

    /** Connects at the first event. */
    public EventProducer(ClientSettings settings) {
        this.settings = settings;
        this.post = new BatchPost(settings);
        this.buffer = new Buffer(settings.limits());
        this.backoff = new Backoff(settings.limits(), new SecureRandom());
        this.thread = new Thread(this::run, "sluice-client");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Sends an event, waiting for room in the buffer where there is none.
     *
     * @return completes once the event is durable
     * @throws BufferFullException where there was no room within {@code limits.maxBlock}
     * @throws IllegalStateException once it was closed
     */
    public CompletableFuture<Receipt> send(Event event) throws InterruptedException {
        return buffer.add(event);
    }

    /** Events that wait for their answer. */
    public int waiting() {
        return buffer.size();
    }

    /** Takes no more events, sends those that wait, and fails what is not acknowledged within the patience. */
    @Override
    public void close() {
        buffer.close();
        Duration longest = settings.limits().patience().plus(settings.limits().request());
        try {
            thread.join(longest.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        abandoned = true;
        thread.interrupt();
    }

    private void run() {
        try {
            while (!abandoned && !buffer.isDrained()) {
                buffer.pause(pauseUntil);
                String late = "The gateway did not acknowledge the event within "
                        + settings.limits().patience().toMillis() + " ms";
                buffer.takeExpired().forEach(one -> undelivered(one, late, null));
                if (System.nanoTime() - pauseUntil >= 0) {
                    next();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            buffer.close();
            buffer.rest()
                    .forEach(
                            left -> undelivered(left, "The client was closed before the event was acknowledged", null));
        }
    }

    private void next() throws InterruptedException {
        List<Buffer.Waiting> batch =
                buffer.take(alone > 0 ? 1 : settings.limits().maxBatchEvents());
        if (batch.isEmpty()) {
            return;
        }
        alone = Math.max(0, alone - 1);
        HttpResponse<byte[]> response;
        BatchAnswer answer;
        try {
            response = post.send(batch.stream().map(Buffer.Waiting::event).toList());
            answer = BatchAnswer.of(response.statusCode(), response.body(), batch.size());
        } catch (IOException e) {
            giveBack(batch, Optional.empty());
            return;
        } catch (RuntimeException e) { // no fault of the network's: it would come again
            batch.forEach(one -> undelivered(one, "The client failed (" + e + ")", e));
            return;
        } catch (InterruptedException e) {
            batch.forEach(one -> undelivered(one, "The client was closed while the event was under way", null));
            throw e;
        }
        settle(batch, answer, response);
    }

    private void settle(List<Buffer.Waiting> batch, BatchAnswer answer, HttpResponse<byte[]> response) {
        if (answer.isOfTheWhole(response.statusCode(), batch.size())) {
            alone = batch.size();
            buffer.giveBack(batch);
            return;
        }
        List<Buffer.Waiting> again = new ArrayList<>();
        for (int place = 0; place < batch.size(); place++) {
            Object outcome = answer.outcomes().get(place);
            if (outcome instanceof Receipt receipt) {
                buffer.settle(batch.get(place), receipt, null);
            } else if (outcome instanceof EventRefusedException refused) {
                buffer.settle(batch.get(place), null, refused);
            } else {
                again.add(batch.get(place));
            }
        }
        if (again.size() < batch.size()) {
            backoff.reset(); // it goes on, if slowly
        }
        if (!again.isEmpty()) {
            giveBack(again, Backoff.asked(response.headers()));
        }
    }

    private void giveBack(List<Buffer.Waiting> again, Optional<Duration> asked) {
        buffer.giveBack(again);
        pauseUntil = System.nanoTime() + backoff.next(asked).toNanos();
    }

    private void undelivered(Buffer.Waiting one, String why, @Nullable RuntimeException cause) {
        buffer.settle(one, null, new EventUndeliveredException(why, cause));
    }
}
