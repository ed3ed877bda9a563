package io.sluice.core.rulebook;

import java.util.Locale;
import java.util.Optional;

/**
 * The closed set of transforms, from the mildest to the strictest: where several rules name one field, the later one of
 * this order wins. {@code redact} and {@code drop} need no permission of a profile.
 */
public enum TransformKind {
    KEEP(true, true, false, Output.VALUE),
    GENERALISE(false, true, true, Output.COARSER),
    DATE_SHIFT(true, true, true, Output.SAME_FORM),
    MASK(false, true, true, Output.TEXT),
    TOKENISE_FPE(true, true, true, Output.SAME_FORM),
    TOKENISE(false, true, true, Output.TEXT),
    PSEUDONYMISE(false, true, false, Output.TEXT),
    ENCRYPT_DETERMINISTIC(true, true, true, Output.TEXT),
    ENCRYPT(true, false, true, Output.TEXT),
    REDACT(false, true, false, Output.CONSTANT),
    DROP(false, true, false, Output.NOTHING);

    /** What a result is, by the type and form of the value. Null stays null, but where nothing goes out. */
    public enum Output {
        /** The value itself. */
        VALUE,
        /**
         * A coarser value: numbers and dates keep their type, but for the class of ages over 89 and prefixes of ZIP codes,
         * which are texts.
         */
        COARSER,
        /** Another value of the same type and form: a date as precise as it was, a number of as many digits. */
        SAME_FORM,
        /** A text, whatever the value was. */
        TEXT,
        /** A constant: a text for texts, null for all else. */
        CONSTANT,
        /** Nothing. */
        NOTHING
    }

    private final boolean reversible;
    private final boolean deterministic;
    private final boolean derived;
    private final Output output;

    TransformKind(boolean reversible, boolean deterministic, boolean derived, Output output) {
        this.reversible = reversible;
        this.deterministic = deterministic;
        this.derived = derived;
        this.output = output;
    }

    /** The name in rulebooks and plans: lower case, hyphens. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether somebody with a key gets the value back. */
    public boolean reversible() {
        return reversible;
    }

    /** Whether equal values give equal results; of {@code date-shift} and {@code pseudonymise} within one subject. */
    public boolean deterministic() {
        return deterministic;
    }

    /** Whether the result is derived from the value (45 CFR 164.514(c) forbids that of a re-identification code). */
    public boolean derived() {
        return derived;
    }

    /** What a result is. */
    public Output output() {
        return output;
    }

    /**
     * Whether whoever holds its key finds a value by trying all values out: equal values of whomever give equal results. It
     * takes a key that the KMS holds where a class has few values.
     */
    public boolean enumerable() {
        return switch (this) {
            case TOKENISE, TOKENISE_FPE, ENCRYPT_DETERMINISTIC -> true;
            case KEEP, GENERALISE, DATE_SHIFT, MASK, PSEUDONYMISE, ENCRYPT, REDACT, DROP -> false;
        };
    }

    /** Whether its result depends on whose record it is: a record without a subject cannot have it. */
    public boolean needsSubject() {
        return this == DATE_SHIFT || this == PSEUDONYMISE;
    }

    /** Whether a rulebook may use it without the profile's permission. */
    public boolean alwaysAllowed() {
        return this == REDACT || this == DROP;
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
