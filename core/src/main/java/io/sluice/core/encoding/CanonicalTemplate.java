package io.sluice.core.encoding;

import java.nio.charset.StandardCharsets;

/**
 * Canonical JSON with holes: what many values have in common is encoded once, the rest is written between. Immutable.
 *
 * <p>A template of n holes has n + 1 parts; whoever writes puts part 0, the value of the first hole, part 1, and so on, the
 * holes in the order of the canonical form.
 */
public final class CanonicalTemplate {
    /** A value that is left out. Its text is a character that no canonical JSON holds unescaped. */
    public static final CanonicalJson.Canonical HOLE = new CanonicalJson.Canonical("\0");

    private final byte[][] parts;

    private CanonicalTemplate(byte[][] parts) {
        this.parts = parts;
    }

    /**
     * Encodes a value.
     *
     * @param value as {@link CanonicalJson#bytes} takes it, with {@link #HOLE} for each value that is left out
     * @param holes how many there must be
     */
    public static CanonicalTemplate of(Object value, int holes) {
        String[] texts = CanonicalJson.text(value).split(HOLE.text(), -1);
        if (texts.length != holes + 1) {
            throw new IllegalArgumentException("The value has " + (texts.length - 1) + " holes, not " + holes);
        }
        byte[][] parts = new byte[texts.length][];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = texts[i].getBytes(StandardCharsets.UTF_8);
        }
        return new CanonicalTemplate(parts);
    }

    /** Part {@code index}; shared, never changed. */
    public byte[] part(int index) {
        return parts[index];
    }
}
