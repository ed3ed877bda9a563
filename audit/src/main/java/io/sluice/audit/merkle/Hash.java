package io.sluice.audit.merkle;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A SHA-256 hash of the tree. Immutable, safe for use by many threads. */
public final class Hash {
    /** Bytes of a hash. */
    public static final int SIZE = 32;

    private final byte[] bytes;

    private Hash(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy of 32 bytes that start at {@code offset}. */
    public static Hash at(byte[] source, int offset) {
        if (offset < 0 || source.length - offset < SIZE) {
            throw new IllegalArgumentException("a hash needs 32 bytes");
        }
        return new Hash(Arrays.copyOfRange(source, offset, offset + SIZE));
    }

    /** A copy of exactly 32 bytes. */
    public static Hash of(byte[] source) {
        if (source.length != SIZE) {
            throw new IllegalArgumentException("a hash has 32 bytes, not " + source.length);
        }
        return at(source, 0);
    }

    /** The hash that 64 hexadecimal digits spell. */
    public static Hash ofHex(String hex) {
        return of(HexFormat.of().parseHex(hex));
    }

    /** Takes over an array that nobody else holds. */
    static Hash owning(byte[] bytes) {
        return new Hash(bytes);
    }

    /** A copy of the 32 bytes. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** Writes the 32 bytes into {@code target}. */
    public void copyTo(byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, SIZE);
    }

    /** Padded base64 (RFC 4648 section 4), as checkpoints and proofs write it. */
    public String toBase64() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Lower-case hexadecimal. */
    public String toHex() {
        return HexFormat.of().formatHex(bytes);
    }

    void updateInto(MessageDigest digest) {
        digest.update(bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Hash hash && Arrays.equals(bytes, hash.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return toHex();
    }
}
