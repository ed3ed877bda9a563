package io.sluice.audit.report;

import io.sluice.core.rulebook.TransformKind;

/** What was done to a field, as a breach or a review looks at it. */
enum Treatment {
    /** The value itself went out. */
    CLEAR("in clear"),
    /** Less of the value went out. */
    COARSER("coarser"),
    /** A code or ciphertext went out, which says nothing without a key that the recipient was not given. */
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

    String words() {
        return words;
    }
}
