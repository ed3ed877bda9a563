package io.sluice.jobs.protect;

import io.sluice.core.event.SubjectRef;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keytree.LeasedKey;
import io.sluice.protection.keytree.Owners;
import io.sluice.protection.keytree.SubjectKeys;
import io.sluice.protection.keytree.SubjectUse;
import io.sluice.protection.keytree.TreeId;
import io.sluice.protection.text.IdentifierKeys;
import io.sluice.protection.transform.SubjectFieldKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of subjects from the key tree, under the leases of this JVM's registry: what is remembered of a subject under
 * them opens no more, in no checkpoint either, once the subject was erased. Where no lease holds it waits up to a limit.
 */
final class TreeKeyring implements SubjectKeyring {
    private final String tenant;
    private final SubjectKeys keys;
    private final BoundedWait wait;

    TreeKeyring(String tenant, SubjectKeys keys, BoundedWait wait) {
        this.tenant = tenant;
        this.keys = keys;
        this.wait = wait;
    }

    @Override
    public Optional<SubjectSecrets> hold(SubjectRef subject, Set<SubjectUse> uses) throws InterruptedException {
        Owners owner = Owners.of(subject);
        Held held = new Held();
        boolean had = wait.until(() -> held.take(keys.everyEpoch(owner), uses));
        return had ? Optional.of(held.secrets()) : Optional.empty();
    }

    @Override
    public List<String> seen() {
        return keys.seen().entrySet().stream()
                .map(tree -> tree.getKey().epoch() + " " + tree.getValue())
                .toList();
    }

    @Override
    public void requireSeen(Iterable<String> revisions) {
        for (String revision : revisions) {
            String[] parts = revision.split(" ", 2);
            keys.requireAtLeast(new TreeId(tenant, Integer.parseInt(parts[0])), Long.parseLong(parts[1]));
        }
    }

    /** Copies for the record at hand: a revision that comes into force meanwhile lets it end. */
    private static final class Held implements IdentifierKeys {
        private final List<Named> identifiers = new ArrayList<>();
        private final List<SecretBytes> codes = new ArrayList<>();
        private @Nullable SubjectFieldKey field;
        private final List<SecretBytes> own = new ArrayList<>();

        /** Derives what is needed; false where a key was wiped meanwhile, or there is none. */
        boolean take(List<LeasedKey> newestFirst, Set<SubjectUse> uses) {
            wipe();
            for (LeasedKey key : newestFirst) {
                for (SubjectUse use : uses) {
                    if (use == SubjectUse.FIELDS && field != null) {
                        continue; // fields are written under the newest epoch alone
                    }
                    Optional<SecretBytes> derived = key.derive(use);
                    if (derived.isEmpty()) {
                        wipe();
                        return false;
                    }
                    keep(use, key.id(), derived.get());
                }
            }
            return !newestFirst.isEmpty();
        }

        private void keep(SubjectUse use, KeyId id, SecretBytes secret) {
            own.add(secret);
            switch (use) {
                case IDENTIFIERS -> identifiers.add(new Named(id, secret));
                case CODES -> codes.add(secret);
                case FIELDS -> field = new SubjectFieldKey(id, secret);
            }
        }

        SubjectSecrets secrets() {
            return new SubjectSecrets(this, codes, field, this::wipe);
        }

        private void wipe() {
            own.forEach(SecretBytes::destroy);
            own.clear();
            identifiers.clear();
            codes.clear();
            field = null;
        }

        @Override
        public Named current() {
            return identifiers.get(0);
        }

        @Override
        public @Nullable Named find(KeyId id) {
            return identifiers.stream()
                    .filter(key -> key.id().equals(id))
                    .findFirst()
                    .orElse(null);
        }

        /** The keys in force of every epoch are here: another's is of a generation that was erased. */
        @Override
        public boolean forgets(KeyId id) {
            return true;
        }
    }
}
