package io.sluice.audit.witness;

import io.sluice.audit.note.Cosigner;
import io.sluice.audit.note.VerifierKey;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;

/**
 * What a witness needs.
 *
 * @param folder where it keeps what it saw; made where it is missing
 * @param keys its private keys, of one name, at least one
 * @param logs the public keys of the logs that it witnesses; a log may have several while its key is changed
 * @param clock the time of its signatures
 */
public record WitnessConfig(Path folder, List<Cosigner> keys, List<VerifierKey> logs, Clock clock) {
    public WitnessConfig {
        Objects.requireNonNull(folder, "folder is null");
        Objects.requireNonNull(clock, "clock is null");
        keys = List.copyOf(keys);
        logs = List.copyOf(logs);
        if (keys.isEmpty() || logs.isEmpty()) {
            throw new IllegalArgumentException("a witness has a key, and a log to witness");
        }
    }
}
