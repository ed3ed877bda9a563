package io.sluice.gateway.receive;

/**
 * Whether bodies may come with {@code Content-Encoding: gzip} (RFC 9110 section 8.4.1.3), and how far one may inflate. The
 * bounds of bodies and batches hold for the inflated bytes, and for those on the wire too.
 *
 * @param enabled whether they may; else such a body is refused
 * @param maxRatio most inflated bytes for one on the wire, looked at as it goes, from {@link #FLOOR_BYTES} on
 */
public record Decompression(boolean enabled, int maxRatio) {
    /** Inflated bytes below which nothing is said of the ratio: a short text of one letter is no bomb. */
    public static final int FLOOR_BYTES = 64 << 10;

    /** What a gateway uses where nothing else is configured. */
    public static final Decompression OFF = new Decompression(false, 100);

    /** Most bytes that so many on the wire inflate to. */
    long most(long wireBytes) {
        return FLOOR_BYTES + wireBytes * maxRatio;
    }

    public Decompression {
        if (maxRatio < 1 || maxRatio > 1_032) { // more than 1,032 DEFLATE cannot
            throw new IllegalArgumentException("decompression: maxRatio must be 1 to 1032");
        }
    }
}
