package io.sluice.protection.keytree;

import java.nio.ByteBuffer;

/**
 * The place of a leaf in the tree: 128 bits, read from the top as the path from the root. Ordered left to right, as
 * unsigned numbers.
 */
record LeafIndex(long high, long low) implements Comparable<LeafIndex> {
    static final int BITS = 128;
    static final int BYTES = 16;

    static LeafIndex read(ByteBuffer in) {
        return new LeafIndex(in.getLong(), in.getLong());
    }

    void write(ByteBuffer out) {
        out.putLong(high).putLong(low);
    }

    /** Bit at a position, 0 being the first step from the root. */
    int bit(int position) {
        return (int) (position < 64 ? high >>> 63 - position : low >>> 127 - position) & 1;
    }

    /** The shard that the leaf belongs to. */
    int shard() {
        return (int) (high >>> 64 - NodeSet.SHARD_BITS);
    }

    /** Number of leading bits that both share. */
    int commonPrefix(LeafIndex other) {
        return high != other.high
                ? Long.numberOfLeadingZeros(high ^ other.high)
                : 64 + Long.numberOfLeadingZeros(low ^ other.low);
    }

    /** Number of one bits at this position and behind it. */
    int onesFrom(int position) {
        if (position >= BITS) {
            return 0;
        }
        return position >= 64
                ? Long.bitCount(low & -1L >>> position - 64)
                : Long.bitCount(high & -1L >>> position) + Long.bitCount(low);
    }

    /** Number of zero bits at this position and behind it. */
    int zerosFrom(int position) {
        return BITS - position - onesFrom(position);
    }

    @Override
    public int compareTo(LeafIndex other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }
}
