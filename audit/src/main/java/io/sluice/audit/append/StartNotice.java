package io.sluice.audit.append;

import java.time.Duration;
import java.time.Instant;

/**
 * When a process tells in the log that its builder goes on: once as it starts, and after a fault, but no more often than so
 * often, however many faults there are. Each call by the builder's thread, but for what became of a telling.
 */
final class StartNotice {
    private final Duration apart;
    private Instant next = Instant.MIN;
    private volatile boolean owed;
    private volatile boolean told;

    /** @param apart the shortest time between two tellings */
    StartNotice(Duration apart) {
        this.apart = apart;
    }

    /** A builder begins, the first one or after a fault. */
    void begins() {
        owed = true;
    }

    /** Whether it is to be told now; who is told so tells it. */
    boolean take(Instant now) {
        if (!owed || now.isBefore(next)) {
            return false;
        }
        owed = false;
        next = now.plus(apart);
        return true;
    }

    /** Whether the log heard of this process before. Any thread. */
    boolean isTold() {
        return told;
    }

    /** What became of a telling; one that failed is told again. Any thread. */
    void ended(boolean written) {
        if (written) {
            told = true;
        } else {
            owed = true;
        }
    }
}
