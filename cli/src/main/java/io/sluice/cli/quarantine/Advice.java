package io.sluice.cli.quarantine;

import io.sluice.core.audit.ReasonCode;

/**
 * What a reason code means, and what mends it.
 *
 * @param meaning a sentence
 * @param fix what to do before the record is requeued, or why requeueing cannot help
 */
public record Advice(String meaning, String fix) {
    /** The advice on a reason. */
    public static Advice on(ReasonCode reason) {
        return switch (reason) {
            case HEADER_INVALID ->
                new Advice(
                        "A header is missing, unknown, doubled or not in its one form, or the key is not the record's: no"
                                + " gateway of this deployment wrote it like this.",
                        "Find out who else can write events.ingress. Requeueing cannot help: the record stays as it is.");
            case SEAL_INVALID ->
                new Advice(
                        "The seal does not open: the record was forged, altered, truncated or moved.",
                        "Find out who else can write events.ingress. Requeueing cannot help: the record stays as it is.");
            case KEY_UNAVAILABLE ->
                new Advice(
                        "The key that opens it could not be had in time, or its period has ended.",
                        "Bring the key store (keys.ingress) back, then requeue. Where the period's key was destroyed, the"
                                + " record can never be opened again.");
            case SUBJECT_KEY_UNAVAILABLE ->
                new Advice(
                        "The keys of its subject could not be had in time: no announcement of the custodian, the tree's files or"
                                + " the KMS out of reach, or a job that was started without a key tree.",
                        "See that the custodian runs (./sluice keys serve) and that the job reads keys.tree.folder, then"
                                + " requeue.");
            case STALE ->
                new Advice(
                        "It was appended longer after its receipt than the duplicate window: the gateway's or the broker's"
                                + " clock was wrong, or somebody copied an old record.",
                        "Requeue only what you know to be no copy: of several copies in quarantine one is released, but a"
                                + " copy of a record released long ago can no longer be told from it.");
            case ID_REUSED ->
                new Advice(
                        "The producer sent another content under an id that it had used.",
                        "Ask the producer. To requeue it says that it is another event; each content is released once.");
            case POLICY_UNAVAILABLE ->
                new Advice(
                        "The activation that was to decide it was not known within the wait.",
                        "See that the protect job reads policy.bundles and accepts the activation (./sluice policy history),"
                                + " then requeue.");
            case POLICY_SUPERSEDED ->
                new Advice(
                        "It was requeued under an activation that was no longer in force, or is older than the one sealed"
                                + " into it.",
                        "Requeue it again: the verb stamps the activation that is in force now.");
            case FLOOR_CONFLICT ->
                new Advice(
                        "A floor was put under it, and opens something that the activation sealed into it keeps closed, as"
                                + " that does the other way about.",
                        "Requeue it: the activation that is in force now decides.");
            case SUBJECT_ERASED ->
                new Advice(
                        "Its subject was erased after it came. Nothing of it is released, also if the subject has returned.",
                        "Leave it: it ends with the key of its day. Requeueing cannot help.");
            case DECISION_INVALID ->
                new Advice(
                        "The policy gave no answer, or a malformed one.",
                        "Mend the rulebook's Rego, activate a new revision, then requeue: that revision decides.");
            case DATASET_UNKNOWN ->
                new Advice(
                        "The revision that was to decide it has no such dataset or producer.",
                        "Add the file to the rulebook, activate a new revision, then requeue: that revision decides.");
            case PAYLOAD_INVALID ->
                new Advice(
                        "The payload does not parse.",
                        "Ask the producer to send it again, mended, under a new id. Requeueing cannot help: the record stays"
                                + " as it is.");
            case TRANSFORM_FAILED ->
                new Advice(
                        "A transform failed on a field, or is not known.",
                        "Give the field a transform that suits its values, activate a new revision, then requeue.");
            case UNDECLARED_FIELD ->
                new Advice(
                        "It has a field that nothing declares, and the catalog quarantines those.",
                        "Declare the field or let undeclared ones be dropped, activate a new revision, then requeue.");
            case MODIFIER_EXTENSION ->
                new Advice(
                        "It has an undeclared FHIR modifierExtension, which changes the meaning of what would be released.",
                        "Declare the extension in the catalog, activate a new revision, then requeue.");
            case VIEW_TOO_LARGE ->
                new Advice(
                        "The view is larger than the recipient's topic or the job's limit takes.",
                        "Raise max.message.bytes of the recipient's topic, or open less, then requeue.");
            case ENTRY_TOO_LARGE ->
                new Advice(
                        "Its audit entry would exceed 65,535 bytes.",
                        "Let the policy give fewer reasons, or split the recipients, activate a new revision, then requeue.");
            case TOPIC_MISSING ->
                new Advice(
                        "The recipient's topic does not exist, or the protect job may not write it.",
                        "Activate the revision anew (./sluice policy activate makes topics) or mend the grant"
                                + " (./sluice cluster check), then requeue.");
            case CHOICE_INVALID ->
                new Advice(
                        "The subject's choice does not parse, or cannot be carried out.",
                        "Ask the producer to send it again, mended. Requeueing cannot help: the record stays as it is.");
            case CHOICE_SUPERSEDED ->
                new Advice(
                        "It is a consent that came back after the subject had chosen otherwise: what was chosen later holds.",
                        "Ask the subject anew. Requeueing cannot help.");
        };
    }
}
