package io.sluice.jobs.protect;

import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.text.IdentifierKeys;
import io.sluice.protection.transform.SubjectFieldKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the record at hand uses of its subject's keys; overwritten with the record. Confined to the task thread.
 *
 * @param identifiers seals who the subject is
 * @param codes where its random codes stand, and what masks them: the newest first, then those of earlier epochs
 * @param field encrypts its fields; null where no view asks for it
 * @param wipe overwrites what is the record's own
 */
record SubjectSecrets(
        IdentifierKeys identifiers,
        List<SecretBytes> codes,
        @Nullable SubjectFieldKey field,
        Runnable wipe) {
    @Override
    public String toString() {
        return "SubjectSecrets[hidden]";
    }
}
