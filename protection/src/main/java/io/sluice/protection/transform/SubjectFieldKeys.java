package io.sluice.protection.transform;

import io.sluice.core.event.SubjectRef;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keytree.KeyAnswer;
import io.sluice.protection.keytree.LeasedKey;
import io.sluice.protection.keytree.Owners;
import io.sluice.protection.keytree.SubjectKeys;
import io.sluice.protection.keytree.SubjectUse;
import java.util.Optional;
import java.util.function.Function;

/** The keys of subjects, under the leases of this JVM's registry. No cipher outlives the field. */
final class SubjectFieldKeys extends FieldKeys {
    private final SubjectKeys keys;

    SubjectFieldKeys(SubjectKeys keys) {
        this.keys = keys;
    }

    @Override
    Sf1Answer open(KeyId id, Sf1Suite suite, Sf1Place place, Function<Sf1Cipher, Sf1Answer> opening) {
        Optional<Owners> owners = owners(place);
        if (suite != SubjectFieldKey.SUITE || owners.isEmpty()) {
            return Sf1Answer.Refused.AUTH_FAILED; // no field under a subject's key was ever written like this
        }
        KeyAnswer answer = keys.named(owners.get(), id);
        if (answer instanceof LeasedKey key) {
            Optional<SecretBytes> secret = key.derive(SubjectUse.FIELDS);
            try {
                return secret.map(own -> opening.apply(suite.cipher(own))).orElse(Sf1Answer.Refused.KEY_UNAVAILABLE);
            } finally {
                secret.ifPresent(SecretBytes::destroy);
            }
        }
        return switch ((KeyAnswer.Refused) answer) {
            case KEY_SHREDDED -> Sf1Answer.Refused.KEY_SHREDDED;
            case KEY_UNAVAILABLE -> Sf1Answer.Refused.KEY_UNAVAILABLE;
            case UNKNOWN_KEY -> Sf1Answer.Refused.AUTH_FAILED;
        };
    }

    private static Optional<Owners> owners(Sf1Place place) {
        try {
            return Optional.of(Owners.of(new SubjectRef(place.subjectRef())));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // a place without a subject, or with something that is none
        }
    }
}
