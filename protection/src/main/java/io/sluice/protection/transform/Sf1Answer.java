package io.sluice.protection.transform;

/** What came of the attempt to open an encrypted field. {@code KEY_SHREDDED} joins with subject keys. */
public sealed interface Sf1Answer {
    /**
     * The value.
     *
     * @param type its type before it was encrypted
     * @param text a string unescaped, else the JSON literal
     */
    record Opened(Sf1Type type, String text) implements Sf1Answer {
        @Override
        public String toString() {
            return "Opened[" + type + "]";
        }
    }

    /** Why there is none. */
    enum Refused implements Sf1Answer {
        /** Not an SF1 field, altered, or not of this place. */
        AUTH_FAILED,
        /** The key that the field names is not in the ring. */
        KEY_UNAVAILABLE
    }
}
