package io.sluice.protection.text;

import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keys.RingKey;
import org.jspecify.annotations.Nullable;

/** The keys that what is remembered of a subject is sealed under. */
public interface IdentifierKeys {
    /** A key with its public name, which stands in what was sealed. */
    record Named(KeyId id, SecretBytes key) {}

    /** The one to seal with. */
    Named current();

    /** The one of that id; null where there is none. */
    @Nullable
    Named find(KeyId id);

    /** Whether an id that {@link #find} does not know is of a key that was made underivable: what it sealed never was. */
    boolean forgets(KeyId id);

    /** One key of the {@code fields} keystore for all subjects, made when it is first needed. It forgets nobody. */
    static IdentifierKeys ofRing(KeyRing ring) {
        return new IdentifierKeys() {
            @Override
            public Named current() {
                return named(ring.getOrCreate("subject-identifiers"));
            }

            @Override
            public @Nullable Named find(KeyId id) {
                return ring.find(id).map(this::named).orElse(null);
            }

            @Override
            public boolean forgets(KeyId id) {
                return false;
            }

            private Named named(RingKey key) {
                return new Named(key.id(), key.secret());
            }
        };
    }
}
