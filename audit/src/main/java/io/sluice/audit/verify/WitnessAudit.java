package io.sluice.audit.verify;

import io.sluice.audit.log.LogException;
import io.sluice.audit.log.LogFiles;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.merkle.ProofCheck;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.Cosignature;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.VerifierKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks whether others saw the log that is verified: witnesses by their cosignatures, the auditor by a checkpoint kept from
 * before. Both are roots of this tree at an earlier size, which a consistency proof shows or does not.
 */
final class WitnessAudit {
    private final VerifierConfig config;
    private final VerifierKey key;
    private final LogReader log;
    private final Findings findings;
    private final Checkpoint checkpoint;
    private final SignedNote note;

    /** @param note the signed checkpoint that the log was verified against */
    WitnessAudit(VerifierConfig config, VerifierKey key, LogReader log, SignedNote note, Findings findings) {
        this.config = config;
        this.key = key;
        this.log = log;
        this.note = note;
        this.checkpoint = Checkpoint.parse(note.text());
        this.findings = findings;
    }

    /** What came of asking for witnesses. */
    record Witnessed(Verdict verdict, long size, List<Cosignature> cosignatures) {
        static Witnessed notAsked() {
            return new Witnessed(Verdict.NOT_ASKED, 0, List.of());
        }
    }

    /** @param stored the file {@code checkpoint.witnessed}; null where there is none */
    Witnessed witnessed(byte @Nullable [] stored) {
        SignedNote earlier = earlier(stored);
        if (!config.witnesses().asks()) {
            return Witnessed.notAsked();
        }
        Instant now = config.clock().instant();
        Attendance latest = Attendance.of(note, config.witnesses(), now);
        Attendance before = earlier == null || earlier.text().equals(note.text())
                ? latest
                : Attendance.of(earlier, config.witnesses(), now);
        latest.faults().forEach(fault -> findings.unwitnessed(LogFiles.CHECKPOINT, fault));
        if (before != latest) {
            before.faults().forEach(fault -> findings.unwitnessed(LogFiles.WITNESSED, fault));
        }
        boolean whole = latest.quorumTime().isPresent() || before == latest;
        Attendance best = whole ? latest : before;
        long size = whole || earlier == null
                ? checkpoint.size()
                : Checkpoint.parse(earlier.text()).size();
        best.quorumTime()
                .ifPresentOrElse(
                        time -> age(time, now, whole ? 0 : checkpoint.size() - size),
                        () -> findings.unwitnessed(
                                whole ? LogFiles.CHECKPOINT : LogFiles.WITNESSED,
                                "bears the cosignatures of " + best.count() + " of the "
                                        + config.witnesses().names().size() + " witnesses, and "
                                        + config.witnesses().quorum() + " are asked for"));
        Verdict verdict =
                findings.failed(Finding.Question.WITNESSED) ? Verdict.FAILS : whole ? Verdict.HOLDS : Verdict.OPEN;
        return new Witnessed(verdict, size, best.cosignatures());
    }

    /** Whether the log goes on from the checkpoint that the auditor kept. */
    Verdict extended() {
        SignedNote kept = config.since();
        if (kept == null) {
            return Verdict.NOT_ASKED;
        }
        try {
            Checkpoint old = Checkpoint.verified(kept.toBytes(), key);
            fault(old, "the checkpoint that you kept")
                    .ifPresent(fault -> findings.notExtended(LogFiles.CHECKPOINT, fault));
        } catch (NoteException e) {
            findings.notExtended(
                    LogFiles.CHECKPOINT, "the checkpoint that you kept is not of this log: " + e.getMessage());
        }
        return findings.failed(Finding.Question.EXTENDS) ? Verdict.FAILS : Verdict.HOLDS;
    }

    /** The stored checkpoint, where it is one of this tree; whoever signed it, a file of the log has to agree with it. */
    private @Nullable SignedNote earlier(byte @Nullable [] stored) {
        if (stored == null) {
            return null;
        }
        try {
            Checkpoint old = Checkpoint.verified(stored, key);
            Optional<String> fault = fault(old, "it");
            fault.ifPresent(text -> {
                if (!findings.failed(Finding.Question.INTACT)) { // else the altered file is the cause, and named
                    findings.altered(LogFiles.WITNESSED, text);
                }
                if (config.witnesses().asks()) {
                    findings.unwitnessed(LogFiles.WITNESSED, text);
                }
            });
            return fault.isPresent() ? null : SignedNote.parse(stored);
        } catch (NoteException e) {
            findings.altered(LogFiles.WITNESSED, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private void age(Instant time, Instant now, long behind) {
        if (config.witnesses().maxAge() != null
                && time.plus(config.witnesses().maxAge()).isBefore(now)) {
            findings.unwitnessed(LogFiles.CHECKPOINT, "the witnesses' quorum is of " + time + ", which is too old");
        }
        if (behind == 0) {
            return;
        }
        String tail =
                "the last " + behind + " entries came after the checkpoint of " + time + " that witnesses cosigned";
        if (time.plus(WitnessPolicy.GRACE).isBefore(now)) {
            findings.unwitnessed(LogFiles.CHECKPOINT, tail);
        } else {
            findings.note(Finding.Question.WITNESSED, LogFiles.CHECKPOINT, tail);
        }
    }

    /** Why the log does not go on from {@code old}; empty where it does. */
    private Optional<String> fault(Checkpoint old, String what) {
        if (old.size() > checkpoint.size()) {
            return Optional.of(what + " has " + old.size() + " entries, and the log only " + checkpoint.size()
                    + ": it was set back");
        }
        try {
            boolean extended = ProofCheck.consistency(
                    old.size(),
                    checkpoint.size(),
                    log.consistencyProof(old.size(), checkpoint.size()),
                    old.root(),
                    checkpoint.root());
            return extended
                    ? Optional.empty()
                    : Optional.of(what + ", of " + old.size() + " entries, is of another tree: what this log signed was"
                            + " rewritten, or its tiles were");
        } catch (LogException e) {
            if (e.fault() == LogException.Fault.IO) {
                throw e;
            }
            return Optional.of("that the log goes on from " + what + " cannot be shown: " + e.getMessage());
        }
    }
}
