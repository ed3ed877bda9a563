package io.sluice.core.encoding;

import static io.sluice.core.encoding.JsonOutline.ARRAY;
import static io.sluice.core.encoding.JsonOutline.BOOLEAN;
import static io.sluice.core.encoding.JsonOutline.COUNT_SHIFT;
import static io.sluice.core.encoding.JsonOutline.DECIMAL;
import static io.sluice.core.encoding.JsonOutline.END;
import static io.sluice.core.encoding.JsonOutline.ESCAPED;
import static io.sluice.core.encoding.JsonOutline.FROM;
import static io.sluice.core.encoding.JsonOutline.INTEGER;
import static io.sluice.core.encoding.JsonOutline.NAME;
import static io.sluice.core.encoding.JsonOutline.NULL;
import static io.sluice.core.encoding.JsonOutline.OBJECT;
import static io.sluice.core.encoding.JsonOutline.STRIDE;
import static io.sluice.core.encoding.JsonOutline.STRING;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes the outline of a text, or gives up where {@link StrictJson} might refuse it, or reads it otherwise than this would.
 * Every method takes where it begins and answers where it ended, or {@link #NO}. Used once.
 */
final class OutlineScanner {
    /** Most members of an object: names of one object are compared one by one. */
    static final int MAX_MEMBERS = 64;

    /** Gave up. */
    static final int NO = -1;

    private static final int MAX_NAME_BYTES = 256;
    private static final int MAX_NUMBER_CHARS = 32;
    private static final int MAX_ELEMENTS = 1 << 20;
    /** Bytes of a text for each number of its outline, by experience; a denser one makes the outline grow. */
    private static final int BYTES_PER_NUMBER = 3;

    private final byte[] json;
    private final StringScanner strings;
    private int[] tape;
    private int size;

    OutlineScanner(byte[] json) {
        this.json = json;
        this.strings = new StringScanner(json);
        this.tape = new int[json.length / BYTES_PER_NUMBER + 4 * STRIDE];
    }

    @Nullable
    JsonOutline scan() {
        int at = space(0);
        boolean container = at < json.length && (json[at] == '{' || json[at] == '[');
        int end = container ? value(at, 0) : NO;
        return end != NO && space(end) == json.length ? new JsonOutline(json, tape) : null;
    }

    private int value(int at, int depth) {
        if (at >= json.length) {
            return NO;
        }
        switch (json[at]) {
            case '"':
                int end = strings.end(at + 1);
                if (end == NO) {
                    return NO;
                }
                add(STRING | strings.flags(), at + 1, end);
                return end + 1;
            case '{':
                return depth == StrictJson.MAX_DEPTH ? NO : object(at, depth + 1);
            case '[':
                return depth == StrictJson.MAX_DEPTH ? NO : array(at, depth + 1);
            case 't':
                return is(at + 1, 'r', 'u', 'e') ? scalar(BOOLEAN, at, at + 4) : NO;
            case 'f':
                return is(at + 1, 'a', 'l', 's') && json.length > at + 4 && json[at + 4] == 'e'
                        ? scalar(BOOLEAN, at, at + 5)
                        : NO;
            case 'n':
                return is(at + 1, 'u', 'l', 'l') ? scalar(NULL, at, at + 4) : NO;
            default:
                return number(at);
        }
    }

    private int object(int open, int depth) {
        int object = add(OBJECT, open, 0);
        int at = space(open + 1);
        if (byteAt(at) == '}') {
            return close(object, 0, at);
        }
        long seen = 0; // a bit for each name, by its hash: names of other bits are no duplicates
        for (int members = 0; members < MAX_MEMBERS; ) {
            if (byteAt(at) != '"') {
                return NO;
            }
            int from = at + 1;
            int end = strings.end(from);
            if (end == NO || (strings.flags() & ESCAPED) != 0 || end - from > MAX_NAME_BYTES) {
                return NO;
            }
            int hash = Words.hash(json, from, end);
            long bit = 1L << (hash >>> 26);
            if ((seen & bit) != 0 && stands(object, hash, from, end)) {
                return NO;
            }
            seen |= bit;
            add(NAME | strings.flags() | (end - from) << COUNT_SHIFT, from, hash);
            at = space(end + 1);
            if (byteAt(at) != ':') {
                return NO;
            }
            at = value(space(at + 1), depth);
            if (at == NO) {
                return NO;
            }
            members++;
            at = space(at);
            if (byteAt(at) == '}') {
                return close(object, members, at);
            }
            if (byteAt(at) != ',') {
                return NO;
            }
            at = space(at + 1);
        }
        return NO;
    }

    /** Whether an object that is being read has a member of this name already. */
    private boolean stands(int object, int hash, int from, int end) {
        for (int name = object + STRIDE; name < size; ) {
            int start = tape[name + FROM];
            if (tape[name + END] == hash
                    && Arrays.equals(json, start, start + (tape[name] >>> COUNT_SHIFT), json, from, end)) {
                return true;
            }
            int value = name + STRIDE;
            name = (tape[value] & JsonOutline.KIND_MASK) <= ARRAY ? tape[value + END] : value + STRIDE;
        }
        return false;
    }

    private int array(int open, int depth) {
        int array = add(ARRAY, open, 0);
        int at = space(open + 1);
        if (byteAt(at) == ']') {
            return close(array, 0, at);
        }
        for (int elements = 0; elements < MAX_ELEMENTS; ) {
            at = value(at, depth);
            if (at == NO) {
                return NO;
            }
            elements++;
            at = space(at);
            if (byteAt(at) == ']') {
                return close(array, elements, at);
            }
            if (byteAt(at) != ',') {
                return NO;
            }
            at = space(at + 1);
        }
        return NO;
    }

    private int close(int container, int count, int at) {
        tape[container] |= count << COUNT_SHIFT;
        tape[container + END] = size;
        return at + 1;
    }

    private int number(int from) {
        int whole = byteAt(from) == '-' ? from + 1 : from;
        int at = digits(whole);
        int kind = INTEGER;
        if (at == whole || json[whole] == '0' && at > whole + 1) {
            return NO;
        }
        if (byteAt(at) == '.') {
            int fraction = at + 1;
            at = digits(fraction);
            if (at == fraction) {
                return NO;
            }
            kind = DECIMAL;
        }
        // An exponent is nothing that may follow a value, so the caller gives up.
        return at - from > MAX_NUMBER_CHARS ? NO : scalar(kind, from, at);
    }

    private int digits(int from) {
        int at = from;
        while (at < json.length && json[at] >= '0' && json[at] <= '9') {
            at++;
        }
        return at;
    }

    private boolean is(int at, char first, char second, char third) {
        return at + 2 < json.length && json[at] == first && json[at + 1] == second && json[at + 2] == third;
    }

    private int space(int from) {
        int at = from;
        while (at < json.length
                && json[at] <= ' '
                && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
            at++;
        }
        return at;
    }

    /** 0, which stands nowhere in a text, behind the end. */
    private int byteAt(int at) {
        return at < json.length ? json[at] : 0;
    }

    private int scalar(int kind, int from, int end) {
        add(kind, from, end);
        return end;
    }

    private int add(int kind, int from, int end) {
        int entry = size;
        if (entry + STRIDE > tape.length) {
            tape = Arrays.copyOf(tape, tape.length * 2);
        }
        tape[entry] = kind;
        tape[entry + FROM] = from;
        tape[entry + END] = end;
        size = entry + STRIDE;
        return entry;
    }
}
