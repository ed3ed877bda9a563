package io.sluice.audit.log;

import io.sluice.audit.note.CosignatureType;
import io.sluice.audit.note.Cosigner;
import io.sluice.audit.note.SigningKey;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a writer needs.
 *
 * @param folder the log's folder; made where it is missing
 * @param key signs checkpoints; its name is the log's origin; its file stands outside the folder
 * @param mlDsa signs them too, as a cosignature of the log's own (C2SP tlog-cosignature, type 06), so that they stand against
 *     quantum computers; of the same name; null for none
 * @param clock tells the time that such a signature bears
 */
public record AuditLogConfig(
        Path folder, SigningKey key, @Nullable Cosigner mlDsa, Clock clock) {
    public AuditLogConfig {
        Objects.requireNonNull(folder, "folder is null");
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(clock, "clock is null");
        if (mlDsa != null
                && (mlDsa.verifier().type() != CosignatureType.ML_DSA_44
                        || !mlDsa.verifier().name().equals(key.verifier().name()))) {
            throw new IllegalArgumentException("the log's second key is one of type ML-DSA-44 and of the log's name, "
                    + key.verifier().name() + ", not " + mlDsa);
        }
    }

    /** With the Ed25519 key alone. */
    public AuditLogConfig(Path folder, SigningKey key) {
        this(folder, key, null, Clock.systemUTC());
    }
}
