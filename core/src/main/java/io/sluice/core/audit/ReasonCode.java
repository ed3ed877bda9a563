package io.sluice.core.audit;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why a record was not decided, or not released to a recipient, through a fault. Codes never change their meaning. */
public enum ReasonCode {
    /** A ce_* header is missing, unknown, doubled, wrongly cased or not canonical, or the key is not the record's. */
    HEADER_INVALID,
    /** The seal does not open: the record was forged, altered or truncated. */
    SEAL_INVALID,
    /** The wrapped key cannot be unwrapped now, or its period has ended. */
    KEY_UNAVAILABLE,
    /** The keys of the record's subject are not to be had now: no lease of the key tree holds. The record itself opened. */
    SUBJECT_KEY_UNAVAILABLE,
    /** The record is older than the duplicate window. */
    STALE,
    /** The same id came with other content. */
    ID_REUSED,
    /** The activation stamped into the record is not known, or not verified. */
    POLICY_UNAVAILABLE,
    /** The policy gave no answer, or a malformed one. */
    DECISION_INVALID,
    /** The rulebook in force has no such dataset or producer. */
    DATASET_UNKNOWN,
    /** The payload does not parse. */
    PAYLOAD_INVALID,
    /** A transform failed, or is not known. */
    TRANSFORM_FAILED,
    /** A field that nothing declares, where the catalog quarantines those. */
    UNDECLARED_FIELD,
    /** An undeclared modifierExtension changes the meaning of what would be released (FHIR R4 2.1.4). */
    MODIFIER_EXTENSION,
    /** The view is larger than the recipient's topic takes. */
    VIEW_TOO_LARGE,
    /** The audit entry is larger than 65,535 bytes. */
    ENTRY_TOO_LARGE,
    /** The recipient's topic does not exist. */
    TOPIC_MISSING,
    /** The choice does not parse. */
    CHOICE_INVALID,
    /** A consent that was sent again, and the subject has chosen since: what was chosen later holds. */
    CHOICE_SUPERSEDED,
    /** The record was requeued under an activation that was not in force then. */
    POLICY_SUPERSEDED,
    /** The record was requeued, and its subject was erased after it came: it is never released, also if the subject returned. */
    SUBJECT_ERASED,
    /** A floor lies under the record, and neither it nor the record's own activation is stricter than the other everywhere. */
    FLOOR_CONFLICT;

    private static final Map<String, ReasonCode> BY_CODE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(ReasonCode::code, reason -> reason));

    /** The reason of a code; empty where there is none. */
    public static Optional<ReasonCode> of(String code) {
        return Optional.ofNullable(BY_CODE.get(code));
    }

    /** The code in entries, headers and answers. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
