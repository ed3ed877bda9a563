package io.sluice.protection.text;

/**
 * Bounds of looking inside texts (P10). Beyond each of them a text does not go out.
 *
 * @param maxTextChars longest text, after decoding
 * @param maxIdentifiers most identifiers of one record and its subject
 * @param maxIdentifierChars longest identifier
 * @param maxRememberedBytes most bytes of a person's identifiers that are remembered, before sealing
 */
public record TextLimits(int maxTextChars, int maxIdentifiers, int maxIdentifierChars, int maxRememberedBytes) {
    /** What a protect task uses. */
    public static final TextLimits DEFAULT = new TextLimits(256 << 10, 1_024, 256, 16 << 10);

    public TextLimits {
        if (maxTextChars < 1 || maxIdentifiers < 1 || maxIdentifierChars < 1 || maxRememberedBytes < 1) {
            throw new IllegalArgumentException("limits start at 1");
        }
    }
}
