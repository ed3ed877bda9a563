package io.sluice.gateway.publish;

import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.IngressPosition;
import io.sluice.core.event.Tags;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
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
    /** Room for what is said about most events. */
    private static final int ABOUT_CHARS = 192;

    private static final char ABSENT = '-';
    private static final char DATA_FOLLOWS = '=';

    private final int max;
    /** Never changed, only copied: to ask for a new one and to key it costs more than a short field. */
    private final MessageDigest keyed;
    /** By {@code ce_id}, oldest first. Guarded by itself. */
    private final Map<String, Seen> seen = new LinkedHashMap<>();

    private record Seen(byte[] content, CompletableFuture<Optional<IngressPosition>> position) {}

    /**
     * Where an event stands.
     *
     * @param position its position; empty where it is durable in the spool and not in Kafka yet
     * @param repeated whether it was written before
     */
    public record Stored(Optional<IngressPosition> position, boolean repeated) {}

    public SeenEvents(int max, SecureRandom random) {
        this.max = max;
        this.keyed = keyed(random);
    }

    /**
     * Writes an event unless it was written.
     *
     * @param write seals and publishes it
     * @return fails as {@code write} does, or with {@code id-reused}
     */
    public CompletableFuture<Stored> once(
            Tags tags, ClientEvent event, Supplier<CompletableFuture<Optional<IngressPosition>>> write) {
        byte[] content = content(tags, event);
        CompletableFuture<Optional<IngressPosition>> mine = new CompletableFuture<>();
        Seen before;
        synchronized (seen) {
            before = seen.putIfAbsent(tags.id(), new Seen(content, mine));
            if (seen.size() > max) {
                seen.remove(seen.keySet().iterator().next());
            }
        }
        if (before != null) {
            return repeated(before, content);
        }
        CompletableFuture<Optional<IngressPosition>> written;
        try {
            written = write.get();
        } catch (RuntimeException e) {
            written = CompletableFuture.failedFuture(e);
        }
        String id = tags.id(); // all that is kept of it while Kafka is awaited
        return written.handle((position, fault) -> {
            settle(id, mine, position, fault);
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
        Seen known;
        synchronized (seen) {
            known = seen.get(id);
        }
        return known == null || !known.position.isDone() || known.position.isCompletedExceptionally()
                ? Optional.empty()
                : Optional.of(known.position.join());
    }

    /** An event that is being written is taken for something else by now: that is what a repeat is compared with. */
    public void takenAs(Tags tags, ClientEvent event) {
        byte[] content = content(tags, event);
        synchronized (seen) {
            seen.computeIfPresent(
                    tags.id(),
                    (id, present) -> present.position.isDone() ? present : new Seen(content, present.position));
        }
    }

    private static CompletableFuture<Stored> repeated(Seen before, byte[] content) {
        if (!MessageDigest.isEqual(before.content, content)) {
            return CompletableFuture.failedFuture(
                    RefusedException.of(
                            ProblemCode.ID_REUSED,
                            "An event with this source and id was accepted with other content. Give each event an id of its own."));
        }
        return before.position.thenApply(position -> new Stored(position, true));
    }

    private void settle(
            String id,
            CompletableFuture<Optional<IngressPosition>> mine,
            @Nullable Optional<IngressPosition> position,
            @Nullable Throwable fault) {
        if (fault == null) {
            mine.complete(position);
        } else {
            synchronized (seen) {
                Seen present = seen.get(id);
                if (present != null && present.position == mine) {
                    seen.remove(id); // so that a repeat is written
                }
            }
            mine.completeExceptionally(fault);
        }
    }

    /** SHA-256 behind a secret key: of what the producer sent, and of what it is taken for. */
    private byte[] content(Tags tags, ClientEvent event) {
        StringBuilder about = new StringBuilder(ABOUT_CHARS);
        field(about, tags.isChoice() ? tags.kafkaKey() : ""); // a choice's subject is not in its data
        field(about, tags.type());
        field(about, tags.dataset());
        field(about, tags.purpose());
        field(about, event.type());
        field(about, event.subject());
        field(about, event.time());
        field(about, event.contentType());
        event.extensions().forEach((name, value) -> {
            field(about, name);
            field(about, value);
        });
        MessageDigest digest = copy(keyed);
        digest.update(about.append(DATA_FOLLOWS).toString().getBytes(StandardCharsets.UTF_8));
        return digest.digest(event.data());
    }

    /** Behind its length, so that no two sequences of fields are one text. */
    private static void field(StringBuilder about, @Nullable String text) {
        if (text == null) {
            about.append(ABSENT);
        } else {
            about.append(text.length()).append(':').append(text);
        }
    }

    /** SHA-256 that has read a key that nobody knows. */
    private static MessageDigest keyed(SecureRandom random) {
        byte[] key = new byte[32];
        random.nextBytes(key);
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(key);
            return digest;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("The JDK's SHA-256 can be copied", e);
        }
    }
}
