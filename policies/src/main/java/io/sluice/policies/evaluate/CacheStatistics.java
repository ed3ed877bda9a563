package io.sluice.policies.evaluate;

/**
 * How a decision cache did since its revision was loaded.
 *
 * @param hits answers from the cache
 * @param misses evaluations of the policy
 * @param size entries now
 */
public record CacheStatistics(long hits, long misses, long size) {
    /** Share of answers from the cache, 1 where nothing was asked. */
    public double hitRatio() {
        return hits + misses == 0 ? 1.0 : (double) hits / (hits + misses);
    }
}
