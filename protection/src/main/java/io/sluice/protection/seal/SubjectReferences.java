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
        this.subjects = new KeyedHash(ring.getOrCreate(SUBJECT_KEY));
        this.events = new KeyedHash(ring.getOrCreate(EVENT_KEY));
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
                .map(key -> subject(new KeyedHash(key), controller, scheme, canonicalId))
                .toList();
    }

    /** The {@code ce_id} of an event: equal for equal (producer, source, id), so no producer can use up another's ids. */
    public String eventId(String producer, String source, String id) {
        return "e" + events.version() + "_" + events.of(tenant, producer, source, id);
    }

    private SubjectRef subject(KeyedHash hash, String controller, String scheme, String canonicalId) {
        return new SubjectRef("s" + hash.version() + "_" + hash.of(tenant, controller, scheme, canonicalId));
    }

    /** HMAC under one key version, with an instance per thread. */
    private static final class KeyedHash {
        private final RingKey key;
        private final ThreadLocal<HmacSha256> instances;

        KeyedHash(RingKey key) {
            this.key = key;
            this.instances = ThreadLocal.withInitial(() -> new HmacSha256(key.secret()));
        }

        int version() {
            return key.version();
        }

        String of(String... parts) {
            LengthPrefixed input = new LengthPrefixed(INPUT_BYTES);
            for (String part : parts) {
                input.text(part);
            }
            return Base32.encode(instances.get().of(input.toBytes()), BYTES);
        }
    }
}
