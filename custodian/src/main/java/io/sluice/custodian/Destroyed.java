package io.sluice.custodian;

import io.sluice.protection.keytree.TreeId;
import java.time.Instant;
import java.util.List;

/**
 * That what opens older revisions of a tree was destroyed: no copy of their files gives a key any more, as far as the KMS
 * keeps its word.
 *
 * @param tree whose
 * @param belowRevision every revision lower than this is closed for good
 * @param kmsKeys the names of the KMS keys that this call destroyed; fewer, or none, where it was done before
 * @param storeKeysDestroyedAt when none was left, at the latest
 */
public record Destroyed(TreeId tree, long belowRevision, List<String> kmsKeys, Instant storeKeysDestroyedAt) {
    public Destroyed {
        kmsKeys = List.copyOf(kmsKeys);
    }
}
