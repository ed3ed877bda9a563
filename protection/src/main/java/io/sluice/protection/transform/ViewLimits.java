package io.sluice.protection.transform;

/**
 * Bounds of plan execution (P10).
 *
 * @param maxViewBytes largest view; beyond it the view fails with {@code VIEW_TOO_LARGE}
 * @param maxPayloadBytes largest payload
 * @param maxValues most values (scalars and containers) of a payload
 * @param maxElementBytes largest array element that is searched for what a predicate asks; of a larger one the strictest
 *     rules of its array apply
 */
public record ViewLimits(int maxViewBytes, int maxPayloadBytes, int maxValues, int maxElementBytes) {
    /** What a protect task uses. */
    public static final ViewLimits DEFAULT = new ViewLimits(1_000_000, 16 << 20, 1_000_000, 64 << 10);

    public ViewLimits {
        if (maxViewBytes < 1 || maxPayloadBytes < 1 || maxValues < 1 || maxElementBytes < 1) {
            throw new IllegalArgumentException("limits start at 1");
        }
    }
}
