package io.sluice.protection.keytree;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.encoding.Sha256;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keytree.KeyTreeException.Code;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What a revision of a tree's state consists of: its wrapped store key and the length and digest of each shard, chained to
 * the revision before by its digest, with a tag under the store key. Carries no secret in clear.
 */
final class Manifest {
    private static final String FORM = "sluice-key-tree-manifest";
    private static final int DIGEST_BYTES = 32;
    private static final int TAG_BYTES = 32;
    /** Longest manifest. */
    static final int MAX_BYTES = NodeSet.SHARDS * (4 + DIGEST_BYTES) + 1_024;

    /** Of the first revision, before which there is none. */
    static final String NO_PREVIOUS = "0".repeat(2 * DIGEST_BYTES);

    private final TreeId tree;
    private final long revision;
    private final String previous;
    private final KeyId indexKey;
    private final byte[] wrapped;
    private final ByteBuffer shards;
    private final byte[] bytes;

    private Manifest(byte[] bytes) {
        Wire in = new Wire("the manifest", bytes);
        in.start(FORM);
        this.tree = in.tree();
        this.revision = in.longNumber("revision", Long.MAX_VALUE);
        this.previous = in.digest("previous");
        this.indexKey = KeyId.ofBytes(in.bytes("index key", KeyId.BYTES), 0);
        this.wrapped = in.prefixed("wrapped store key", StoreKey.MAX_WRAPPED_BYTES);
        this.shards = ByteBuffer.wrap(in.bytes("shards", NodeSet.SHARDS * (4 + DIGEST_BYTES)));
        in.bytes("tag", TAG_BYTES);
        in.end();
        for (int shard = 0; shard < NodeSet.SHARDS; shard++) {
            int length = length(shard);
            if (length < 1 || length > StoreKey.MAX_SHARD_BYTES) {
                throw in.malformed("shard " + shard + " has " + Integer.toUnsignedString(length) + " bytes, more than "
                        + StoreKey.MAX_SHARD_BYTES);
            }
        }
        this.bytes = bytes.clone();
    }

    /** @throws KeyTreeException {@code MALFORMED} */
    static Manifest decode(byte[] bytes) {
        return new Manifest(bytes);
    }

    /** Collects the shards of a revision, in their order, and makes its manifest. */
    static final class Draft {
        private final ByteArrayOutputStream shards = new ByteArrayOutputStream(NodeSet.SHARDS * (4 + DIGEST_BYTES));

        void add(byte[] sealedShard) {
            shards.writeBytes(ByteBuffer.allocate(4).putInt(sealedShard.length).array());
            shards.writeBytes(Sha256.digest(sealedShard));
        }

        Manifest finish(
                TreeId tree, long revision, String previous, KeyId indexKey, byte[] wrapped, StoreKey storeKey) {
            ByteArrayOutputStream out = new ByteArrayOutputStream(MAX_BYTES);
            out.writeBytes(tree.binding(FORM, revision)
                    .bytes(HexFormat.of().parseHex(previous))
                    .toBytes());
            out.writeBytes(indexKey.toBytes());
            out.writeBytes(new LengthPrefixed().bytes(wrapped).toBytes());
            out.writeBytes(shards.toByteArray());
            out.writeBytes(storeKey.tag(out.toByteArray()));
            return new Manifest(out.toByteArray());
        }
    }

    /** @throws KeyTreeException {@code FORGED} where the tag was not made under the store key */
    void verify(StoreKey storeKey) {
        byte[] tag = storeKey.tag(Arrays.copyOf(bytes, bytes.length - TAG_BYTES));
        if (!MessageDigest.isEqual(tag, Arrays.copyOfRange(bytes, bytes.length - TAG_BYTES, bytes.length))) {
            throw new KeyTreeException(
                    Code.FORGED, "the manifest of " + tree + " revision " + revision + " was not made by a publisher");
        }
    }

    /** @throws KeyTreeException {@code FORGED} where these bytes are not the shard that the manifest lists */
    void verify(int shard, byte[] sealed) {
        byte[] digest = new byte[DIGEST_BYTES];
        shards.get(shard * (4 + DIGEST_BYTES) + 4, digest);
        if (!Arrays.equals(digest, Sha256.digest(sealed))) {
            throw new KeyTreeException(
                    Code.FORGED,
                    "shard " + shard + " of " + tree + " revision " + revision + " is not as its manifest says");
        }
    }

    /** Where a shard begins in the file of all. */
    long offset(int shard) {
        long offset = 0;
        for (int before = 0; before < shard; before++) {
            offset += length(before);
        }
        return offset;
    }

    int length(int shard) {
        return shards.getInt(shard * (4 + DIGEST_BYTES));
    }

    TreeId tree() {
        return tree;
    }

    long revision() {
        return revision;
    }

    String previous() {
        return previous;
    }

    KeyId indexKey() {
        return indexKey;
    }

    byte[] wrapped() {
        return wrapped.clone();
    }

    byte[] encode() {
        return bytes.clone();
    }

    String digest() {
        return Sha256.hex(bytes);
    }
}
