package io.sluice.audit.note;

import java.time.Instant;
import java.util.Objects;

/**
 * That a cosigner saw a checkpoint: as of that time it was the largest tree of this log that it knew, and extended all
 * that it had seen before.
 *
 * @param key who says so
 * @param time when, to the second, by the cosigner's clock
 */
public record Cosignature(CosignerKey key, Instant time) {
    public Cosignature {
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(time, "time is null");
    }
}
