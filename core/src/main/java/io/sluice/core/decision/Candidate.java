package io.sluice.core.decision;

/**
 * A revision beside the active one, as an activation names it.
 *
 * @param bundle SHA-256 of its bundle, hex
 * @param revision its revision
 */
public record Candidate(String bundle, long revision) {
    public Candidate {
        if (revision < 1) {
            throw new IllegalArgumentException("revision starts at 1");
        }
        if (!bundle.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("bundle must be a SHA-256 in hex");
        }
    }
}
