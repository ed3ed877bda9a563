package io.sluice.core.decision;

import org.jspecify.annotations.Nullable;

/**
 * What {@code sluice/admission} answered. Undefined is {@link #DENIED}.
 *
 * @param allow whether the event is accepted
 * @param code why not: {@code dataset-unknown}, {@code dataset-not-granted}, {@code purpose-not-granted},
 *     {@code purpose-required}, {@code choices-not-granted}, {@code denied}; null where allowed
 * @param purpose the collection purpose in force, null where denied or for a choice
 */
public record AdmissionDecision(
        boolean allow, @Nullable String code, @Nullable String purpose) {
    /** The answer to everything that the policy does not answer. */
    public static final AdmissionDecision DENIED = new AdmissionDecision(false, "denied", null);
}
