package io.sluice.gateway.publish;

/**
 * The 128 bits of a {@code ce_id}, without the text around them: under another version of the key they are others.
 *
 * @param high the first 64 of them
 * @param low the others
 */
record EventKey(long high, long low) {
    /** 26 characters of base32 (RFC 4648 section 6), of which the last has three bits and two of padding. */
    private static final int HASH_CHARS = 26;

    private static final int PADDING_BITS = 2;

    /** @throws IllegalArgumentException where it is not {@code e<version>_} and 26 base32 characters */
    static EventKey of(String id) {
        int end = id.length();
        int at = end - HASH_CHARS;
        if (at < 3 || id.charAt(0) != 'e' || id.charAt(at - 1) != '_') {
            throw new IllegalArgumentException("A ce_id is e<version>_ and 26 base32 characters");
        }
        long high = 0;
        long low = 0;
        for (; at < end - 1; at++) {
            high = high << 5 | low >>> 59;
            low = low << 5 | bits(id.charAt(at));
        }
        return new EventKey(high << 3 | low >>> 61, low << 3 | bits(id.charAt(at)) >> PADDING_BITS);
    }

    private static int bits(char c) {
        if (c >= 'a' && c <= 'z') {
            return c - 'a';
        }
        if (c >= '2' && c <= '7') {
            return c - '2' + 26;
        }
        throw new IllegalArgumentException("A ce_id is e<version>_ and 26 base32 characters");
    }
}
