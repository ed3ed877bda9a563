package io.sluice.jobs.protect;

import io.sluice.protection.keys.KmsSettings;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a protect job finds its keys: paths, never keys.
 *
 * @param ingress the keystore of the seal
 * @param fields the keystore of views
 * @param fpe whether plans may ask for {@code tokenise-fpe}; those that do are refused otherwise
 * @param tree the key tree of the subjects; null without: then no field is encrypted under a subject's key, and what is
 *     remembered of subjects outlives their erasure in old checkpoints
 */
public record ProtectKeys(
        KeyFolder ingress,
        KeyFolder fields,
        boolean fpe,
        @Nullable SubjectTree tree) implements Serializable {
    private static final long serialVersionUID = 1;

    /** Without {@code tokenise-fpe}, and without a key tree. */
    public static ProtectKeys of(KeyFolder ingress, KeyFolder fields) {
        return new ProtectKeys(ingress, fields, false, null);
    }

    /**
     * Where a keystore lies.
     *
     * @param folder its folder
     * @param kms what wraps its keys
     */
    public record KeyFolder(String folder, KmsSettings kms) implements Serializable {
        private static final long serialVersionUID = 1;

        /** The same with paths. */
        public static KeyFolder of(Path folder, KmsSettings kms) {
            return new KeyFolder(folder.toString(), kms);
        }

        /** With the local keystore, its password in that file. */
        public static KeyFolder of(Path folder, Path passwordFile) {
            return of(folder, KmsSettings.local(passwordFile));
        }

        Path folderPath() {
            return Path.of(folder);
        }
    }

    /**
     * The key tree of the subjects, as this job uses it.
     *
     * @param folder its files
     * @param custodian file with the public key whose announcements are followed
     * @param lease how long after an announcement it may be used
     * @param clockSkew how far two machines' clocks may differ
     */
    public record SubjectTree(String folder, String custodian, Duration lease, Duration clockSkew)
            implements Serializable {
        private static final long serialVersionUID = 1;
    }
}
