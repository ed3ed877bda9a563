package io.sluice.protection.transform;

import java.util.Arrays;

/** A growing array of bytes, reused between fields: associated data on the hot path. Confined to one thread. */
final class ByteSink {
    private byte[] bytes = new byte[256];
    private int length;

    void reset() {
        length = 0;
    }

    /** Goes back to an earlier length. */
    void cutTo(int earlier) {
        length = earlier;
    }

    /** A copy of what was added. */
    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    int length() {
        return length;
    }

    byte[] array() {
        return bytes;
    }

    void add(byte b) {
        grow(1);
        bytes[length++] = b;
    }

    void add(byte[] part) {
        add(part, 0, part.length);
    }

    void add(byte[] part, int start, int end) {
        grow(end - start);
        System.arraycopy(part, start, bytes, length, end - start);
        length += end - start;
    }

    /** Appends a field behind its length, as {@code LengthPrefixed} does. False where it is too long for that. */
    boolean addPrefixed(byte[] field) {
        int mark = beginPrefixed();
        add(field);
        return endPrefixed(mark);
    }

    /** Leaves room for a length; what is added until {@link #endPrefixed} is the field. */
    int beginPrefixed() {
        grow(2);
        length += 2;
        return length;
    }

    /** Writes the length of the field begun at {@code mark}. False where it is longer than 65,535 bytes. */
    boolean endPrefixed(int mark) {
        int field = length - mark;
        bytes[mark - 2] = (byte) (field >> 8);
        bytes[mark - 1] = (byte) field;
        return field <= 0xffff;
    }

    private void grow(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
        }
    }
}
