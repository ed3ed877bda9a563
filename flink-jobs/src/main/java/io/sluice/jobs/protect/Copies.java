package io.sluice.jobs.protect;

import io.sluice.core.encoding.Base32;
import io.sluice.core.event.Tags;
import io.sluice.jobs.protect.SeenIds.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Tells a record from its copies (P3), and makes a requeue happen once, however often it is asked for. Two histories of a
 * subject in keyed state: the event ids seen lately, and what was sent again within the requeue window; a ticket is good for
 * as long as it is known that it was used.
 *
 * <p>Confined to the task thread; every call is about the current key.
 */
final class Copies {
    private final SeenIds seen;
    private final SeenIds sentAgain;

    /**
     * @param seen over the duplicate window, by the time of receipt
     * @param sentAgain over the requeue window, by the time when the attempt before was recorded
     */
    Copies(SeenIds seen, SeenIds sentAgain) {
        this.seen = seen;
        this.sentAgain = sentAgain;
    }

    /** Takes an attempt; a refusal where it was taken before, or where that can no longer be told. */
    Optional<RequeueRefusal> take(Requeue requeue) throws Exception {
        Verdict verdict = sentAgain.judge(
                requeue.entryId(),
                requeue.before().recorded(),
                requeue.record().appendedMs(),
                requeue.before().ticket().getBytes(StandardCharsets.US_ASCII));
        return switch (verdict) {
            case NEW -> Optional.empty();
            case DUPLICATE, ID_REUSED -> Optional.of(RequeueRefusal.DUPLICATE);
            case STALE -> Optional.of(RequeueRefusal.EXPIRED);
        };
    }

    /** What a verified record is to its subject's history. @param content its keyed hash */
    Verdict judge(OpenedRecord opened, byte[] content) throws Exception {
        Tags tags = opened.tags();
        Requeue requeue = opened.requeue();
        if (requeue == null) {
            return seen.judge(tags.id(), tags.received(), opened.sealed().appendedMs(), content);
        }
        if (requeue.wasJudged()) {
            return Verdict.NEW;
        }
        // Whoever sends again what had another's id says that it is another event.
        Verdict verdict = requeue.hadItsIdReused() ? Verdict.NEW : seen.judgeLate(tags.id(), tags.received(), content);
        return verdict == Verdict.NEW && cameBackBefore(requeue, tags.id(), content) ? Verdict.DUPLICATE : verdict;
    }

    /** Of several copies in quarantine one goes on, also long after the ids are forgotten. */
    private boolean cameBackBefore(Requeue requeue, String eventId, byte[] content) throws Exception {
        String event = eventId + "/" + Base32.encode(content, SeenIds.HASH_BYTES);
        return sentAgain.judgeLate(event, requeue.before().recorded(), content) == Verdict.DUPLICATE;
    }

    /** When {@link #expire} is due for a new record, as event time. */
    long expiryMs(OpenedRecord opened) {
        return seen.expiryMs(opened.tags().received());
    }

    /** When {@link #expire} is due for an attempt, as event time. */
    long expiryMs(Requeue requeue) {
        return sentAgain.expiryMs(requeue.before().recorded());
    }

    /** Forgets what no record can need any more. @param again gets the event times at which it is due next */
    void expire(long watermarkMs, LongConsumer again) throws Exception {
        seen.expire(watermarkMs).ifPresent(again);
        sentAgain.expire(watermarkMs).ifPresent(again);
    }
}
