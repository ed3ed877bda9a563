package io.sluice.jobs.protect;

import io.sluice.core.audit.Requeued;
import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.Tags;
import io.sluice.core.quarantine.OpenRecipients;
import io.sluice.jobs.kafka.IngressRecord;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A record whose seal opened. It lives in the memory of one {@code processElement} only (P2).
 *
 * @param sealed the record as it stood in Kafka
 * @param tags the gateway's tags, verified
 * @param event what the producer sent, in clear
 * @param requeue of a further attempt what it may do, null for the first
 */
record OpenedRecord(
        IngressRecord sealed,
        Tags tags,
        ClientEvent event,
        @Nullable Requeue requeue) {
    /** The activation that decides it: the one sealed into it, or the one that it was requeued under. */
    long activation() {
        return requeue == null ? tags.activation() : requeue.activation();
    }

    /** For whom it has no disposition yet. */
    OpenRecipients open() {
        return requeue == null ? OpenRecipients.ALL : requeue.open();
    }

    /** What the entry of a further attempt says of it. */
    Optional<Requeued> requeued() {
        return Optional.ofNullable(requeue).map(further -> further.entry(OptionalLong.of(tags.activation())));
    }

    @Override
    public String toString() {
        return "OpenedRecord[" + sealed.position() + "]";
    }
}
