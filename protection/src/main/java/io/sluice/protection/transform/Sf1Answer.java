package io.sluice.protection.transform;

/** What came of the attempt to open an encrypted field: {@link Ok}, or exactly one reason why not. */
public sealed interface Sf1Answer {
    /**
     * The value.
     *
     * @param type its type before it was encrypted
     * @param text a string unescaped, else the JSON literal
     */
    record Ok(Sf1Type type, String text) implements Sf1Answer {
        @Override
        public String toString() {
            return "Ok[" + type + "]";
        }
    }

    /** Why there is none. */
    enum Refused implements Sf1Answer {
        /** Not an SF1 field, altered, not of this place, or of a key that never was: it will never open here. */
        AUTH_FAILED,
        /** The key was destroyed, with the KMS key that held it or by its subject's erasure: it will never open again. */
        KEY_SHREDDED,
        /** The keys cannot be asked now: ask again. */
        KEY_UNAVAILABLE
    }
}
