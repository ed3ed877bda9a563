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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
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

    /**
     * What came of asking for witnesses.
     *
     * @param size entries under what they cosigned; nothing is pronounced on beyond
     * @param keep what the auditor keeps for the next time
     */
    record Witnessed(
            Verdict verdict,
            long size,
            List<Cosignature> cosignatures,
            @Nullable SignedNote keep) {
        static Witnessed notAsked() {
            return new Witnessed(Verdict.NOT_ASKED, 0, List.of(), null);
        }
    }

    /** A checkpoint of this tree, and who cosigned it. */
    private record Seen(SignedNote note, long size, Attendance attendance) {
        boolean byQuorum() {
            return attendance.quorumTime().isPresent();
        }

        Instant time() {
            return attendance.quorumTime().orElseThrow();
        }
    }

    /**
     * Asks for the largest checkpoint that a quorum cosigned: the log's last one, the one stored beside it, or the one that
     * the auditor kept, which the log may not fall behind.
     *
     * @param stored the file {@code checkpoint.witnessed}; null where there is none
     * @param kept what the auditor kept, where the log goes on from it
     */
    Witnessed witnessed(byte @Nullable [] stored, @Nullable SignedNote kept) {
        SignedNote earlier = earlier(stored);
        if (!config.witnesses().asks()) {
            return Witnessed.notAsked();
        }
        Instant now = config.clock().instant();
        List<Seen> files = new ArrayList<>(List.of(seen(note, now)));
        if (earlier != null && !earlier.text().equals(note.text())) {
            files.add(seen(earlier, now));
        }
        List<Seen> all = new ArrayList<>(files);
        if (kept != null) {
            all.add(seen(kept, now)); // what is not valid of it does not count
        }
        boolean vouched = all.stream().anyMatch(Seen::byQuorum);
        tell(files.get(0).attendance(), LogFiles.CHECKPOINT, vouched);
        if (files.size() > 1) {
            tell(files.get(1).attendance(), LogFiles.WITNESSED, vouched);
        }
        Optional<Seen> best = all.stream()
                .filter(Seen::byQuorum)
                .reduce(BinaryOperator.maxBy(
                        Comparator.comparingLong(Seen::size).thenComparing(Seen::time)));
        if (best.isEmpty()) {
            return nobody(files);
        }
        long size = best.get().size();
        Seen first = all.stream()
                .filter(one -> one.byQuorum() && one.size() == size)
                .min(Comparator.comparing(Seen::time))
                .orElseThrow();
        age(best.get().time(), now);
        tail(first.time(), now, checkpoint.size() - size);
        Verdict verdict = findings.failed(Finding.Question.WITNESSED)
                ? Verdict.FAILS
                : size == checkpoint.size() ? Verdict.HOLDS : Verdict.OPEN;
        SignedNote keep = kept != null && Checkpoint.parse(kept.text()).size() > size
                ? kept // never back
                : first.note(); // not the fresher one: it tells since when they saw no more
        return new Witnessed(verdict, size, best.get().attendance().cosignatures(), keep);
    }

    private Seen seen(SignedNote signed, Instant now) {
        return new Seen(signed, Checkpoint.parse(signed.text()).size(), Attendance.of(signed, config.witnesses(), now));
    }

    private void tell(Attendance attendance, String file, boolean vouched) {
        attendance.faults().forEach(fault -> findings.unwitnessed(file, fault));
        for (String doubt : attendance.doubts()) {
            if (vouched) {
                findings.note(Finding.Question.WITNESSED, file, doubt);
            } else {
                findings.unwitnessed(file, doubt);
            }
        }
    }

    private Witnessed nobody(List<Seen> files) {
        Seen most = files.stream()
                .reduce(BinaryOperator.maxBy(
                        Comparator.comparingInt((Seen one) -> one.attendance().count())))
                .orElseThrow();
        findings.unwitnessed(
                most.note().text().equals(note.text()) ? LogFiles.CHECKPOINT : LogFiles.WITNESSED,
                "bears the cosignatures of " + most.attendance().count() + " of the "
                        + config.witnesses().names().size() + " witnesses, and "
                        + config.witnesses().quorum() + " are asked for");
        return new Witnessed(Verdict.FAILS, most.size(), most.attendance().cosignatures(), null);
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

    private void age(Instant time, Instant now) {
        if (config.witnesses().maxAge() != null
                && time.plus(config.witnesses().maxAge()).isBefore(now)) {
            findings.unwitnessed(LogFiles.CHECKPOINT, "the witnesses' quorum is of " + time + ", which is too old");
        }
    }

    /**
     * What no witness saw may be another story for each reader, however fresh the signatures before it are.
     *
     * @param first when the witnesses are first known to have seen what they saw last
     */
    private void tail(Instant first, Instant now, long behind) {
        if (behind == 0) {
            return;
        }
        String tail =
                "the last " + behind + " entries came after the checkpoint of " + first + " that witnesses cosigned";
        if (first.plus(WitnessPolicy.GRACE).isBefore(now)) {
            findings.unwitnessed(LogFiles.CHECKPOINT, tail + ": it is kept from them, or they are away");
        } else {
            findings.note(Finding.Question.WITNESSED, LogFiles.CHECKPOINT, tail + ", and are not covered");
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
