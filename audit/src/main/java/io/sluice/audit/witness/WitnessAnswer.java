package io.sluice.audit.witness;

/**
 * What a witness answers to a checkpoint.
 *
 * @param status what came of it
 * @param text signature lines where it cosigned, the size that it knows where that is another, else what is wrong
 */
public record WitnessAnswer(Status status, String text) {
    /** Kinds of answers, with their HTTP status. */
    public enum Status {
        /** It cosigned. */
        COSIGNED(200),
        /** The request is none, or its old size is larger than its checkpoint. */
        MALFORMED(400),
        /** The checkpoint is signed by no key that this witness has for its origin. */
        UNTRUSTED(403),
        /** The origin is of a log that it does not witness. */
        UNKNOWN(404),
        /** The witness knows another size than the request says. */
        OTHER_SIZE(409),
        /** The checkpoint is not shown to extend what the witness knows. */
        INCONSISTENT(422);

        private final int code;

        Status(int code) {
            this.code = code;
        }

        /** The HTTP status. */
        public int code() {
            return code;
        }
    }
}
