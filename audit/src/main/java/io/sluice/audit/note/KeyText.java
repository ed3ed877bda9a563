package io.sluice.audit.note;

import java.util.Base64;
import java.util.regex.Pattern;

/** What the text forms of keys and signatures share: names and base64 of which only one spelling is accepted. */
final class KeyText {
    private static final Pattern HEX_ID = Pattern.compile("[0-9a-f]{8}");

    private KeyText() {}

    /** A name is not empty and holds no Unicode space, control character or plus sign. */
    static boolean isName(String name) {
        return !name.isEmpty()
                && name.codePoints()
                        .noneMatch(c -> c == '+'
                                || Character.isWhitespace(c)
                                || Character.isSpaceChar(c)
                                || Character.isISOControl(c)
                                || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
    }

    static String requireName(String name) {
        if (!isName(name)) {
            throw new NoteException("a key name is not empty and holds neither a space nor a plus sign");
        }
        return name;
    }

    static KeyId keyId(String hex) {
        if (!HEX_ID.matcher(hex).matches()) {
            throw new NoteException("a key id is eight lower-case hexadecimal digits");
        }
        return new KeyId(Integer.parseUnsignedInt(hex, 16));
    }

    /** Padded base64 in its one canonical spelling: unused bits are zero, nothing follows. */
    static byte[] base64(String text, String what) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw new NoteException(what + " is not base64", e);
        }
        throw new NoteException(what + " is not canonical base64");
    }
}
