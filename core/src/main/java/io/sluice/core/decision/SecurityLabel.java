package io.sluice.core.decision;

import io.sluice.core.rulebook.TransformKind;
import java.util.Optional;

/**
 * What was done to a record, as FHIR's security labels say it: codes of {@link #SYSTEM} (HL7 Terminology, security
 * alteration integrity). In the order of their codes.
 */
public enum SecurityLabel {
    /** A value was made coarser, or part of it covered. */
    ABSTRED,
    /** A value was encrypted: who holds the key can read it. */
    MASKED,
    /** A value was replaced by a code that stands for it. */
    PSEUDED,
    /** The policy removed a value or put a constant in its place. */
    REDACTED,
    /** The view knows only a subset of the record: what nothing declares was left out. */
    SUBSETTED;

    /** The code system. */
    public static final String SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";

    /** What a transform of that kind does to a record that it meets; empty where it changes nothing. */
    public static Optional<SecurityLabel> of(TransformKind kind) {
        return switch (kind) {
            case KEEP -> Optional.empty();
            case GENERALISE, DATE_SHIFT, MASK -> Optional.of(ABSTRED);
            case TOKENISE_FPE, TOKENISE, PSEUDONYMISE -> Optional.of(PSEUDED);
            case ENCRYPT_DETERMINISTIC, ENCRYPT -> Optional.of(MASKED);
            case REDACT, DROP -> Optional.of(REDACTED);
        };
    }
}
