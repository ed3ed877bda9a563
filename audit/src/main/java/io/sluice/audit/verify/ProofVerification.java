package io.sluice.audit.verify;

import io.sluice.audit.log.TlogProof;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.Cosignature;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.VerifierKey;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the verification of one entry's proof came to. It needs no log and no server.
 *
 * @param origin the log's name, as its checkpoint says
 * @param size entries under the checkpoint
 * @param index the entry's place
 * @param included the log signed a tree that has this entry at this place
 * @param witnessed the witnesses' quorum signed it too
 * @param cosignatures which of them, and when
 * @param findings what is the matter, in sentences; one that begins with {@code note:} fails nothing
 */
public record ProofVerification(
        String origin,
        long size,
        long index,
        Verdict included,
        Verdict witnessed,
        List<Cosignature> cosignatures,
        List<String> findings) {
    public ProofVerification {
        cosignatures = List.copyOf(cosignatures);
        findings = List.copyOf(findings);
    }

    /**
     * Verifies.
     *
     * @param entry the bytes that are claimed to stand in the log
     * @param key who has to have signed the checkpoint
     * @throws NoteException where the proof's note holds no checkpoint
     */
    public static ProofVerification of(
            TlogProof proof, byte[] entry, VerifierKey key, WitnessPolicy policy, Clock clock) {
        List<String> findings = new ArrayList<>();
        Checkpoint checkpoint = Checkpoint.parse(proof.note().text());
        try {
            Checkpoint.verified(proof.note().toBytes(), key);
        } catch (NoteException e) {
            findings.add(String.valueOf(e.getMessage()));
        }
        if (!proof.proves(entry)) {
            findings.add("these bytes are not entry " + proof.index() + " of the tree that the checkpoint is of");
        }
        Verdict included = findings.isEmpty() ? Verdict.HOLDS : Verdict.FAILS;
        Verdict witnessed = Verdict.NOT_ASKED;
        List<Cosignature> cosignatures = List.of();
        if (policy.asks()) {
            Attendance attendance = Attendance.of(proof.note(), policy, clock.instant());
            cosignatures = attendance.cosignatures();
            List<String> faults = faults(attendance, policy, clock.instant());
            if (attendance.quorumTime().isEmpty()) {
                faults.addAll(attendance.doubts());
            } else {
                attendance.doubts().forEach(doubt -> findings.add("note: " + doubt));
            }
            witnessed = faults.isEmpty() ? Verdict.HOLDS : Verdict.FAILS;
            findings.addAll(faults);
        }
        return new ProofVerification(
                checkpoint.origin(), checkpoint.size(), proof.index(), included, witnessed, cosignatures, findings);
    }

    private static List<String> faults(Attendance attendance, WitnessPolicy policy, Instant now) {
        List<String> faults = new ArrayList<>(attendance.faults());
        Optional<Instant> time = attendance.quorumTime();
        if (time.isEmpty()) {
            faults.add("the checkpoint bears the cosignatures of " + attendance.count() + " of the "
                    + policy.names().size() + " witnesses, and " + policy.quorum() + " are asked for");
        } else if (policy.maxAge() != null && time.get().plus(policy.maxAge()).isBefore(now)) {
            faults.add("the witnesses' quorum is of " + time.get() + ", which is too old");
        }
        return faults;
    }

    /** Whether nothing fails. */
    public boolean passed() {
        return included == Verdict.HOLDS && witnessed != Verdict.FAILS;
    }

    /** The result for people, one line each. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("entry      " + index + " of " + origin + ", under its checkpoint of " + size + " entries");
        lines.add("included   " + included.code());
        lines.add("witnessed  " + witnessed.code());
        cosignatures.forEach(one ->
                lines.add("           by " + one.key().name() + " (" + one.key().id() + ") at " + one.time()));
        lines.addAll(findings);
        return lines;
    }
}
