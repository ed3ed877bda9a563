package io.sluice.audit.verify;

import io.sluice.core.encoding.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Remembers ids by 128 bits of their SHA-256, in flat memory: 32 bytes or fewer for each. Up to {@link #MAX} ids.
 */
public final class IdSet {
    /** Ids that are remembered at most (256 MiB). */
    public static final int MAX = 8_000_000;

    private long[] slots = new long[2 * 1024];
    private int count;

    /** Whether the limit is reached; then nothing more is added. */
    public boolean isFull() {
        return count >= MAX;
    }

    /** Adds an id; false where it was there before. */
    public boolean add(String id) {
        ByteBuffer digest = ByteBuffer.wrap(Sha256.digest(id.getBytes(StandardCharsets.UTF_8)));
        long high = digest.getLong();
        long low = digest.getLong() | 1; // a used slot is never zero
        if ((count + 1) * 4L > slots.length) {
            grow();
        }
        if (!put(slots, high, low)) {
            return false;
        }
        count++;
        return true;
    }

    private void grow() {
        long[] larger = new long[slots.length * 2];
        for (int i = 0; i < slots.length; i += 2) {
            if (slots[i + 1] != 0) {
                put(larger, slots[i], slots[i + 1]);
            }
        }
        slots = larger;
    }

    private static boolean put(long[] table, long high, long low) {
        int mask = table.length / 2 - 1;
        int slot = (int) high & mask;
        while (table[2 * slot + 1] != 0) {
            if (table[2 * slot] == high && table[2 * slot + 1] == low) {
                return false;
            }
            slot = (slot + 1) & mask;
        }
        table[2 * slot] = high;
        table[2 * slot + 1] = low;
        return true;
    }
}
