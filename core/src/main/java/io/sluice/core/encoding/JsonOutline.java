package io.sluice.core.encoding;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where the values of a JSON text stand in its bytes, found in one pass and without a tree. There is one only of texts that
 * {@link StrictJson} surely reads. Not all of those have one: names with escapes, exponents, escaped surrogates and objects
 * of more than {@value OutlineScanner#MAX_MEMBERS} members are left to it, as is every fault.
 *
 * <p>A value is named by its entry, an int: first the {@link #ROOT}; the {@link #first} one in a container; the
 * {@link #next} one behind a value. In an object each value is preceded by the entry of its name, and {@link #value} leads
 * from one to the other. Entries of one outline mean nothing in another. Immutable, thread-safe; the bytes are shared, never
 * changed.
 */
public final class JsonOutline {
    /** The text's own entry. */
    public static final int ROOT = 0;

    /** Kind of an object. */
    public static final int OBJECT = 0;
    /** Kind of an array. */
    public static final int ARRAY = 1;
    /** Kind of a string. */
    public static final int STRING = 2;
    /** Kind of a number without a fraction. */
    public static final int INTEGER = 3;
    /** Kind of a number with a fraction. */
    public static final int DECIMAL = 4;
    /** Kind of {@code true} and {@code false}. */
    public static final int BOOLEAN = 5;
    /** Kind of {@code null}. */
    public static final int NULL = 6;

    // An entry: its kind, flags and above them how many members or elements it has; where its first byte is, of strings
    // behind the quote; where its bytes end. Of a container the end is the entry behind it, of a name its hash, with
    // its
    // length above the flags.
    static final int STRIDE = 3;
    static final int FROM = 1;
    static final int END = 2;
    static final int NAME = 7;
    static final int KIND_MASK = 7;
    /** An escape stands in the string, so its bytes are not its characters. */
    static final int ESCAPED = 8;
    /** A byte stands in the string or name that is not ASCII. */
    static final int WIDE = 16;

    static final int COUNT_SHIFT = 8;

    private final byte[] json;
    private final int[] tape;

    JsonOutline(byte[] json, int[] tape) {
        this.json = json;
        this.tape = tape;
    }

    /** The outline of a text; null where {@link StrictJson} has to say what it is. */
    public static @Nullable JsonOutline of(byte[] json) {
        return new OutlineScanner(json).scan();
    }

    /** What a value is. */
    public int kind(int value) {
        return tape[value] & KIND_MASK;
    }

    /** How many members or elements a container has. */
    public int size(int container) {
        return tape[container] >>> COUNT_SHIFT;
    }

    /** The first entry in a container: of an object a name, of an array a value; only where it has one. */
    public int first(int container) {
        return container + STRIDE;
    }

    /** The value of a name. */
    public int value(int name) {
        return name + STRIDE;
    }

    /** The entry behind a value and all that is in it. */
    public int next(int value) {
        return (tape[value] & KIND_MASK) <= ARRAY ? tape[value + END] : value + STRIDE;
    }

    /** The number of a name among these, -1 where it is none of them. */
    public int nameIn(int name, Words words) {
        int from = tape[name + FROM];
        return words.number(tape[name + END], json, from, from + size(name));
    }

    /** The number of a string among these, -1 where it is none of them, or where an escape stands in it. */
    public int textIn(int string, Words words) {
        return isEscaped(string) ? -1 : words.number(json, from(string), end(string));
    }

    /** Whether a name is this text. */
    boolean nameIs(int name, String text) {
        if ((tape[name] & WIDE) != 0) {
            return name(name).equals(text);
        }
        int from = tape[name + FROM];
        if (size(name) != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (json[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The characters of a name. */
    String name(int name) {
        return new String(json, tape[name + FROM], size(name), StandardCharsets.UTF_8);
    }

    /** Whether the bytes of a string are its characters: ASCII without escapes. */
    public boolean isPlain(int string) {
        return (tape[string] & (ESCAPED | WIDE)) == 0;
    }

    private boolean isEscaped(int string) {
        return (tape[string] & ESCAPED) != 0;
    }

    /** The bytes that {@link #from} and {@link #end} point into; not to be changed. */
    public byte[] bytes() {
        return json;
    }

    /** Where a string, behind its quote, or a number begins. */
    public int from(int scalar) {
        return tape[scalar + FROM];
    }

    /** Where a string, at its quote, or a number ends. */
    public int end(int scalar) {
        return tape[scalar + END];
    }

    /** How many Unicode code points a string has. */
    public int codePoints(int string) {
        int from = from(string);
        int end = end(string);
        return isPlain(string) ? end - from : EscapedText.codePoints(json, from, end);
    }

    /** The characters of a string. */
    public String text(int string) {
        int from = from(string);
        int end = end(string);
        return isEscaped(string)
                ? EscapedText.decode(json, from, end)
                : new String(json, from, end - from, StandardCharsets.UTF_8);
    }
}
