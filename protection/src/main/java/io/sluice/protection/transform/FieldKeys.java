package io.sluice.protection.transform;

import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keytree.SubjectKeys;
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

    /** The keys of subjects, as far as the registry's leases give them. */
    public static FieldKeys ofSubjects(SubjectKeys subjects) {
        return new SubjectFieldKeys(subjects);
    }

    /** Both: what neither knows is {@code AUTH_FAILED}, or {@code KEY_UNAVAILABLE} while the subjects' keys cannot be asked. */
    public static FieldKeys of(KeyRing ring, SubjectKeys subjects) {
        FieldKeys domains = ofRing(ring);
        FieldKeys owned = ofSubjects(subjects);
        return new FieldKeys() {
            @Override
            Sf1Answer open(KeyId id, Sf1Suite suite, Sf1Place place, Function<Sf1Cipher, Sf1Answer> opening) {
                Sf1Answer answer = domains.open(id, suite, place, opening);
                return answer == Sf1Answer.Refused.AUTH_FAILED ? owned.open(id, suite, place, opening) : answer;
            }
        };
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
