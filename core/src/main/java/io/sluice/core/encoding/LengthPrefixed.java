package io.sluice.core.encoding;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An injective encoding of a sequence of fields: every text or byte field carries its length (u16, big-endian) in front,
 * so that no two sequences share bytes. The form of all associated data and of all inputs of keyed hashes.
 *
 * <p>Not thread-safe; one writer per encoding.
 */
public final class LengthPrefixed {
    /** Longest field, in bytes. */
    public static final int MAX_FIELD_BYTES = 0xffff;

    private static final int FIRST_BYTES = 256;

    private byte[] out;
    private int length;

    /** Of no field. */
    public LengthPrefixed() {
        this(FIRST_BYTES);
    }

    /** Of no field, with room for so many bytes. */
    public LengthPrefixed(int bytes) {
        this.out = new byte[bytes];
    }

    private LengthPrefixed(byte[] out, int length) {
        this.out = out;
        this.length = length;
    }

    /** What begins as this does; this one stays as it is. */
    public LengthPrefixed copy() {
        return new LengthPrefixed(out.clone(), length);
    }

    /** Appends one byte, without a length. */
    public LengthPrefixed u8(int value) {
        room(1);
        out[length++] = (byte) value;
        return this;
    }

    /** Appends a 16-bit number, big-endian, without a length. */
    public LengthPrefixed u16(int value) {
        return u8(value >> 8).u8(value);
    }

    /**
     * Appends a text as its UTF-8 length and bytes.
     *
     * @throws IllegalArgumentException if it is longer than {@link #MAX_FIELD_BYTES}
     */
    public LengthPrefixed text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Appends bytes behind their length.
     *
     * @throws IllegalArgumentException if they are more than {@link #MAX_FIELD_BYTES}
     */
    public LengthPrefixed bytes(byte[] value) {
        if (value.length > MAX_FIELD_BYTES) {
            throw new IllegalArgumentException("A field has " + value.length + " bytes; at most " + MAX_FIELD_BYTES);
        }
        u16(value.length);
        room(value.length);
        System.arraycopy(value, 0, out, length, value.length);
        length += value.length;
        return this;
    }

    /** The encoding so far, a copy. */
    public byte[] toBytes() {
        return Arrays.copyOf(out, length);
    }

    private void room(int more) {
        if (more > out.length - length) {
            out = Arrays.copyOf(out, Math.max(length + more, 2 * out.length));
        }
    }
}
