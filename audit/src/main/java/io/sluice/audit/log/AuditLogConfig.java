package io.sluice.audit.log;

import io.sluice.audit.note.SigningKey;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What a writer needs.
 *
 * @param folder the log's folder; made where it is missing
 * @param key signs checkpoints; its name is the log's origin; its file stands outside the folder
 */
public record AuditLogConfig(Path folder, SigningKey key) {
    public AuditLogConfig {
        Objects.requireNonNull(folder, "folder is null");
        Objects.requireNonNull(key, "key is null");
    }
}
