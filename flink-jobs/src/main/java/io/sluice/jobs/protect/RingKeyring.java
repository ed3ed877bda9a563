package io.sluice.jobs.protect;

import io.sluice.core.event.SubjectRef;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keytree.SubjectUse;
import io.sluice.protection.text.IdentifierKeys;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Of a job without a key tree: what it remembers of all subjects is under keys of the ring, so that no erasure makes an old
 * checkpoint unreadable, and nobody has a key for fields.
 */
final class RingKeyring implements SubjectKeyring {
    private static final String CODES = "pseudonym";

    private final KeyRing ring;
    private final IdentifierKeys identifiers;

    /** @param ring the keys of the {@code fields} keystore; version 1 of the key of codes serves for good */
    RingKeyring(KeyRing ring) {
        this.ring = ring;
        this.identifiers = IdentifierKeys.ofRing(ring);
    }

    @Override
    public Optional<SubjectSecrets> hold(SubjectRef subject, Set<SubjectUse> uses) {
        if (uses.contains(SubjectUse.FIELDS)) {
            return Optional.empty();
        }
        return Optional.of(new SubjectSecrets(
                identifiers,
                uses.contains(SubjectUse.CODES)
                        ? List.of(ring.version(CODES, 1, false).secret())
                        : List.of(),
                null,
                () -> {}));
    }

    @Override
    public List<String> seen() {
        return List.of();
    }

    @Override
    public void requireSeen(Iterable<String> revisions) {
        // No tree, no revisions.
    }
}
