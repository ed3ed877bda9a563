package io.sluice.cli.room;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.policies.engine.EngineConfig;
import java.nio.file.Path;

/** The policy engine of a room, as {@code policy.engine} names it. */
final class RoomEngine {
    private RoomEngine() {}

    /**
     * Checks it once, so that a file that cannot be used is an error of the start and not of a task.
     *
     * @param identity the room's own key and certificate
     * @throws CommandFailure naming the file at fault
     */
    static EngineConfig of(SluiceConfig config, Path identity) {
        EngineConfig engine = config.policy().engine(identity);
        try {
            engine.engines(1);
            return engine;
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("policy.opaRest cannot be used: " + e.getMessage(), e);
        }
    }
}
