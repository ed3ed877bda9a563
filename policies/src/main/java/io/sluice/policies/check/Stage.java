package io.sluice.policies.check;

import java.util.Locale;

/** What {@code policy check} looks at, in its order. */
public enum Stage {
    /** Every file reads and fits its schema. */
    FILES,
    /** References, transforms, ceilings, domains, bases. */
    RULES,
    /** The Rego: format, strict mode, builtins, its own tests and what they cover. */
    REGO,
    /** Grounds, agreements and transfers: who gets nothing at all. */
    LAW,
    /** The officers' scenarios. */
    SCENARIOS,
    /** OPA's own evaluator and the compiled policy answer alike. */
    PARITY,
    /** Sample events against the catalog. */
    SAMPLES;

    /** The word for people and programs. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
