package io.sluice.protection.transform;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Numbers for the names that patterns hold. A record's names are looked up once, and its views then tell members apart by
 * number. It grows with the plans that are compiled, never with what records hold. Confined to one thread.
 */
final class MemberNames {
    /** The number of a name that no pattern holds. */
    static final int UNKNOWN = 0;

    private static final int FIRST_SLOTS = 256;

    /** Open addressing by hash, a power of two long, at most half full. */
    private @Nullable MemberName[] names = new MemberName[FIRST_SLOTS];

    private int[] numbers = new int[FIRST_SLOTS];
    private int size;

    /** How many names have a number: they are 1 to this. */
    int size() {
        return size;
    }

    /** The number of a name, a new one where it had none. */
    int add(String name) {
        MemberName added = MemberName.of(name);
        int slot = slot(added.utf8, 0, added.utf8.length, added.hash);
        if (names[slot] == null) {
            if (++size * 2 > names.length) {
                grow();
                slot = slot(added.utf8, 0, added.utf8.length, added.hash);
            }
            names[slot] = added;
            numbers[slot] = size;
        }
        return numbers[slot];
    }

    /** The number of the name whose unescaped bytes stand there. */
    int number(byte[] text, int start, int end, int hash) {
        return numbers[slot(text, start, end, hash)];
    }

    /** Where a name is, or would be. */
    private int slot(byte[] text, int start, int end, int hash) {
        int slot = spread(hash) & names.length - 1;
        for (MemberName name = names[slot]; name != null; name = names[slot]) {
            if (name.hash == hash && Arrays.equals(name.utf8, 0, name.utf8.length, text, start, end)) {
                return slot;
            }
            slot = slot + 1 & names.length - 1;
        }
        return slot;
    }

    private static int spread(int hash) {
        return hash ^ hash >>> 15;
    }

    private void grow() {
        @Nullable MemberName[] before = names;
        int[] numbered = numbers;
        names = new MemberName[before.length * 2];
        numbers = new int[names.length];
        for (int i = 0; i < before.length; i++) {
            MemberName name = before[i];
            if (name != null) {
                int slot = slot(name.utf8, 0, name.utf8.length, name.hash);
                names[slot] = name;
                numbers[slot] = numbered[i];
            }
        }
    }
}
