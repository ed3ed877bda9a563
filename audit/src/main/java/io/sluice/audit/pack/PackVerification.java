package io.sluice.audit.pack;

import io.sluice.audit.note.Cosignature;
import io.sluice.audit.verify.Verdict;
import java.util.ArrayList;
import java.util.List;

/**
 * What the verification of a pack came to. A pack is a selection: nobody can tell from it whether the log holds more that
 * was asked for, so there is no verdict about completeness.
 *
 * @param origin the log's name, as the checkpoint says
 * @param size entries under the checkpoint
 * @param entries entries in the pack
 * @param intact each entry stands in the log that was signed, at its place
 * @param policies what the entries cite by digest (bundles, plans) is in the pack, byte for byte; and for each activation that
 *     they cite by number, one of that number that names their bundle. Nothing is said of who signed it, nor of approvals
 * @param witnessed the witnesses' quorum signed the checkpoint too
 * @param cosignatures which of them, and when
 * @param keyPinned whether the log's key came from the caller; else it was taken from the pack, which then vouches for itself
 * @param findings what is the matter, in sentences; one that begins with {@code note:} fails nothing
 * @param findingCount how many there are in all
 */
public record PackVerification(
        String origin,
        long size,
        long entries,
        Verdict intact,
        Verdict policies,
        Verdict witnessed,
        List<Cosignature> cosignatures,
        boolean keyPinned,
        List<String> findings,
        long findingCount) {
    public PackVerification {
        cosignatures = List.copyOf(cosignatures);
        findings = List.copyOf(findings);
    }

    /** Whether nothing fails. */
    public boolean passed() {
        return intact == Verdict.HOLDS && policies == Verdict.HOLDS && witnessed != Verdict.FAILS;
    }

    /** The result for people, one line each. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("pack       " + entries + " entries of " + origin + ", under its checkpoint of " + size);
        lines.add("intact     " + intact.code());
        lines.add("policies   " + policies.code());
        lines.add("complete   " + Verdict.NOT_ASKED.code() + ": a pack is a selection; ask the whole log");
        lines.add("witnessed  " + witnessed.code());
        cosignatures.forEach(one ->
                lines.add("           by " + one.key().name() + " (" + one.key().id() + ") at " + one.time()));
        if (!keyPinned) {
            lines.add("the key was taken from the pack itself; give the one you hold to know who signed");
        }
        lines.addAll(findings);
        if (findingCount > findings.size()) {
            lines.add("and " + (findingCount - findings.size()) + " more findings");
        }
        return lines;
    }
}
