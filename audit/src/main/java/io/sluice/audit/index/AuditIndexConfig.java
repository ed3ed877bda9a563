package io.sluice.audit.index;

import io.sluice.audit.log.LogSource;
import io.sluice.audit.note.VerifierKey;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What an index is of and where it is.
 *
 * @param place where it is
 * @param source the log
 * @param key the log's key; only what it signed is indexed
 */
public record AuditIndexConfig(IndexPlace place, LogSource source, VerifierKey key) {
    public AuditIndexConfig {
        Objects.requireNonNull(place, "place is null");
        Objects.requireNonNull(source, "source is null");
        Objects.requireNonNull(key, "key is null");
    }

    /** In a SQLite file. */
    public AuditIndexConfig(Path file, LogSource source, VerifierKey key) {
        this(new IndexPlace.SqliteFile(file), source, key);
    }
}
