package io.sluice.jobs.protect;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.audit.Requeued;
import io.sluice.core.quarantine.OpenRecipients;
import io.sluice.core.quarantine.Quarantined;
import io.sluice.jobs.kafka.IngressRecord;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A further attempt at a record whose ticket was checked.
 *
 * @param record the record as it stood in {@code events.ingress}, under its position there and the new attempt; its time of
 *     appending is the requeue's
 * @param before what the attempt before said of it
 * @param activation the activation that it is to be decided under
 */
record Requeue(IngressRecord record, Quarantined before, long activation) {
    /** Faults that end an attempt before the record is known as none of another's copies. */
    private static final Set<ReasonCode> NOT_JUDGED = EnumSet.of(
            ReasonCode.HEADER_INVALID,
            ReasonCode.SEAL_INVALID,
            ReasonCode.KEY_UNAVAILABLE,
            ReasonCode.STALE,
            ReasonCode.ID_REUSED);

    OpenRecipients open() {
        return before.open();
    }

    /** The id of its entry. */
    String entryId() {
        return record.position().entryId(record.attempt());
    }

    /** Whether an earlier attempt found it to be no copy. */
    boolean wasJudged() {
        return !NOT_JUDGED.contains(before.reason());
    }

    /** Whether another record had its id before it. */
    boolean hadItsIdReused() {
        return before.reason() == ReasonCode.ID_REUSED;
    }

    /** What its entry says of it. */
    Requeued entry(OptionalLong sealed) {
        return new Requeued(record.position(), open().toJson(), sealed, activation);
    }

    @Override
    public String toString() {
        return "Requeue[" + record + "]";
    }
}
