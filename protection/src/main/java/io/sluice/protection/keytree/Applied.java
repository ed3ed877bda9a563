package io.sluice.protection.keytree;

/** What became of an announcement. After any but the first two the registry answers for the tree as before, or not at all. */
public enum Applied {
    /** The revision is in force here. */
    APPLIED,
    /** It was in force already; its lease runs from this announcement if that is the latest. */
    RENEWED,
    /** Older than one that is known: refused, the tree stays as it is. */
    OLDER,
    /** Followed, but a newer revision is known to exist: the tree is unavailable until that one is announced. */
    BEHIND,
    /** Revisions between are missing. The tree is unavailable until they, and this one again, were announced in order. */
    GAP,
    /**
     * Another revision of this number is in force, or this one does not follow from it: somebody published from an old copy.
     * The tree is unavailable until the one in force, or one that follows from it, is announced.
     */
    FORK,
    /** Announced longer ago than a lease, or by a clock that is ahead. Noted as seen; the tree is unavailable if it is newer. */
    EXPIRED,
    /** Its files are not what was announced. Noted as seen; the tree is unavailable until they are and it is announced again. */
    FORGED,
    /** Not signed by the custodian that is pinned, of another tenant, or no announcement at all: nothing has changed. */
    REFUSED,
    /** Files or KMS do not give it now. Noted as seen; the tree is unavailable until it, or the next, is announced. */
    UNAVAILABLE
}
