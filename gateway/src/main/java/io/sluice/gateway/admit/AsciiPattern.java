package io.sluice.gateway.admit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A schema's {@code pattern} as a table of states, for texts of ASCII alone: one step a byte, nothing made, and a hostile text
 * costs no more than its length. What it matches {@link java.util.regex.Pattern} finds. Not the other way round: a line feed
 * before {@code $} is left to that. Immutable, thread-safe.
 */
final class AsciiPattern {
    /** How many characters ASCII has. */
    static final int CHARS = 128;

    private static final int MAX_PATTERN_CHARS = 200;
    /** As many as a byte tells apart. */
    private static final int MAX_STATES = 128;
    /** Most parts of states that are looked at, for all characters. A pattern that takes more has no table: events wait. */
    private static final int MAX_STEPS = 200_000;

    private static final byte REFUSED = -1;

    /** The state behind a state and a character. */
    private final byte[] table;

    private final boolean[] accepts;

    private AsciiPattern(byte[] table, boolean[] accepts) {
        this.table = table;
        this.accepts = accepts;
    }

    /** The table of a pattern; null where it is not simple enough. */
    static @Nullable AsciiPattern of(String pattern) {
        Regular start = pattern.length() > MAX_PATTERN_CHARS ? null : RegularReader.read(pattern);
        if (start == null) {
            return null;
        }
        Map<Regular, Byte> numbers = new HashMap<>(Map.of(start, (byte) 0));
        List<Regular> states = new ArrayList<>(List.of(start));
        byte[] table = new byte[MAX_STATES * CHARS];
        long steps = 0;
        for (int state = 0; state < states.size(); state++) {
            steps += (long) CHARS * states.get(state).parts();
            if (steps > MAX_STEPS) {
                return null;
            }
            for (char c = 0; c < CHARS; c++) {
                Regular after = states.get(state).after(c);
                Byte number = after.equals(Regular.NONE) ? (Byte) REFUSED : numbers.get(after);
                if (number == null) {
                    if (states.size() == MAX_STATES) {
                        return null;
                    }
                    number = (byte) states.size();
                    numbers.put(after, number);
                    states.add(after);
                }
                table[state * CHARS + c] = number;
            }
        }
        boolean[] accepts = new boolean[states.size()];
        for (int state = 0; state < accepts.length; state++) {
            accepts[state] = states.get(state).hasEmpty();
        }
        return new AsciiPattern(Arrays.copyOf(table, states.size() * CHARS), accepts);
    }

    /** Whether the pattern is found in this part, which must be ASCII. */
    boolean matches(byte[] text, int from, int end) {
        int state = 0;
        for (int i = from; i < end; i++) {
            state = table[state * CHARS + text[i]];
            if (state < 0) {
                return false;
            }
        }
        return accepts[state];
    }
}
