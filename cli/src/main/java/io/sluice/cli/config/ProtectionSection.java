package io.sluice.cli.config;

/**
 * What transforms may do that is off by default. Read by the verbs that check and build a rulebook, and by the protect job.
 *
 * @param fpe format-preserving encryption
 */
public record ProtectionSection(Fpe fpe) {
    /**
     * The transform {@code tokenise-fpe}.
     *
     * @param enabled whether a rulebook may ask for it; the patent note in {@code docs/specs/rulebook.md} says why it is off
     */
    public record Fpe(boolean enabled) {}

    static ProtectionSection defaults() {
        return new ProtectionSection(new Fpe(false));
    }
}
