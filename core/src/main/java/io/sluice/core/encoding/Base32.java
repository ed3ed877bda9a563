package io.sluice.core.encoding;

/**
 * Base32 of RFC 4648 section 6 in lower case without padding: 26 characters for 16 bytes. Encoding only: ids are compared,
 * never decoded. Thread-safe.
 */
public final class Base32 {
    private static final char[] ALPHABET = "abcdefghijklmnopqrstuvwxyz234567".toCharArray();

    private Base32() {}

    /** Encodes the first {@code length} bytes. */
    public static String encode(byte[] bytes, int length) {
        StringBuilder out = new StringBuilder((length * 8 + 4) / 5);
        int buffer = 0;
        int bits = 0;
        for (int i = 0; i < length; i++) {
            buffer = buffer << 8 | bytes[i] & 0xff;
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                out.append(ALPHABET[buffer >> bits & 31]);
            }
            buffer &= (1 << bits) - 1;
        }
        if (bits > 0) {
            out.append(ALPHABET[buffer << (5 - bits) & 31]);
        }
        return out.toString();
    }
}
