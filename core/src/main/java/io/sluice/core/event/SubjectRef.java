package io.sluice.core.event;

/**
 * A versioned keyed hash that stands for a data subject: {@code s<version>_} and 26 base32 characters (128 bits of
 * HMAC-SHA-256 over tenant, controller, scheme and canonical id). Says nothing about the person without the key.
 */
public record SubjectRef(String value) {
    private static final int HASH_CHARS = 26;
    private static final int MAX_VERSION_DIGITS = 3;

    public SubjectRef {
        if (!isReference(value)) {
            throw new IllegalArgumentException("A subject reference is s<version>_ and 26 base32 characters");
        }
    }

    /** Whether a text has the form of a reference. */
    public static boolean isReference(String text) {
        int digits = text.length() - HASH_CHARS - 2;
        if (digits < 1 || digits > MAX_VERSION_DIGITS || text.charAt(0) != 's' || text.charAt(1) == '0') {
            return false;
        }
        for (int i = 1; i <= digits; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        for (int i = digits + 2; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= '2' && c <= '7')) {
                return false;
            }
        }
        return text.charAt(digits + 1) == '_';
    }

    @Override
    public String toString() {
        return value;
    }
}
