package io.sluice.gateway.publish;

import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.IngressPosition;
import io.sluice.core.event.Tags;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The events accepted lately, to answer a repeat with the first position and to refuse an id that comes with other
 * content. Best effort, per process: the job's own window is what keeps a repeat from being released twice.
 *
 * <p>Holds keyed hashes only, under a key that never leaves the process; bounded; thread-safe. Two requests with one id at
 * a time share one write.
 */
public final class SeenEvents {
    private final ContentHash contents;
    /** Guarded by itself, as are the waiting. */
    private final SeenTable seen;
    /** Who asked for an event while it was being written, by its ticket. */
    private final Map<Long, CompletableFuture<Optional<IngressPosition>>> waiting = new HashMap<>();

    /**
     * Where an event stands.
     *
     * @param position its position; empty where it is durable in the spool and not in Kafka yet
     * @param repeated whether it was written before
     */
    public record Stored(Optional<IngressPosition> position, boolean repeated) {}

    public SeenEvents(int max, SecureRandom random) {
        this.contents = new ContentHash(random);
        this.seen = new SeenTable(max);
    }

    /**
     * Writes an event unless it was written.
     *
     * @param write seals and publishes it
     * @return fails as {@code write} does, or with {@code id-reused}
     * @throws IllegalArgumentException where the tags have no {@code ce_id} of a {@code Tagger}'s, or an attribute is not
     *     valid Unicode
     */
    public CompletableFuture<Stored> once(
            Tags tags, ClientEvent event, Supplier<CompletableFuture<Optional<IngressPosition>>> write) {
        EventKey key = EventKey.of(tags.id());
        ContentHash.Value content = contents.of(tags, event);
        long ticket;
        synchronized (seen) {
            int place = seen.find(key.high(), key.low());
            if (place >= 0) {
                return seen.isContent(place, content) ? repeated(place) : reused();
            }
            ticket = seen.add(key.high(), key.low(), content);
        }
        CompletableFuture<Optional<IngressPosition>> written;
        try {
            written = write.get();
        } catch (RuntimeException e) {
            written = CompletableFuture.failedFuture(e);
        } catch (Error e) {
            settle(ticket, null, e);
            throw e;
        }
        return written.handle((position, fault) -> { // the ticket is all that is kept of it while Kafka is awaited
            settle(ticket, position, fault);
            if (fault != null) {
                throw fault instanceof CompletionException wrapped ? wrapped : new CompletionException(fault);
            }
            return new Stored(position, false);
        });
    }

    /**
     * Where an event of this {@code ce_id} stands, as far as it is remembered and durable; an empty place where that is the
     * spool.
     */
    public Optional<Optional<IngressPosition>> placeOf(String id) {
        EventKey key = EventKey.of(id);
        synchronized (seen) {
            int place = seen.find(key.high(), key.low());
            return place < 0 || seen.isWriting(place)
                    ? Optional.empty()
                    : Optional.of(Optional.ofNullable(seen.position(place)));
        }
    }

    /** An event that is being written is taken for something else by now: that is what a repeat is compared with. */
    public void takenAs(Tags tags, ClientEvent event) {
        EventKey key = EventKey.of(tags.id());
        ContentHash.Value content = contents.of(tags, event);
        synchronized (seen) {
            int place = seen.find(key.high(), key.low());
            if (place >= 0 && seen.isWriting(place)) {
                seen.setContent(place, content);
            }
        }
    }

    /** Called with the lock held. */
    private CompletableFuture<Stored> repeated(int place) {
        if (!seen.isWriting(place)) {
            return CompletableFuture.completedFuture(new Stored(Optional.ofNullable(seen.position(place)), true));
        }
        return waiting.computeIfAbsent(seen.ticket(place), ticket -> new CompletableFuture<>())
                .thenApply(position -> new Stored(position, true));
    }

    private static CompletableFuture<Stored> reused() {
        return CompletableFuture.failedFuture(RefusedException.of(
                ProblemCode.ID_REUSED,
                "An event with this source and id was accepted with other content. Give each event an id of its own."));
    }

    private void settle(long ticket, @Nullable Optional<IngressPosition> position, @Nullable Throwable fault) {
        CompletableFuture<Optional<IngressPosition>> others;
        synchronized (seen) {
            if (fault == null && position != null) {
                seen.written(ticket, position.orElse(null));
            } else {
                seen.forget(ticket); // so that a repeat is written
            }
            others = waiting.isEmpty() ? null : waiting.remove(ticket);
        }
        if (others != null && fault == null) {
            others.complete(position);
        } else if (others != null) {
            others.completeExceptionally(fault);
        }
    }
}
