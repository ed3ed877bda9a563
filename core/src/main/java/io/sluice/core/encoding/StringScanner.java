package io.sluice.core.encoding;

/** Finds the ends of the strings of a text, all that is in them checked. Confined to one outline's making. */
final class StringScanner {
    private static final long QUOTES = EightBytes.ONES * '"';
    private static final long BACKSLASHES = EightBytes.ONES * '\\';
    private static final long SPACES = EightBytes.ONES * ' ';

    private final byte[] json;
    private int flags;

    StringScanner(byte[] json) {
        this.json = json;
    }

    /** Of the string whose end was found last: {@link JsonOutline#ESCAPED}, {@link JsonOutline#WIDE}. */
    int flags() {
        return flags;
    }

    /** The closing quote of the string that begins there, {@link OutlineScanner#NO} where there is none. */
    int end(int from) {
        flags = 0;
        int at = from;
        while (true) {
            at = plainEnd(at);
            if (at >= json.length) {
                return OutlineScanner.NO;
            }
            byte b = json[at];
            if (b == '"') {
                return at;
            }
            int length;
            if (b == '\\') {
                flags |= JsonOutline.ESCAPED;
                length = escapeLength(at);
            } else {
                flags |= JsonOutline.WIDE;
                length = b < 0 ? Utf8.sequenceLength(json, at) : 0; // else a control character
            }
            if (length == 0) {
                return OutlineScanner.NO;
            }
            at += length;
        }
    }

    /** The first byte from there on that is a quote, a backslash, a control character or not ASCII; eight bytes a step. */
    private int plainEnd(int from) {
        int at = from;
        for (; at <= json.length - Long.BYTES; at += Long.BYTES) {
            long word = EightBytes.at(json, at);
            long marks = EightBytes.equal(word, QUOTES)
                    | EightBytes.equal(word, BACKSLASHES)
                    | (word - SPACES & ~word | word) & EightBytes.HIGH_BITS;
            if (marks != 0) {
                return at + EightBytes.first(marks);
            }
        }
        while (at < json.length && json[at] >= ' ' && json[at] != '"' && json[at] != '\\') {
            at++;
        }
        return at;
    }

    private int escapeLength(int at) {
        return switch (at + 1 < json.length ? json[at + 1] : 0) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> 2;
            case 'u' -> isUnit(at + 2) ? 6 : 0;
            default -> 0;
        };
    }

    /** Four hexadecimal digits, and no surrogate: whether its other half follows is for the other reader to say. */
    private boolean isUnit(int at) {
        if (at + 4 > json.length) {
            return false;
        }
        int unit = 0;
        for (int i = at; i < at + 4; i++) {
            int digit = json[i] < 0 ? -1 : Character.digit(json[i], 16);
            if (digit < 0) {
                return false;
            }
            unit = unit << 4 | digit;
        }
        return !Character.isSurrogate((char) unit);
    }
}
