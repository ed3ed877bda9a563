package io.sluice.protection.keys;

import io.sluice.protection.crypto.SecretBytes;

/**
 * One version of a named key of the ring. Safe for several threads; belongs to the ring, which never destroys it while
 * it runs, so callers must not either.
 *
 * @param name the key's name, as {@code token.customers}
 * @param version from 1
 * @param id its public name in ciphertexts and entries
 * @param secret its 32 bytes
 */
public record RingKey(String name, int version, KeyId id, SecretBytes secret) {
    @Override
    public String toString() {
        return "RingKey[" + name + "/" + version + "]";
    }
}
