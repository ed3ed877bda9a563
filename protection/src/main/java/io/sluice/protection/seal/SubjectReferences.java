package io.sluice.protection.seal;

import io.sluice.core.encoding.Base32;
import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.event.SubjectRef;
import io.sluice.protection.crypto.HmacSha256;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keys.RingKey;
import java.util.List;

/**
 * Keyed hashes that stand for data subjects and events outside the seal: 128 bits of HMAC-SHA-256 under keys of the
 * ingress ring. Without the key they say nothing; with it, ids of low entropy can be found by trying them all, so the key
 * stays in the rooms that need it.
 *
 * <p>Ids must come in their canonical form: equal ids give equal references, byte for byte. Safe for several threads.
 */
public final class SubjectReferences {
    /** Length of a reference before base32. */
    static final int BYTES = 16;
    /** Room for the parts of most. */
    private static final int INPUT_BYTES = 128;

    private static final String SUBJECT_KEY = "subject-reference";
    private static final String EVENT_KEY = "event-id";

    private final String tenant;
    private final KeyRing ring;
    private final KeyedHash subjects;
    private final KeyedHash events;

    SubjectReferences(String tenant, KeyRing ring) {
        this.tenant = tenant;
        this.ring = ring;
        this.subjects = new KeyedHash('s', ring.getOrCreate(SUBJECT_KEY));
        this.events = new KeyedHash('e', ring.getOrCreate(EVENT_KEY));
    }

    /**
     * The reference of a subject under the version in force.
     *
     * @throws IllegalArgumentException where a part exceeds 65,535 bytes
     */
    public SubjectRef of(String controller, String scheme, String canonicalId) {
        return subject(subjects, controller, scheme, canonicalId);
    }

    /** The references of a subject under every version of the key, oldest first: what an erasure or a query must reach. */
    public List<SubjectRef> all(String controller, String scheme, String canonicalId) {
        return ring.versions(SUBJECT_KEY).stream()
                .map(key -> subject(new KeyedHash('s', key), controller, scheme, canonicalId))
                .toList();
    }

    /** The {@code ce_id} of an event: equal for equal (producer, source, id), so no producer can use up another's ids. */
    public String eventId(String producer, String source, String id) {
        return events.of(tenant, producer, source, id);
    }

    private SubjectRef subject(KeyedHash hash, String controller, String scheme, String canonicalId) {
        return new SubjectRef(hash.of(tenant, controller, scheme, canonicalId));
    }

    /** HMAC under one key version, with an instance per thread. */
    private static final class KeyedHash {
        private final String prefix;
        private final ThreadLocal<Instance> instances;

        KeyedHash(char kind, RingKey key) {
            this.prefix = kind + Integer.toString(key.version()) + "_";
            this.instances = ThreadLocal.withInitial(() -> new Instance(new HmacSha256(key.secret())));
        }

        /** The hash as text, behind its kind and the key's version. */
        String of(String first, String second, String third, String fourth) {
            return Base32.encode(prefix, instances.get().hash(first, second, third, fourth), BYTES);
        }
    }

    /** A thread's HMAC and its input, of which nothing is left behind. */
    private static final class Instance {
        private final HmacSha256 hmac;
        private final LengthPrefixed input = new LengthPrefixed(INPUT_BYTES);
        private final byte[] out = new byte[HmacSha256.BYTES];

        Instance(HmacSha256 hmac) {
            this.hmac = hmac;
        }

        /** Good until the next one. */
        byte[] hash(String first, String second, String third, String fourth) {
            try {
                input.text(first).text(second).text(third).text(fourth);
                hmac.update(input.array(), 0, input.length());
            } finally {
                input.wipe();
            }
            hmac.finish(out, 0);
            return out;
        }
    }
}
