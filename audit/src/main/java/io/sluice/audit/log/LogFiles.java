package io.sluice.audit.log;

/** Names of the files of a log folder that are not tiles. */
public final class LogFiles {
    /** The signed checkpoint. */
    public static final String CHECKPOINT = "checkpoint";

    /** The largest checkpoint that witnesses cosigned, with their signatures; only where there are witnesses. */
    public static final String WITNESSED = "checkpoint.witnessed";

    /** A checkpoint with an RFC 3161 time stamp; only where an authority is asked. */
    public static final String TIMESTAMPED = "checkpoint.timestamped";

    /** The log's public key, one line. */
    public static final String VERIFIER_KEY = "log.vkey";

    /** The log's ML-DSA-44 public key, one line; only where it signs with one. */
    public static final String ML_DSA_KEY = "log.ml-dsa.vkey";

    /** The journal of tree sizes and Kafka offsets; not served. */
    public static final String OFFSETS = "offsets";

    /** The log's minimum index; only where entries were pruned. */
    public static final String PRUNED = "pruned";

    /** Held by the writer; always empty; not served. */
    public static final String LOCK = ".lock";

    /** Ends the name of a file that is about to replace another. */
    public static final String NEW_SUFFIX = ".new";

    private LogFiles() {}
}
