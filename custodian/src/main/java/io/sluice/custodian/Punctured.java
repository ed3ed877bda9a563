package io.sluice.custodian;

import io.sluice.protection.keytree.TreeId;
import java.time.Instant;

/**
 * That keys were made underivable in one tree. What is said of digests is SHA-256 of the revision's manifest, in hex.
 *
 * @param tree whose
 * @param revisionBefore the revision before the one that the keys are missing in
 * @param digestBefore its digest
 * @param revisionAfter the revision that no longer derives them
 * @param digestAfter its digest
 * @param puncturedAt when that revision was in force at the latest
 * @param liveKeysGoneAt when the leases of all that may still hold an older revision are over, whether they heard or not:
 *     a lease and a clock skew after {@code puncturedAt}
 */
public record Punctured(
        TreeId tree,
        long revisionBefore,
        String digestBefore,
        long revisionAfter,
        String digestAfter,
        Instant puncturedAt,
        Instant liveKeysGoneAt) {}
