package io.sluice.audit.verify;

import io.sluice.audit.note.Cosignature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a verification came to. Three verdicts, kept apart: an intact log may be incomplete, and a complete one may be
 * shown to others differently (only witnesses can tell). A fourth, where the auditor brings a checkpoint: whether the log
 * goes on from it.
 *
 * @param origin the log's name; empty where no checkpoint could be read
 * @param size entries under the checkpoint
 * @param root base64 root of the checkpoint; empty where none could be read
 * @param entries how many entries of each type were read
 * @param pruned entries at the begin that were pruned: of them nothing is known but their hashes; 0 where none were
 * @param positions per ingress partition ({@code events.ingress/1/0}) how many positions have their entry
 * @param intact every byte is what the checkpoint was signed over
 * @param complete each ingress position from the first to the last has exactly one entry
 * @param witnessed others saw the same log; open where they saw it up to {@code cosigned} alone: of the {@link #uncovered}
 *     entries behind it, each reader may have been shown others
 * @param extended it goes on from the checkpoint that the auditor kept
 * @param cosigned entries under the checkpoint that {@code cosignatures} are of; 0 where there are none
 * @param cosignatures which of the witnesses that were asked for signed it, and when
 * @param note the signed checkpoint to be kept for the next time: the one that the witnesses' quorum cosigned where they
 *     were asked for, else the one that was verified; empty where none could be read
 * @param keyPinned whether the key came from the caller; else it was taken from the log itself, and proves only that the
 *     log agrees with itself
 * @param mlDsaPinned whether an ML-DSA-44 key came from the caller, under which the checkpoint is signed where it is intact
 * @param citations the policy bundles that entries cite, in the order in which they first do
 * @param findings what was found, the first of them
 * @param findingCount how many there are in all
 */
public record Verification(
        String origin,
        long size,
        String root,
        Map<String, Long> entries,
        long pruned,
        Map<String, Long> positions,
        Verdict intact,
        Verdict complete,
        Verdict witnessed,
        Verdict extended,
        long cosigned,
        List<Cosignature> cosignatures,
        byte[] note,
        boolean keyPinned,
        boolean mlDsaPinned,
        List<Citation> citations,
        List<Finding> findings,
        long findingCount) {
    public Verification {
        entries = Map.copyOf(entries);
        positions = Map.copyOf(positions);
        cosignatures = List.copyOf(cosignatures);
        citations = List.copyOf(citations);
        findings = List.copyOf(findings);
    }

    /** How many entries at the end of the log no witness saw yet, so that nothing is said of what others see there. */
    public long uncovered() {
        return witnessed == Verdict.OPEN ? size - cosigned : 0;
    }

    /** Whether nothing fails. What is open or was not asked does not fail, and is not said to hold. */
    public boolean passed() {
        return intact == Verdict.HOLDS
                && complete != Verdict.FAILS
                && witnessed != Verdict.FAILS
                && extended != Verdict.FAILS;
    }

    /** The result for people, one line each: the verdicts, then the findings. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("log        " + (origin.isEmpty() ? "(no checkpoint)" : origin + ", " + size + " entries"));
        lines.add("intact     " + intact.code()
                + (mlDsaPinned && intact == Verdict.HOLDS ? ", signed by Ed25519 and ML-DSA-44" : ""));
        lines.add("complete   " + complete.code() + (pruned == 0 ? "" : ", from entry " + pruned + " on"));
        String covered = witnessed == Verdict.OPEN
                ? ", holds for " + cosigned + " entries; the last " + uncovered() + " are not covered"
                : cosignatures.isEmpty() ? "" : ", " + cosigned + " entries";
        lines.add("witnessed  " + witnessed.code() + covered);
        cosignatures.forEach(one ->
                lines.add("           by " + one.key().name() + " (" + one.key().id() + ") at " + one.time()));
        if (extended != Verdict.NOT_ASKED) {
            lines.add("extends    " + extended.code());
        }
        if (!keyPinned) {
            lines.add("the key was taken from the log itself; give the one you hold to know who signed");
        }
        findings.forEach(finding -> lines.add(finding.toString()));
        if (findingCount > findings.size()) {
            lines.add("and " + (findingCount - findings.size()) + " more findings");
        }
        return lines;
    }
}
