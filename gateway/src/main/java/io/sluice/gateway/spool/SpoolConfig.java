package io.sluice.gateway.spool;

import java.nio.file.Path;

/**
 * Where the spool lies and how large it may be.
 *
 * @param folder of this gateway alone, on a disk that outlives the process
 * @param maxBytes beyond it events are refused with {@code back-pressure}
 */
public record SpoolConfig(Path folder, long maxBytes) {
    /** The smallest one: a few segments. */
    public static final long LEAST_BYTES = 64L << 20;

    public SpoolConfig {
        if (maxBytes < LEAST_BYTES) {
            throw new IllegalArgumentException("A spool has at least " + LEAST_BYTES + " bytes");
        }
    }
}
