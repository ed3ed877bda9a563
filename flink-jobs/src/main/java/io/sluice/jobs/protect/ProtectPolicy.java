package io.sluice.jobs.protect;

import static java.util.Objects.requireNonNull;

import io.sluice.policies.engine.EngineConfig;
import io.sluice.policies.status.StatusSettings;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * How a protect job follows the policy.
 *
 * @param trustRoot the file with the pinned root under which the first revision was approved
 * @param engine what evaluates it
 * @param status how the job's tasks tell {@code policy.status} what they have in force
 */
public record ProtectPolicy(String trustRoot, EngineConfig engine, StatusSettings status) implements Serializable {
    private static final long serialVersionUID = 1;

    public ProtectPolicy {
        requireNonNull(engine, "engine is null");
    }

    /** With defaults: wasm in process. */
    public static ProtectPolicy of(Path trustRoot) {
        return new ProtectPolicy(trustRoot.toString(), EngineConfig.WASM, StatusSettings.DEFAULT);
    }
}
