package io.sluice.custodian;

import io.sluice.protection.keys.DestroyReceipt;
import io.sluice.protection.keytree.TreeId;
import java.time.Instant;
import java.util.List;

/**
 * That what opens older revisions of a tree was destroyed: no copy of their files gives a key any more, as far as the KMS
 * keeps its word.
 *
 * @param tree whose
 * @param belowRevision every revision lower than this is closed for good
 * @param receipts the KMS's word for each key that this call destroyed; none where an earlier call did and it has forgotten
 * @param storeKeysDestroyedAt when the KMS can no longer undo it, as its receipts say, or when none was left
 */
public record Destroyed(TreeId tree, long belowRevision, List<DestroyReceipt> receipts, Instant storeKeysDestroyedAt) {
    public Destroyed {
        receipts = List.copyOf(receipts);
    }
}
