package io.sluice.core.encoding;

import java.nio.charset.StandardCharsets;

/**
 * Base32 of RFC 4648 section 6 in lower case without padding: 26 characters for 16 bytes. Encoding only: ids are compared,
 * never decoded. Thread-safe.
 */
public final class Base32 {
    private static final byte[] ALPHABET = "abcdefghijklmnopqrstuvwxyz234567".getBytes(StandardCharsets.US_ASCII);

    private Base32() {}

    /** Encodes the first {@code length} bytes. */
    public static String encode(byte[] bytes, int length) {
        return encode("", bytes, length);
    }

    /** Encodes the first {@code length} bytes behind a prefix of ASCII. */
    public static String encode(String prefix, byte[] bytes, int length) {
        int at = prefix.length();
        byte[] out = new byte[at + (length * 8 + 4) / 5];
        for (int i = 0; i < at; i++) {
            out[i] = (byte) prefix.charAt(i);
        }
        int buffer = 0;
        int bits = 0;
        for (int i = 0; i < length; i++) {
            buffer = buffer << 8 | bytes[i] & 0xff;
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                out[at++] = ALPHABET[buffer >> bits & 31];
            }
            buffer &= (1 << bits) - 1;
        }
        if (bits > 0) {
            out[at] = ALPHABET[buffer << (5 - bits) & 31];
        }
        return new String(out, StandardCharsets.US_ASCII);
    }
}
