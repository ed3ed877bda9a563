package io.sluice.core.encoding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Bytes looked at eight at a time, the first one lowest: a loop over single ones costs several times as much. */
public final class EightBytes {
    /** The lowest bit of each byte; times a byte, that byte eight times. */
    static final long ONES = 0x0101010101010101L;
    /** The highest bit of each byte, set where it is not ASCII. */
    static final long HIGH_BITS = ONES << 7;

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private EightBytes() {}

    /** Eight bytes, all of which must be there. */
    static long at(byte[] bytes, int at) {
        return (long) WORDS.get(bytes, at);
    }

    /** Up to eight bytes, zeros behind them. */
    static long upTo(byte[] bytes, int from, int end) {
        if (from + Long.BYTES <= bytes.length) {
            return end == from ? 0 : at(bytes, from) & -1L >>> Long.SIZE - Byte.SIZE * (end - from);
        }
        long word = 0;
        for (int i = end - 1; i >= from; i--) {
            word = word << Byte.SIZE | bytes[i] & 0xff;
        }
        return word;
    }

    /** Marks bytes by their highest bits; the lowest mark is right, those above may be left from its borrow. */
    static long equal(long word, long eight) {
        long difference = word ^ eight;
        return difference - ONES & ~difference & HIGH_BITS;
    }

    /** Which byte the lowest mark is of. */
    static int first(long marks) {
        return Long.numberOfTrailingZeros(marks) >>> 3;
    }

    /** Where a byte stands first from there on; the end where it does not. */
    public static int indexOf(byte wanted, byte[] bytes, int from) {
        int at = from;
        for (long eight = ONES * (wanted & 0xff); at <= bytes.length - Long.BYTES; at += Long.BYTES) {
            long marks = equal(at(bytes, at), eight);
            if (marks != 0) {
                return at + first(marks);
            }
        }
        while (at < bytes.length && bytes[at] != wanted) {
            at++;
        }
        return at;
    }
}
