package io.sluice.jobs.protect;

import io.sluice.core.decision.Envelope;
import io.sluice.core.decision.ProtectionPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * To whom something of a subject was released, and how that recipient knows the subject: what it takes to tell them of a
 * choice later. Codes of the rulebook only, so the rulebook bounds it. Immutable.
 *
 * @param recipients by recipient id
 */
record Reached(SortedMap<String, Reach> recipients) {
    /** Nothing was released to anybody. */
    static final Reached NOBODY = new Reached(new TreeMap<>());

    private static final Reach NOTHING = new Reach(List.of(), false, true, Envelope.Time.KEEP);

    /**
     * What one recipient got.
     *
     * @param purposes for which purposes, sorted
     * @param named whether a view told the subject's reference
     * @param keyed whether all that told it lie under it as their key, and so in one partition
     * @param time the coarsest time that a view told
     */
    record Reach(List<String> purposes, boolean named, boolean keyed, Envelope.Time time) {
        Reach {
            purposes = List.copyOf(purposes);
        }

        private Reach with(String purpose, Envelope envelope) {
            TreeSet<String> all = new TreeSet<>(purposes);
            all.add(purpose);
            return new Reach(
                    new ArrayList<>(all),
                    named || names(envelope),
                    keyed && keys(envelope),
                    time.compareTo(envelope.time()) >= 0 ? time : envelope.time());
        }

        private boolean covers(String purpose, Envelope envelope) {
            return (named || !names(envelope))
                    && (!keyed || keys(envelope))
                    && time.compareTo(envelope.time()) >= 0
                    && purposes.contains(purpose);
        }

        private static boolean names(Envelope envelope) {
            return envelope.subject() == Envelope.Subject.REF;
        }

        private static boolean keys(Envelope envelope) {
            return !names(envelope) || envelope.key() == Envelope.Key.REF;
        }
    }

    Reached {
        recipients = Collections.unmodifiableSortedMap(recipients);
    }

    /** With a view under a plan; this same one where that tells nothing new. */
    Reached with(ProtectionPlan plan) {
        Reach before = recipients.getOrDefault(plan.recipient(), NOTHING);
        if (before.covers(plan.purpose(), plan.envelope())) {
            return this;
        }
        SortedMap<String, Reach> more = new TreeMap<>(recipients);
        more.put(plan.recipient(), before.with(plan.purpose(), plan.envelope()));
        return new Reached(more);
    }
}
