package io.sluice.jobs.protect;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.audit.TextFindings;
import io.sluice.core.decision.RecipientDecision;
import java.io.IOException;
import java.util.Set;

/** Carries plans out over payloads: a {@link #hold}, one {@link #read}, a {@link #make} per recipient, {@link #forget}. One thread. */
interface ViewMaker {
    /** What came of a plan. */
    sealed interface Made {
        /**
         * A protected payload.
         *
         * @param payload its bytes
         * @param patternCounts how often each pattern of the plan matched
         * @param undeclared how many undeclared leaves were dropped
         * @param keys ids of the keys used
         * @param findings what was found inside texts
         */
        record View(byte[] payload, int[] patternCounts, int undeclared, Set<String> keys, TextFindings findings)
                implements Made {
            @Override
            public String toString() {
                return "View[" + payload.length + " bytes]";
            }
        }

        /** Nothing: the recipient, or for {@code PAYLOAD_INVALID} everybody, gets nothing. */
        record Failed(ReasonCode reason) implements Made {}
    }

    /**
     * Gets hold of the keys of the record's subject, as far as its policy and its views need them; waits for them up to a limit.
     * False where they are not to be had: then views that need them fail, and what the record says of its subject cannot be
     * remembered.
     */
    boolean hold(DecidedRecord record) throws InterruptedException;

    /**
     * Scans a payload. False where it does not parse.
     *
     * @param memory what earlier records said of the record's subject
     */
    boolean read(OpenedRecord record, SubjectMemory memory);

    /**
     * Finds out what to look for inside the texts of the payload read last; without it no text goes out.
     *
     * @param memory what earlier records said of the record's subject
     */
    void identify(DecidedRecord record, SubjectMemory memory) throws IOException;

    /**
     * Makes one view of the payload read last.
     *
     * @param decision a release, with its plan
     */
    Made make(OpenedRecord record, RecipientDecision decision, String releasedId);

    /** Forgets the payload (P2), and overwrites the keys. */
    void forget();
}
