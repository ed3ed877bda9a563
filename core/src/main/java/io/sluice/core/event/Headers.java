package io.sluice.core.event;

/** The names of all Kafka headers that Sluice writes, once. CloudEvents attributes follow the Kafka binding ({@code ce_}). */
public final class Headers {
    /** Prefix of CloudEvents attributes in binary mode. */
    public static final String CE_PREFIX = "ce_";

    public static final String CE_SPECVERSION = "ce_specversion";
    public static final String CE_ID = "ce_id";
    public static final String CE_SOURCE = "ce_source";
    public static final String CE_TYPE = "ce_type";
    public static final String CE_TIME = "ce_time";
    public static final String CE_SUBJECT = "ce_subject";
    public static final String CE_DATASET = "ce_dataset";
    public static final String CE_PRODUCER = "ce_producer";
    public static final String CE_PURPOSE = "ce_purpose";
    public static final String CE_SUBJECTREF = "ce_subjectref";
    public static final String CE_SUBJECTREGION = "ce_subjectregion";
    public static final String CE_RECEIVED = "ce_received";
    public static final String CE_ACTIVATION = "ce_activation";
    public static final String CE_ATTRIBUTES = "ce_attributes";
    public static final String CONTENT_TYPE = "content-type";

    /** Wrapped data key and nonce of a sealed value. */
    public static final String SEAL = "sluice-seal";
    /** Original ingress position of a quarantined or requeued record, as an entry id without attempt. */
    public static final String POSITION = "sluice-position";
    /** The attempt that ended in quarantine, decimal; 0 for the first. */
    public static final String ATTEMPT = "sluice-attempt";
    /** Why a record is in quarantine: a {@code ReasonCode}. */
    public static final String REASON = "sluice-reason";
    /** The recipients for whom a quarantined record is still open, comma-separated; {@code *} for all. */
    public static final String RECIPIENTS = "sluice-recipients";
    /** {@code recorded} of the entry of the attempt that ended in quarantine. */
    public static final String RECORDED = "sluice-recorded";
    /** The protect job's mark on a quarantined record: without it a record on {@code events.requeue} is refused. */
    public static final String TICKET = "sluice-ticket";
    /** The activation under which a requeued record is to be decided, decimal. */
    public static final String ACTIVATION = "sluice-activation";
    /** The policy revision under which a view was released, where its plan allows that. */
    public static final String POLICY = "sluice-policy";

    /** Content type of a sealed value. */
    public static final String SEALED_CONTENT_TYPE = "application/vnd.sluice.sealed";

    private Headers() {}
}
