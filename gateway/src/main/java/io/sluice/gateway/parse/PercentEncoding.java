package io.sluice.gateway.parse;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Header values of CloudEvents in HTTP binary mode (HTTP binding 1.0 section 3.1.3.2), and parts of addresses. Thread-safe. */
public final class PercentEncoding {
    private PercentEncoding() {}

    /** Decodes a header value. A '%' without two hex digits, or bytes that are no UTF-8, are refused. */
    public static String decode(String value) {
        requireAscii(value);
        if (value.indexOf('%') < 0) {
            return value;
        }
        byte[] bytes = new byte[value.length()];
        int length = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '%') {
                int high = i + 2 < value.length() ? Character.digit(value.charAt(i + 1), 16) : -1;
                int low = i + 2 < value.length() ? Character.digit(value.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw Attributes.invalid("A '%' in a ce- header must be followed by two hex digits.");
                }
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                bytes[length++] = (byte) c;
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Attributes.invalid("A percent-encoded ce- header is not UTF-8.");
        }
    }

    private static void requireAscii(String value) {
        if (value.chars().anyMatch(c -> c < 0x20 || c > 0x7e)) {
            throw Attributes.invalid("A ce- header holds a character outside ASCII; percent-encode it.");
        }
    }
}
