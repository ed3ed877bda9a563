package io.sluice.jobs.protect;

/** Which policy decides a record. */
sealed interface Ruling {
    /**
     * There is one.
     *
     * @param policy it
     * @param activation the activation that it decides under: the record's own, or a floor after it
     */
    record Decides(PolicyInForce policy, long activation) implements Ruling {}

    /** There is none. */
    enum None implements Ruling {
        /** The record's activation is not known. */
        UNKNOWN,
        /** A floor would open something that the record's own activation keeps closed, and the other way about. */
        CONFLICT
    }
}
