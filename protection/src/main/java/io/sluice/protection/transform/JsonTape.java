package io.sluice.protection.transform;

import io.sluice.core.encoding.StrictJson;
import io.sluice.core.encoding.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One JSON text (RFC 8259), scanned once: its values in document order, each with the place of its bytes and of what
 * follows it. Copies nothing and builds no tree; all views of a record are written from one tape.
 *
 * <p>Accepts what {@link StrictJson} accepts, duplicate names and numbers out of range excepted, which the gateway refuses. Confined to one
 * thread and reused; {@link #clear} drops the record's bytes.
 */
final class JsonTape {
    static final int OBJECT = 0;
    static final int ARRAY = 1;
    static final int STRING = 2;
    static final int NUMBER = 3;
    static final int TRUE = 4;
    static final int FALSE = 5;
    static final int NULL = 6;

    /** Deepest nesting. */
    static final int MAX_DEPTH = StrictJson.MAX_DEPTH;

    private static final int KIND_MASK = 7;
    /** The string holds an escape, so its bytes are not its characters. */
    private static final int ESCAPED = 8;
    /** The name does. */
    private static final int NAME_ESCAPED = 16;
    /** The container holds white space or an empty container, which no view keeps. */
    private static final int LOOSE = 32;

    // Members of one value, as offsets into its stride.
    private static final int FLAGS = 0;
    private static final int NAME_START = 1;
    private static final int NAME_END = 2;
    private static final int NAME_HASH = 3;
    private static final int START = 4;
    private static final int END = 5;
    private static final int NEXT = 6;
    private static final int LEAVES = 7;
    private static final int NAME = 8;
    private static final int STRIDE = 9;

    /** Larger tapes are given back after the record. */
    private static final int RETAINED_VALUES = 1 << 14;

    private static final byte[] EMPTY = new byte[0];
    private static final MemberName MODIFIER = MemberName.of("modifierExtension");

    private final int maxValues;
    private final MemberNames names;
    /** How many names had a number when this record's were looked up; -1 before. */
    private int numbered = -1;

    private byte[] json = EMPTY;
    private int[] tape = new int[256 * STRIDE];
    private int size;
    private int position;
    private boolean modifiers;
    /** How many spaces and empty containers were scanned. */
    private int loose;

    /** Whether the string scanned last holds an escape. */
    private boolean escaped;

    /** @param names those by whose number members are told apart */
    JsonTape(int maxValues, MemberNames names) {
        this.maxValues = maxValues;
        this.names = names;
    }

    /** Scans a text. False where it is not JSON or breaks a limit; the tape is then empty. */
    boolean read(byte[] text) {
        json = text;
        size = 0;
        position = 0;
        modifiers = false;
        loose = 0;
        numbered = -1;
        boolean valid = value(0, 0, 0, 0, 0);
        if (valid) {
            space();
            valid = position == json.length;
        }
        if (!valid) {
            clear();
        }
        return valid;
    }

    /** Forgets the text. */
    void clear() {
        json = EMPTY;
        size = 0;
        if (tape.length > RETAINED_VALUES * STRIDE) {
            tape = new int[256 * STRIDE];
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Whether some object has a member {@code modifierExtension}. */
    boolean hasModifiers() {
        return modifiers;
    }

    /** The bytes that ranges point into; not to be changed. */
    byte[] bytes() {
        return json;
    }

    int kind(int value) {
        return tape[value * STRIDE + FLAGS] & KIND_MASK;
    }

    boolean isContainer(int value) {
        return kind(value) <= ARRAY;
    }

    /** The value behind this one and all that is in it. */
    int next(int value) {
        return tape[value * STRIDE + NEXT];
    }

    /** The number of scalars in it. */
    int leaves(int value) {
        return tape[value * STRIDE + LEAVES];
    }

    /** Where its bytes start; of a string, behind the quote. */
    int start(int value) {
        return tape[value * STRIDE + START];
    }

    /** Where its bytes end; of a string, at the quote. */
    int end(int value) {
        return tape[value * STRIDE + END];
    }

    int nameStart(int value) {
        return tape[value * STRIDE + NAME_START];
    }

    int nameEnd(int value) {
        return tape[value * STRIDE + NAME_END];
    }

    /** The number of its member name; {@link #number} comes first. */
    int name(int value) {
        return tape[value * STRIDE + NAME];
    }

    /** Looks the names of all members up, unless that is done and no name has got a number since. */
    void number() {
        if (numbered == names.size()) {
            return;
        }
        for (int at = 0, end = size * STRIDE; at < end; at += STRIDE) {
            int start = tape[at + NAME_START];
            if (start == 0) { // no member
                tape[at + NAME] = MemberNames.UNKNOWN;
            } else if ((tape[at + FLAGS] & NAME_ESCAPED) == 0) {
                tape[at + NAME] = names.number(json, start, tape[at + NAME_END], tape[at + NAME_HASH]);
            } else {
                byte[] name = unescape(start, tape[at + NAME_END]);
                tape[at + NAME] = names.number(name, 0, name.length, tape[at + NAME_HASH]);
            }
        }
        numbered = names.size();
    }

    /** Whether a view that keeps all of a container holds its very bytes. */
    boolean isTight(int container) {
        return (tape[container * STRIDE + FLAGS] & LOOSE) == 0;
    }

    /** Whether its member name is that one. */
    boolean nameIs(int value, MemberName name) {
        int at = value * STRIDE;
        if (tape[at + NAME_HASH] != name.hash) {
            return false;
        }
        if ((tape[at + FLAGS] & NAME_ESCAPED) != 0) {
            return Arrays.equals(nameBytes(value), name.utf8);
        }
        return Arrays.equals(json, tape[at + NAME_START], tape[at + NAME_END], name.utf8, 0, name.utf8.length);
    }

    boolean nameIsModifier(int value) {
        return nameIs(value, MODIFIER);
    }

    /** Its member name, unescaped, in UTF-8. */
    byte[] nameBytes(int value) {
        int at = value * STRIDE;
        return (tape[at + FLAGS] & NAME_ESCAPED) != 0
                ? unescape(tape[at + NAME_START], tape[at + NAME_END])
                : Arrays.copyOfRange(json, tape[at + NAME_START], tape[at + NAME_END]);
    }

    /** Whether the bytes of a string are its characters. */
    boolean isPlain(int value) {
        return (tape[value * STRIDE + FLAGS] & ESCAPED) == 0;
    }

    /** The text of a scalar: a string unescaped, else its literal, in UTF-8. */
    byte[] textBytes(int value) {
        return isPlain(value) ? Arrays.copyOfRange(json, start(value), end(value)) : unescape(start(value), end(value));
    }

    /** As {@link #textBytes}; null where a string holds half of a surrogate pair, which is no character. */
    byte @Nullable [] utf8(int value) {
        if (isPlain(value)) {
            return textBytes(value);
        }
        byte[] bytes = unescape(start(value), end(value));
        return loneSurrogate(bytes) ? null : bytes;
    }

    /** As {@link #utf8}, as characters. */
    @Nullable
    String text(int value) {
        if (isPlain(value)) {
            return new String(json, start(value), end(value) - start(value), StandardCharsets.UTF_8);
        }
        byte[] bytes = utf8(value);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    /** The hash by which names are looked up. */
    static int hash(byte[] name) {
        return hash(name, 0, name.length);
    }

    private static int hash(byte[] text, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = hash * 31 + text[i];
        }
        return hash;
    }

    // The scanner. Every method leaves the position behind what it accepted, or answers false.

    private boolean value(int depth, int nameStart, int nameEnd, int nameHash, int flags) {
        space();
        if (position >= json.length || size >= maxValues) {
            return false;
        }
        int value = size++;
        if ((value + 1) * STRIDE > tape.length) {
            tape = Arrays.copyOf(tape, tape.length * 2);
        }
        int at = value * STRIDE;
        tape[at + NAME_START] = nameStart;
        tape[at + NAME_END] = nameEnd;
        tape[at + NAME_HASH] = nameHash;
        tape[at + START] = position;
        tape[at + LEAVES] = 1;
        boolean valid =
                switch (json[position]) {
                    case '{' -> object(depth, at, flags);
                    case '[' -> array(depth, at, flags);
                    case '"' -> stringValue(at, flags);
                    case 't' -> literal("true", TRUE, at, flags);
                    case 'f' -> literal("false", FALSE, at, flags);
                    case 'n' -> literal("null", NULL, at, flags);
                    default -> number(at, flags);
                };
        tape[at + NEXT] = size;
        return valid;
    }

    private boolean object(int depth, int at, int flags) {
        tape[at + FLAGS] = OBJECT | flags;
        if (depth >= MAX_DEPTH) {
            return false;
        }
        position++;
        int leaves = 0;
        int looseBefore = loose;
        space();
        if (position < json.length && json[position] == '}') {
            return close(at, 0, -1);
        }
        while (true) {
            space();
            if (position >= json.length || json[position] != '"') {
                return false;
            }
            int nameStart = position + 1;
            if (!string()) {
                return false;
            }
            int nameEnd = position - 1;
            if (nameEnd - nameStart > StrictJson.MAX_NAME_CHARS * 6) {
                return false;
            }
            int nameFlags = escaped ? NAME_ESCAPED : 0;
            int nameHash = escaped ? hash(unescape(nameStart, nameEnd)) : hash(json, nameStart, nameEnd);
            space();
            if (position >= json.length || json[position++] != ':') {
                return false;
            }
            int member = size;
            if (!value(depth + 1, nameStart, nameEnd, nameHash, nameFlags)) {
                return false;
            }
            if (nameHash == MODIFIER.hash && nameIsModifier(member)) {
                modifiers = true;
            }
            leaves += leaves(member);
            space();
            if (position >= json.length) {
                return false;
            }
            if (json[position] == '}') {
                return close(at, leaves, looseBefore);
            }
            if (json[position++] != ',') {
                return false;
            }
        }
    }

    private boolean array(int depth, int at, int flags) {
        tape[at + FLAGS] = ARRAY | flags;
        if (depth >= MAX_DEPTH) {
            return false;
        }
        position++;
        int leaves = 0;
        int looseBefore = loose;
        space();
        if (position < json.length && json[position] == ']') {
            return close(at, 0, -1);
        }
        while (true) {
            int element = size;
            if (!value(depth + 1, 0, 0, 0, 0)) {
                return false;
            }
            leaves += leaves(element);
            space();
            if (position >= json.length) {
                return false;
            }
            if (json[position] == ']') {
                return close(at, leaves, looseBefore);
            }
            if (json[position++] != ',') {
                return false;
            }
        }
    }

    /** @param looseBefore what {@link #loose} was inside the opening bracket, -1 of an empty container */
    private boolean close(int at, int leaves, int looseBefore) {
        position++;
        if (looseBefore < 0) {
            loose++;
        }
        if (loose != looseBefore) {
            tape[at + FLAGS] |= LOOSE;
        }
        tape[at + END] = position;
        tape[at + LEAVES] = leaves;
        return true;
    }

    private boolean stringValue(int at, int flags) {
        boolean valid = string();
        tape[at + FLAGS] = STRING | flags | (escaped ? ESCAPED : 0);
        tape[at + START]++;
        tape[at + END] = position - 1;
        return valid;
    }

    private boolean literal(String word, int kind, int at, int flags) {
        tape[at + FLAGS] = kind | flags;
        if (json.length - position < word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (json[position++] != word.charAt(i)) {
                return false;
            }
        }
        tape[at + END] = position;
        return true;
    }

    private boolean number(int at, int flags) {
        tape[at + FLAGS] = NUMBER | flags;
        int start = position;
        if (peek() == '-') {
            position++;
        }
        if (peek() == '0') {
            position++;
        } else if (!digits()) {
            return false;
        }
        if (peek() == '.') {
            position++;
            if (!digits()) {
                return false;
            }
        }
        if (peek() == 'e' || peek() == 'E') {
            position++;
            if (peek() == '+' || peek() == '-') {
                position++;
            }
            if (!digits()) {
                return false;
            }
        }
        tape[at + END] = position;
        return position - start <= StrictJson.MAX_NUMBER_CHARS;
    }

    private boolean digits() {
        int start = position;
        while (position < json.length && json[position] >= '0' && json[position] <= '9') {
            position++;
        }
        return position > start;
    }

    private int peek() {
        return position < json.length ? json[position] : -1;
    }

    private void space() {
        while (position < json.length) {
            byte b = json[position];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return;
            }
            position++;
            loose++;
        }
    }

    /** A string from its opening quote on; sets {@link #escaped}. */
    private boolean string() {
        byte[] text = json;
        int at = position + 1;
        escaped = false;
        while (at < text.length) {
            byte b = text[at];
            if (b == '"') {
                position = at + 1;
                return true;
            }
            if (b >= 0x20 && b != '\\') {
                at++;
                continue;
            }
            escaped |= b == '\\';
            int length = b < 0 ? Utf8.sequenceLength(json, at) : b == '\\' ? escapeLength(at) : 0;
            if (length == 0) {
                return false;
            }
            at += length;
        }
        return false;
    }

    private int escapeLength(int at) {
        if (at + 1 >= json.length) {
            return 0;
        }
        return switch (json[at + 1]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> 2;
            case 'u' -> hex4(at + 2) >= 0 ? 6 : 0;
            default -> 0;
        };
    }

    private int hex4(int at) {
        if (at + 4 > json.length) {
            return -1;
        }
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(json[at + i], 16);
            if (digit < 0) {
                return -1;
            }
            code = code << 4 | digit;
        }
        return code;
    }

    /**
     * The characters of an escaped string in UTF-8. Half of a surrogate pair becomes the three bytes that it would have,
     * which no valid UTF-8 holds, so such a text equals no other.
     */
    private byte[] unescape(int start, int end) {
        byte[] out = new byte[end - start];
        int length = 0;
        int at = start;
        while (at < end) {
            if (json[at] != '\\') {
                out[length++] = json[at++];
                continue;
            }
            byte escape = json[at + 1];
            if (escape != 'u') {
                out[length++] = simpleEscape(escape);
                at += 2;
                continue;
            }
            int code = hex4(at + 2);
            at += 6;
            if (Character.isHighSurrogate((char) code) && at + 6 <= end && json[at] == '\\' && json[at + 1] == 'u') {
                int low = hex4(at + 2);
                if (Character.isLowSurrogate((char) low)) {
                    code = Character.toCodePoint((char) code, (char) low);
                    at += 6;
                }
            }
            length = encode(code, out, length);
        }
        return Arrays.copyOf(out, length);
    }

    private static byte simpleEscape(byte escape) {
        return switch (escape) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> escape;
        };
    }

    private static int encode(int code, byte[] out, int at) {
        if (code < 0x80) {
            out[at] = (byte) code;
            return at + 1;
        }
        if (code < 0x800) {
            out[at] = (byte) (0xc0 | code >> 6);
            out[at + 1] = (byte) (0x80 | code & 0x3f);
            return at + 2;
        }
        if (code < 0x10000) {
            out[at] = (byte) (0xe0 | code >> 12);
            out[at + 1] = (byte) (0x80 | code >> 6 & 0x3f);
            out[at + 2] = (byte) (0x80 | code & 0x3f);
            return at + 3;
        }
        out[at] = (byte) (0xf0 | code >> 18);
        out[at + 1] = (byte) (0x80 | code >> 12 & 0x3f);
        out[at + 2] = (byte) (0x80 | code >> 6 & 0x3f);
        out[at + 3] = (byte) (0x80 | code & 0x3f);
        return at + 4;
    }

    private static boolean loneSurrogate(byte[] utf8) {
        for (int i = 0; i + 1 < utf8.length; i++) {
            if (utf8[i] == (byte) 0xed && (utf8[i + 1] & 0xff) >= 0xa0) {
                return true;
            }
        }
        return false;
    }
}
