package io.sluice.protection.transform;

import io.sluice.protection.keys.KeyAccessException;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keys.RingKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of domains. The ring never drops a key, so an id that it does not know is of no field that was written here; one
 * that it knows and cannot open, since the KMS key of its own was destroyed, is shredded. A cipher that was set up once
 * stays good.
 */
final class RingFieldKeys extends FieldKeys {
    private static final Logger LOG = LoggerFactory.getLogger(RingFieldKeys.class);
    private static final int MAX_CIPHERS = 256;

    private record Use(KeyId id, Sf1Suite suite) {}

    private final KeyRing ring;
    private final Map<Use, Sf1Cipher> ciphers = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Use, Sf1Cipher> eldest) {
            return size() > MAX_CIPHERS;
        }
    };

    RingFieldKeys(KeyRing ring) {
        this.ring = ring;
    }

    @Override
    Sf1Answer open(KeyId id, Sf1Suite suite, Sf1Place place, Function<Sf1Cipher, Sf1Answer> opening) {
        if (!ring.reach().now()) {
            return Sf1Answer.Refused.KEY_UNAVAILABLE;
        }
        Use use = new Use(id, suite);
        Sf1Cipher cipher = ciphers.get(use);
        if (cipher == null) {
            Optional<RingKey> key;
            try {
                key = ring.find(id).filter(found -> found.name().startsWith(suite.keyPrefix));
            } catch (KeyAccessException e) {
                LOG.warn("a field's key could not be looked for key={} code={}", id, e.code());
                return Sf1Answer.Refused.KEY_UNAVAILABLE;
            }
            if (key.isEmpty()) {
                return ring.destroyed(id)
                                .filter(name -> name.startsWith(suite.keyPrefix))
                                .isPresent()
                        ? Sf1Answer.Refused.KEY_SHREDDED
                        : Sf1Answer.Refused.AUTH_FAILED;
            }
            cipher = suite.cipher(key.get().secret());
            ciphers.put(use, cipher);
        }
        return opening.apply(cipher);
    }
}
