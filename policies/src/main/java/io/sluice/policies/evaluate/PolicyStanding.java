package io.sluice.policies.evaluate;

import org.jspecify.annotations.Nullable;

/**
 * How a room stands to {@code policy.bundles} at an instant.
 *
 * @param inForce what decides; null where nothing does
 * @param newest the newest activation that was read, whatever became of it; null where there is none
 */
public record PolicyStanding(
        @Nullable HistoryEntry inForce, @Nullable HistoryEntry newest) {}
