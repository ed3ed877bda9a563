package io.sluice.protection.transform;

import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.KeyRing;
import java.util.function.Function;

/**
 * Where the keys of encrypted fields come from. It is asked for each field, so that a key that was shredded, or whose lease
 * has ended, opens nothing more. Confined to one thread.
 */
public abstract class FieldKeys {
    FieldKeys() {}

    /** The keys of domains, in the ring of the {@code fields} keystore. */
    public static FieldKeys ofRing(KeyRing ring) {
        return new RingFieldKeys(ring);
    }

    /**
     * Opens a field with the key that it names, or says why there is none.
     *
     * @param suite only keys made for it are found
     * @param place where the field stands; a key may belong to a subject
     * @param opening uses the cipher during the call only
     */
    abstract Sf1Answer open(KeyId id, Sf1Suite suite, Sf1Place place, Function<Sf1Cipher, Sf1Answer> opening);
}
