package io.sluice.protection.seal;

import java.time.Duration;

/**
 * Bounds on what unwrapping data keys may cost, so that forged records cannot wear down the KMS (P10).
 *
 * @param cacheEntries most data keys, and most refused ones, that are remembered
 * @param keyLife how long an unwrapped key may be used before the KMS is asked again
 * @param refusalLife how long a wrap that does not open is not tried again
 * @param unknownLife how long a wrapping key that is not there is not asked for again
 * @param perSecond unwraps per second in the long run
 * @param burst unwraps at once
 */
public record UnwrapLimits(
        int cacheEntries, Duration keyLife, Duration refusalLife, Duration unknownLife, int perSecond, int burst) {
    /** What a protect task uses. */
    public static final UnwrapLimits DEFAULT =
            new UnwrapLimits(1_000, Duration.ofMinutes(5), Duration.ofMinutes(10), Duration.ofSeconds(1), 100, 1_000);

    public UnwrapLimits {
        if (cacheEntries < 1 || perSecond < 1 || burst < 1) {
            throw new IllegalArgumentException("limits start at 1");
        }
    }
}
