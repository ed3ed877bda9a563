package io.sluice.audit.index;

import io.sluice.audit.log.LogSource;
import io.sluice.audit.note.VerifierKey;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What an index is of and where it is.
 *
 * @param file the SQLite file; not in the log's folder, where it would not belong
 * @param source the log
 * @param key the log's key; only what it signed is indexed
 */
public record AuditIndexConfig(Path file, LogSource source, VerifierKey key) {
    public AuditIndexConfig {
        Objects.requireNonNull(file, "file is null");
        Objects.requireNonNull(source, "source is null");
        Objects.requireNonNull(key, "key is null");
    }
}
