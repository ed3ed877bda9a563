package io.sluice.core.rulebook;

import java.util.Locale;
import java.util.Optional;

/**
 * The closed set of transforms, from the mildest to the strictest: where several rules name one field, the later one of
 * this order wins. {@code redact} and {@code drop} need no permission of a profile.
 */
public enum TransformKind {
    KEEP(true, true, false),
    GENERALISE(false, true, true),
    DATE_SHIFT(false, true, true),
    MASK(false, true, true),
    TOKENISE_FPE(true, true, true),
    TOKENISE(false, true, true),
    PSEUDONYMISE(false, true, false),
    ENCRYPT_DETERMINISTIC(true, true, true),
    ENCRYPT(true, false, true),
    REDACT(false, true, false),
    DROP(false, true, false);

    private final boolean reversible;
    private final boolean deterministic;
    private final boolean derived;

    TransformKind(boolean reversible, boolean deterministic, boolean derived) {
        this.reversible = reversible;
        this.deterministic = deterministic;
        this.derived = derived;
    }

    /** The name in rulebooks and plans: lower case, hyphens. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether somebody with a key gets the value back. */
    public boolean reversible() {
        return reversible;
    }

    /** Whether equal values give equal results. */
    public boolean deterministic() {
        return deterministic;
    }

    /** Whether the result is derived from the value (45 CFR 164.514(c) forbids that of a re-identification code). */
    public boolean derived() {
        return derived;
    }

    /** Whether a rulebook may use it without the profile's permission. */
    public boolean alwaysAllowed() {
        return this == REDACT || this == DROP;
    }

    /** Whether this build performs it; {@code policy check} refuses the others. */
    public boolean available() {
        return switch (this) {
            case DATE_SHIFT, TOKENISE_FPE, PSEUDONYMISE, ENCRYPT_DETERMINISTIC -> false;
            case KEEP, GENERALISE, MASK, TOKENISE, ENCRYPT, REDACT, DROP -> true;
        };
    }

    /** The stricter of the two. */
    public TransformKind strictest(TransformKind other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /** The kind of that code. */
    public static Optional<TransformKind> ofCode(String code) {
        for (TransformKind kind : values()) {
            if (kind.code().equals(code)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
