package io.sluice.gateway.parse;

/**
 * Bounds on what an event may carry beside its data (promise P10). Depth, number and name lengths of JSON are {@code
 * StrictJson}'s.
 *
 * @param maxIdChars longest event id, source, type, subject or time
 * @param maxExtensions most CloudEvents extension attributes
 * @param maxExtensionChars longest value of one
 */
public record ParseLimits(int maxIdChars, int maxExtensions, int maxExtensionChars) {
    /** What a gateway uses where nothing else is configured. */
    public static final ParseLimits DEFAULT = new ParseLimits(256, 32, 1_024);

    public ParseLimits {
        if (maxIdChars < 36 || maxExtensions < 0 || maxExtensionChars < 1) {
            throw new IllegalArgumentException(
                    "parse limits: ids have 36 characters or more, extension values 1 or more, extensions 0 or more");
        }
    }
}
