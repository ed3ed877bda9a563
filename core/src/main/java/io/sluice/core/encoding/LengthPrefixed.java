package io.sluice.core.encoding;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An injective encoding of a sequence of fields: every text or byte field carries its length (u16, big-endian) in front,
 * so that no two sequences share bytes. The form of all associated data and of all inputs of keyed hashes.
 *
 * <p>Not thread-safe; one writer per encoding, or one after the other.
 */
public final class LengthPrefixed {
    /** Longest field, in bytes. */
    public static final int MAX_FIELD_BYTES = 0xffff;

    private static final int FIRST_BYTES = 256;
    /** Larger buffers are given back by {@link #wipe}. */
    private static final int RETAINED_BYTES = 4_096;

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
        int chars = value.length();
        if (chars > MAX_FIELD_BYTES) {
            return bytes(value.getBytes(StandardCharsets.UTF_8)); // which refuses it
        }
        room(2 + chars);
        byte[] to = out;
        int at = length + 2;
        for (int i = 0; i < chars; i++) { // ASCII, as nearly all is, without an array of its own
            char c = value.charAt(i);
            if (c > 0x7f) {
                return bytes(value.getBytes(StandardCharsets.UTF_8));
            }
            to[at + i] = (byte) c;
        }
        u16(chars);
        length += chars;
        return this;
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
        return u16(value.length).raw(value);
    }

    /** Appends bytes without a length: an encoding made before. */
    public LengthPrefixed raw(byte[] encoded) {
        room(encoded.length);
        System.arraycopy(encoded, 0, out, length, encoded.length);
        length += encoded.length;
        return this;
    }

    /** The encoding so far, a copy. */
    public byte[] toBytes() {
        return Arrays.copyOf(out, length);
    }

    /** The encoding so far and what may stand behind it, no copy: good until this is written to again. */
    public byte[] array() {
        return out;
    }

    /** How many bytes the encoding has so far. */
    public int length() {
        return length;
    }

    /** Takes back all behind the first bytes, so that the next encoding may begin as this one did. */
    public LengthPrefixed backTo(int bytes) {
        if (bytes < 0 || bytes > length) {
            throw new IllegalArgumentException("There are " + length + " bytes, not " + bytes);
        }
        length = bytes;
        return this;
    }

    /** Starts anew, and leaves nothing in memory of what was written. */
    public void wipe() {
        Arrays.fill(out, (byte) 0);
        length = 0;
        if (out.length > RETAINED_BYTES) {
            out = new byte[FIRST_BYTES];
        }
    }

    private void room(int more) {
        if (more > out.length - length) {
            out = Arrays.copyOf(out, Math.max(length + more, 2 * out.length));
        }
    }
}
