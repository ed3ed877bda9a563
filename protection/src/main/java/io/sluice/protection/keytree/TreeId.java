package io.sluice.protection.keytree;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.encoding.Names;

/**
 * Which tree: each tenant has one per epoch. A new epoch is a new root; when the last ciphertext of an epoch is past its
 * retention, destroying the epoch's store key ends all its keys at once.
 *
 * @param tenant the deployment's tenant
 * @param epoch from 1
 */
public record TreeId(String tenant, int epoch) {
    /** Highest epoch. */
    public static final int MAX_EPOCH = 9_999;

    public TreeId {
        Names.requireId("tenant", tenant);
        if (epoch < 1 || epoch > MAX_EPOCH) {
            throw new IllegalArgumentException("an epoch is 1 to " + MAX_EPOCH + ", not " + epoch);
        }
    }

    /** The wrapping key in the KMS of one revision's store key, and of nothing else. */
    String kmsKey(long revision) {
        return "tree-" + epoch + "-" + revision;
    }

    /** The ring key that turns subjects into leaves. One per epoch and never rotated: another would move every leaf. */
    String indexKey() {
        return "subject-index." + epoch;
    }

    /** The start of associated data: what is bound to one revision of this tree. */
    LengthPrefixed binding(String use, long revision) {
        return Wire.u64(Wire.u32(new LengthPrefixed().text(use).u8(1).text(tenant), epoch), revision);
    }

    @Override
    public String toString() {
        return tenant + "/" + epoch;
    }
}
