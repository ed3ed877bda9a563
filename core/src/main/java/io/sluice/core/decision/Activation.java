package io.sluice.core.decision;

import io.sluice.core.encoding.Names;
import java.time.Instant;

/**
 * The number that fixes which revision decides: stamped into every record at the gateway (promise P9).
 *
 * @param number monotonic, from 1
 * @param bundle SHA-256 of the active bundle, hex
 * @param revision revision of that bundle
 * @param tenant the deployment's tenant
 * @param issued when it was issued
 */
public record Activation(long number, String bundle, long revision, String tenant, Instant issued) {
    public Activation {
        Names.requireId("tenant", tenant);
        if (number < 1 || revision < 1) {
            throw new IllegalArgumentException("activation and revision start at 1");
        }
        if (!bundle.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("bundle must be a SHA-256 in hex");
        }
    }
}
