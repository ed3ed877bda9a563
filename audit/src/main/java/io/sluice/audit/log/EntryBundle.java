package io.sluice.audit.log;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The bytes of entry bundles (C2SP tlog-tiles): each entry after its length in two bytes, big-endian. */
public final class EntryBundle {
    /** The longest entry: what two bytes can say. */
    public static final int MAX_ENTRY_BYTES = 65_535;

    private EntryBundle() {}

    static void append(ByteArrayOutputStream bundle, byte[] entry) {
        bundle.write(entry.length >>> 8);
        bundle.write(entry.length);
        bundle.writeBytes(entry);
    }

    /**
     * Takes a bundle apart.
     *
     * @throws LogException (CORRUPT) where it does not hold exactly {@code width} entries
     */
    public static List<byte[]> decode(byte[] bundle, int width) {
        List<byte[]> entries = new ArrayList<>(width);
        int position = 0;
        for (int i = 0; i < width; i++) {
            int end = endOfEntry(bundle, position);
            entries.add(Arrays.copyOfRange(bundle, position + 2, end));
            position = end;
        }
        if (position != bundle.length) {
            throw corrupt("holds more than " + width + " entries");
        }
        return entries;
    }

    /** The first {@code width} entries of a bundle that has at least that many. */
    public static byte[] prefix(byte[] bundle, int width) {
        int position = 0;
        for (int i = 0; i < width; i++) {
            position = endOfEntry(bundle, position);
        }
        return Arrays.copyOf(bundle, position);
    }

    private static int endOfEntry(byte[] bundle, int position) {
        if (bundle.length - position < 2) {
            throw corrupt("ends before its last entry");
        }
        int length = (bundle[position] & 0xff) << 8 | (bundle[position + 1] & 0xff);
        int end = position + 2 + length;
        if (end > bundle.length) {
            throw corrupt("ends inside an entry");
        }
        return end;
    }

    private static LogException corrupt(String what) {
        return new LogException(LogException.Fault.CORRUPT, "the entry bundle " + what);
    }
}
