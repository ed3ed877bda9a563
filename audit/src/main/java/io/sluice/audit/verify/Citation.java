package io.sluice.audit.verify;

/**
 * A policy bundle that entries cite: without it their decisions cannot be made again.
 *
 * @param bundle its digest
 * @param revision its revision, as the first of them says
 * @param entries how many cite it
 * @param firstIndex index in the log of the first that does
 * @param firstEntry id of that one
 */
public record Citation(String bundle, long revision, long entries, long firstIndex, String firstEntry) {
    Citation again() {
        return new Citation(bundle, revision, entries + 1, firstIndex, firstEntry);
    }
}
