package io.sluice.core.encoding;

/** The one grammar of ids in the rulebook, in topics and tags: lower-case words joined by hyphens. Thread-safe. */
public final class Names {
    /** Longest id, in characters. */
    public static final int MAX_CHARS = 64;

    /** The grammar as a regular expression, but for the length. */
    public static final String ID_PATTERN = "[a-z0-9]+(?:-[a-z0-9]+)*";

    private Names() {}

    /** Whether a text is an id. */
    public static boolean isId(String value) {
        if (value.length() > MAX_CHARS) {
            return false;
        }
        boolean inWord = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean ofWord = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
            if (!ofWord && (c != '-' || !inWord)) {
                return false;
            }
            inWord = ofWord;
        }
        return inWord;
    }

    /**
     * Returns an id as it is.
     *
     * @throws IllegalArgumentException naming {@code what}, if it is not one
     */
    public static String requireId(String what, String value) {
        if (!isId(value)) {
            throw new IllegalArgumentException(what + " must be lower-case letters, digits and single hyphens, at most "
                    + MAX_CHARS + " characters");
        }
        return value;
    }
}
