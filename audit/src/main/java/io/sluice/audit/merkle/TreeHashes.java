package io.sluice.audit.merkle;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The three hash functions of RFC 6962 section 2.1: the prefixes 0x00 and 0x01 keep a leaf from passing for a node.
 * Safe for use by many threads.
 */
public final class TreeHashes {
    private static final byte LEAF_PREFIX = 0x00;
    private static final byte NODE_PREFIX = 0x01;
    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(TreeHashes::newDigest);
    private static final Hash EMPTY_ROOT = Hash.owning(newDigest().digest());

    private TreeHashes() {}

    /** The root of the tree without entries: SHA-256 of nothing. */
    public static Hash emptyRoot() {
        return EMPTY_ROOT;
    }

    /** The hash of an entry: SHA-256(0x00 || entry). */
    public static Hash leaf(byte[] entry) {
        return leaf(entry, 0, entry.length);
    }

    /** The hash of an entry that stands inside a larger array. */
    public static Hash leaf(byte[] source, int offset, int length) {
        MessageDigest digest = SHA_256.get();
        digest.update(LEAF_PREFIX);
        digest.update(source, offset, length);
        return Hash.owning(digest.digest());
    }

    /** The hash of an inner node: SHA-256(0x01 || left || right). */
    public static Hash node(Hash left, Hash right) {
        MessageDigest digest = SHA_256.get();
        digest.update(NODE_PREFIX);
        left.updateInto(digest);
        right.updateInto(digest);
        return Hash.owning(digest.digest());
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
