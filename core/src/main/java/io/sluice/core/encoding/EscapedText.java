package io.sluice.core.encoding;

import java.nio.charset.StandardCharsets;

/** The inside of a JSON string with escapes that an outline has found right, so no half of a surrogate pair is one. */
final class EscapedText {
    private static final int UNIT_CHARS = 6;

    private EscapedText() {}

    /** Its characters. */
    static String decode(byte[] json, int from, int end) {
        byte[] utf8 = new byte[end - from]; // no escape is shorter than its character
        int length = 0;
        for (int at = from; at < end; ) {
            byte b = json[at];
            if (b != '\\') {
                utf8[length++] = b;
                at++;
            } else if (json[at + 1] != 'u') {
                utf8[length++] = simple(json[at + 1]);
                at += 2;
            } else {
                length = encode(unit(json, at + 2), utf8, length);
                at += UNIT_CHARS;
            }
        }
        return new String(utf8, 0, length, StandardCharsets.UTF_8);
    }

    /** How many code points it has. */
    static int codePoints(byte[] json, int from, int end) {
        int count = 0;
        for (int at = from; at < end; ) {
            byte b = json[at];
            count += (b & 0xc0) == 0x80 ? 0 : 1; // what continues a character is none
            at += b != '\\' ? 1 : json[at + 1] == 'u' ? UNIT_CHARS : 2;
        }
        return count;
    }

    private static byte simple(byte escape) {
        return switch (escape) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> escape;
        };
    }

    private static int unit(byte[] json, int from) {
        int unit = 0;
        for (int i = from; i < from + 4; i++) {
            unit = unit << 4 | Character.digit(json[i], 16);
        }
        return unit;
    }

    private static int encode(int unit, byte[] utf8, int at) {
        if (unit < 0x80) {
            utf8[at] = (byte) unit;
            return at + 1;
        }
        if (unit < 0x800) {
            utf8[at] = (byte) (0xc0 | unit >> 6);
            utf8[at + 1] = (byte) (0x80 | unit & 0x3f);
            return at + 2;
        }
        utf8[at] = (byte) (0xe0 | unit >> 12);
        utf8[at + 1] = (byte) (0x80 | unit >> 6 & 0x3f);
        utf8[at + 2] = (byte) (0x80 | unit & 0x3f);
        return at + 3;
    }
}
