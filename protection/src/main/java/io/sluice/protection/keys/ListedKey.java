package io.sluice.protection.keys;

import java.time.Instant;

/**
 * What a ring says of one version of a key: nothing secret.
 *
 * @param name its name
 * @param version from 1
 * @param id its id in ciphertexts and entries
 * @param created when it was made
 * @param kmsKey the KMS key that wraps it
 * @param state what may be done with it
 */
public record ListedKey(String name, int version, KeyId id, Instant created, String kmsKey, State state) {
    /** What may be done with a version. */
    public enum State {
        /** The newest: it protects, where the rulebook names no other. */
        NEWEST,
        /** An older one: it opens what it protected. */
        OLDER,
        /** The KMS key of its own is destroyed: what it protected does not open. */
        DESTROYED
    }
}
