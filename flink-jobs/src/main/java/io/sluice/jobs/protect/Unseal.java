package io.sluice.jobs.protect;

import io.sluice.core.audit.ReasonCode;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.protection.seal.Opened;
import io.sluice.protection.seal.Opener;
import java.util.function.BooleanSupplier;

/**
 * Verifies and opens a record. Where the KMS does not give the key it waits up to a limit, and then answers that it is
 * unavailable. Confined to the task thread.
 */
final class Unseal {
    private final Opener opener;
    private final BooleanSupplier inReach;
    private final BoundedWait keyWait;

    /** @param inReach whether the keys of views may be used: nothing is opened that could not be protected */
    Unseal(Opener opener, BooleanSupplier inReach, BoundedWait keyWait) {
        this.opener = opener;
        this.inReach = inReach;
        this.keyWait = keyWait;
    }

    Opened open(IngressRecord record) throws InterruptedException {
        Opened first = tryOpen(record);
        if (!isKeyMissing(first)) {
            return first;
        }
        Opened[] last = {first};
        keyWait.until(() -> {
            last[0] = tryOpen(record);
            return !isKeyMissing(last[0]);
        });
        return last[0];
    }

    private Opened tryOpen(IngressRecord record) {
        if (!inReach.getAsBoolean()) {
            return new Opened.Refused(ReasonCode.KEY_UNAVAILABLE);
        }
        try {
            return opener.open(record.key(), record.headers(), record.value());
        } catch (RuntimeException e) {
            Faults.log("open", record, e);
            return new Opened.Refused(ReasonCode.SEAL_INVALID); // promised never to happen; a restart would loop
        }
    }

    private static boolean isKeyMissing(Opened opened) {
        return opened instanceof Opened.Refused refused && refused.code() == ReasonCode.KEY_UNAVAILABLE;
    }
}
