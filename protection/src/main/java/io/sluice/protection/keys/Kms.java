package io.sluice.protection.keys;

import io.sluice.protection.crypto.SecretBytes;
import java.util.Optional;
import java.util.SortedSet;

/**
 * A key management service: named wrapping keys that never leave it.
 *
 * <p>Promises of every adapter ({@code KmsContract} tests them): a wrapped key opens only under the name and associated
 * data it was wrapped with; a wrapping key that was destroyed opens nothing again, also where a new one bears its name;
 * processes that share the service see each other's keys at once. {@link #unwrap} tells a service that cannot be reached
 * from a key that is gone and from bytes that do not open; all other calls throw {@link KeyAccessException}, with
 * {@code UNKNOWN_KEY} only where the service itself says that there is no such key.
 *
 * <p>Safe for use by several threads. Calls may block for the adapter's time limit: nothing for an event loop.
 */
public interface Kms {
    /** Longest wrapped key of 32 bytes that an adapter makes. */
    int MAX_WRAPPED_BYTES = 384;

    /**
     * Makes a random wrapping key. False where one of that name exists.
     *
     * @param keyName 1 to 64 of {@code a-z 0-9 . -}, the first a letter or digit
     */
    boolean create(String keyName);

    /** Whether a key of that name exists now and was not destroyed, even if its destruction has yet to take effect. */
    boolean has(String keyName);

    /** What the service says of a key; empty where it has none of that name. */
    Optional<KmsKey> describe(String keyName);

    /** The names of all keys. */
    SortedSet<String> keyNames();

    /**
     * Wraps a key of 1 to 64 bytes.
     *
     * @throws KeyAccessException with {@code UNKNOWN_KEY} where no wrapping key of that name exists
     */
    byte[] wrap(String keyName, SecretBytes key, byte[] associatedData);

    /** Opens a wrapped key. Never throws, whatever the bytes say and wherever the service is. */
    Unwrapped unwrap(String keyName, byte[] wrapped, byte[] associatedData);

    /**
     * Destroys a wrapping key: from the receipt's time on what it wrapped can never be opened again, and from now on this
     * service opens it no more. Empty where there is none of that name and the service knows of none that it is still
     * destroying; asking again is harmless.
     */
    Optional<DestroyReceipt> destroy(String keyName);
}
