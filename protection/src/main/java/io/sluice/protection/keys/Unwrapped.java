package io.sluice.protection.keys;

import io.sluice.protection.crypto.SecretBytes;

/** What a key management service answers when it is asked to open a wrapped key. */
public sealed interface Unwrapped {
    /**
     * The key.
     *
     * @param secret its bytes, the caller's to destroy
     */
    record Key(SecretBytes secret) implements Unwrapped {}

    /** The service's final word that there is none. */
    enum Refused implements Unwrapped {
        /** No wrapping key of that name exists, or it was destroyed. */
        UNKNOWN_KEY,
        /** The bytes were not made by that wrapping key over that associated data. */
        INVALID
    }

    /**
     * The service could not be asked: it may open the key later.
     *
     * @param cause why, for logs
     */
    record OutOfReach(KeyAccessException cause) implements Unwrapped {}
}
