package io.sluice.audit.report;

import io.sluice.core.rulebook.TransformKind;

/** What was done to a field, as a breach or a review looks at it. */
enum Treatment {
    /** The value itself went out. */
    CLEAR("in clear"),
    /** Less of the value went out. */
    COARSER("coarser"),
    /** A code or ciphertext went out, made by a key or drawn at random; see {@link #isEncrypted} for what that secures. */
    KEYED("under a key"),
    /** Nothing of it went out. */
    GONE("gone");

    private final String words;

    Treatment(String words) {
        this.words = words;
    }

    static Treatment of(TransformKind kind) {
        return switch (kind) {
            case KEEP -> CLEAR;
            case GENERALISE, DATE_SHIFT, MASK -> COARSER;
            case TOKENISE, TOKENISE_FPE, PSEUDONYMISE, ENCRYPT, ENCRYPT_DETERMINISTIC -> KEYED;
            case REDACT, DROP -> GONE;
        };
    }

    /**
     * Whether what went out is ciphertext. That is what HHS takes as secured, beside destruction (guidance to 45 CFR
     * 164.402); a token, a code that keeps the form, and a pseudonym are not, and stay personal data (GDPR recital 26).
     */
    static boolean isEncrypted(TransformKind kind) {
        return kind == TransformKind.ENCRYPT || kind == TransformKind.ENCRYPT_DETERMINISTIC;
    }

    String words() {
        return words;
    }
}
