package io.sluice.gateway.admit;

import java.time.Instant;
import java.util.Optional;

/** Where the gateway learns which activation to stamp. Thread-safe. */
public interface PolicySource extends AutoCloseable {
    /**
     * The newest activation that is verified, in force at that time and known to be the newest; empty where there is none,
     * and then nothing is accepted (promise P1).
     */
    Optional<InForce> current(Instant now);

    /** What keeps the gateway from accepting, in words; empty where nothing does. */
    Optional<String> finding(Instant now);

    /** Stops learning. */
    @Override
    void close();
}
