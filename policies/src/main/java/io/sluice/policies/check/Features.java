package io.sluice.policies.check;

/**
 * What a deployment has switched on, of what is off by default.
 *
 * @param fpe {@code protection.fpe.enabled}: a rulebook may ask for {@code tokenise-fpe}
 */
public record Features(boolean fpe) {
    /** Nothing is switched on. */
    public static final Features DEFAULT = new Features(false);
}
