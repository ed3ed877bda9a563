package io.sluice.protection.transform;

import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.KeyId;
import org.jspecify.annotations.Nullable;

/**
 * The key of a record's subject for its fields ({@code encrypt} with {@code key: subject}), and the cipher that is set up
 * once for all of the record's views. Lives no longer than the record is at hand. Confined to one thread.
 */
public final class SubjectFieldKey {
    /** A forger who may try several subjects' keys must not find one ciphertext that opens under two: it commits. */
    static final Sf1Suite SUITE = Sf1Suite.XAES_KC;

    private final KeyId id;
    private final byte[] idBytes;
    private final SecretBytes key;
    private @Nullable Sf1Cipher cipher;

    /** @param key of {@link io.sluice.protection.keytree.SubjectUse#FIELDS}; stays the caller's, who destroys it */
    public SubjectFieldKey(KeyId id, SecretBytes key) {
        this.id = id;
        this.idBytes = id.toBytes();
        this.key = key;
    }

    /** The public name of the subject's key: stands in the ciphertexts. */
    public KeyId id() {
        return id;
    }

    byte[] idBytes() {
        return idBytes;
    }

    Sf1Cipher cipher() {
        Sf1Cipher ready = cipher;
        if (ready == null) {
            ready = SUITE.cipher(key);
            cipher = ready;
        }
        return ready;
    }

    @Override
    public String toString() {
        return "SubjectFieldKey[" + id + ", hidden]";
    }
}
