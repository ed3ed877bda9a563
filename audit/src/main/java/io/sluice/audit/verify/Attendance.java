package io.sluice.audit.verify;

import io.sluice.audit.note.Cosignature;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.SignedNote;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which of the witnesses that an auditor asks for signed one checkpoint. */
final class Attendance {
    /** A cosigner's clock may be this much ahead. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private final WitnessPolicy policy;
    private final List<Cosignature> cosignatures = new ArrayList<>();

    /** For each witness that signed, since when all its keys vouch. */
    private final List<Instant> times = new ArrayList<>();

    private final List<String> faults = new ArrayList<>();
    private final List<String> doubts = new ArrayList<>();

    private Attendance(WitnessPolicy policy) {
        this.policy = policy;
    }

    static Attendance of(SignedNote note, WitnessPolicy policy, Instant now) {
        Attendance attendance = new Attendance(policy);
        policy.names().forEach(name -> attendance.witness(name, note, now));
        return attendance;
    }

    /** What was signed validly, by the witnesses' names. */
    List<Cosignature> cosignatures() {
        return cosignatures;
    }

    /** Signatures that bear a witness's name and key and are not valid, each in a sentence. */
    List<String> faults() {
        return faults;
    }

    /** Valid ones that are not counted, since their time is not to be believed: no failure where a quorum holds without. */
    List<String> doubts() {
        return doubts;
    }

    /** How many witnesses signed. */
    int count() {
        return times.size();
    }

    /** As of when the quorum vouches for the checkpoint; empty where there is none. */
    Optional<Instant> quorumTime() {
        return times.size() < policy.quorum()
                ? Optional.empty()
                : Optional.of(times.stream()
                        .sorted(Comparator.reverseOrder())
                        .toList()
                        .get(policy.quorum() - 1));
    }

    private void witness(String name, SignedNote note, Instant now) {
        try {
            List<Cosignature> signed = note.cosignatures(policy.of(name));
            for (Cosignature one : signed) {
                if (one.time().isAfter(now.plus(SKEW))) {
                    doubts.add("the cosignature of " + name + " is of the future: " + one.time());
                    return;
                }
            }
            cosignatures.addAll(signed);
            if (signed.size() == policy.of(name).size()) {
                signed.stream()
                        .map(Cosignature::time)
                        .min(Comparator.naturalOrder())
                        .ifPresent(times::add);
            }
        } catch (NoteException e) {
            faults.add(String.valueOf(e.getMessage()));
        }
    }
}
