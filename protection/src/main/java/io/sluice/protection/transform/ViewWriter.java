package io.sluice.protection.transform;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of a view while it is written. Can go back to an earlier length, so a container that turns out empty leaves
 * nothing. Beyond its limit it takes no more bytes and says so. Confined to one thread, reused.
 */
final class ViewWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    /** Larger buffers are given back after the view. */
    private static final int RETAINED_BYTES = 1 << 18;

    private static final int FIRST_BYTES = 4_096;

    private final int limit;
    private byte[] out = new byte[FIRST_BYTES];
    private int length;
    private boolean overflown;

    ViewWriter(int limit) {
        this.limit = limit;
    }

    void reset() {
        length = 0;
        overflown = false;
        if (out.length > RETAINED_BYTES) {
            out = new byte[FIRST_BYTES];
        }
    }

    int length() {
        return length;
    }

    /** Goes back to an earlier length. What did not fit stays not fitting: the view has failed. */
    void cutTo(int earlier) {
        length = earlier;
    }

    boolean overflown() {
        return overflown;
    }

    byte[] toBytes() {
        return Arrays.copyOf(out, length);
    }

    /** The byte before a place. */
    byte before(int place) {
        return out[place - 1];
    }

    /** Moves what stands from a place on to behind the new bytes. */
    void insert(int place, byte[]... parts) {
        int count = 0;
        for (byte[] part : parts) {
            count += part.length;
        }
        if (room(count)) {
            System.arraycopy(out, place, out, place + count, length - place);
            length += count;
            int at = place;
            for (byte[] part : parts) {
                System.arraycopy(part, 0, out, at, part.length);
                at += part.length;
            }
        }
    }

    void raw(byte b) {
        if (room(1)) {
            out[length++] = b;
        }
    }

    void raw(byte[] bytes, int start, int end) {
        int count = end - start;
        if (room(count)) {
            System.arraycopy(bytes, start, out, length, count);
            length += count;
        }
    }

    void raw(byte[] bytes) {
        raw(bytes, 0, bytes.length);
    }

    /** A string of ASCII characters that need no escape. */
    void plain(String ascii) {
        int count = ascii.length();
        if (room(count + 2)) {
            out[length++] = '"';
            for (int i = 0; i < count; i++) {
                out[length++] = (byte) ascii.charAt(i);
            }
            out[length++] = '"';
        }
    }

    /** Any string. */
    void string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        raw((byte) '"');
        for (byte b : utf8) {
            if (b == '"' || b == '\\') {
                raw((byte) '\\');
                raw(b);
            } else if (b >= 0 && b < 0x20) {
                control(b);
            } else {
                raw(b);
            }
        }
        raw((byte) '"');
    }

    private void control(byte b) {
        raw((byte) '\\');
        raw((byte) 'u');
        raw((byte) '0');
        raw((byte) '0');
        raw(HEX[b >> 4]);
        raw(HEX[b & 15]);
    }

    private boolean room(int more) {
        if (overflown || more > limit - length) {
            overflown = true;
            return false;
        }
        if (length + more > out.length) {
            out = Arrays.copyOf(out, Math.max(length + more, out.length * 2));
        }
        return true;
    }
}
