package io.sluice.protection.transform;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.protection.crypto.XaesGcm;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keys.RingKey;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens encrypted fields of form SF1. Answers with a value or a reason for any text whatever, never throws for what a
 * text says. Only keys of encryption domains are tried. Confined to one thread.
 */
public final class Sf1Opener {
    private static final int MAX_CIPHERS = 256;

    private final KeyRing ring;
    private final String tenant;
    private final Map<KeyId, XaesGcm> ciphers = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<KeyId, XaesGcm> eldest) {
            return size() > MAX_CIPHERS;
        }
    };

    /** @param ring the keys of the {@code fields} keystore */
    public Sf1Opener(KeyRing ring, String tenant) {
        this.ring = ring;
        this.tenant = tenant;
    }

    /** Opens a field that stands at this place. */
    public Sf1Answer open(String text, Sf1Place place) {
        Sf1 field = Sf1.parse(text);
        if (field == null) {
            return Sf1Answer.Refused.AUTH_FAILED;
        }
        XaesGcm cipher = cipher(KeyId.ofBytes(field.body(), Sf1.KEY_ID_AT));
        if (cipher == null) {
            return Sf1Answer.Refused.KEY_UNAVAILABLE;
        }
        byte[] associated = associatedData(field, place);
        byte[] body = field.body();
        byte[] plain = associated == null
                ? null
                : cipher.open(
                        body,
                        Sf1.NONCE_AT,
                        associated,
                        associated.length,
                        body,
                        Sf1.CIPHERTEXT_AT,
                        body.length - Sf1.CIPHERTEXT_AT);
        if (plain != null && field.padded()) {
            plain = Sf1.unpad(plain);
        }
        Sf1Type type = field.type();
        return plain == null || type == null
                ? Sf1Answer.Refused.AUTH_FAILED
                : new Sf1Answer.Opened(type, new String(plain, StandardCharsets.UTF_8));
    }

    private @Nullable XaesGcm cipher(KeyId id) {
        XaesGcm known = ciphers.get(id);
        if (known != null) {
            return known;
        }
        Optional<RingKey> key = ring.find(id).filter(found -> found.name().startsWith(Encrypt.KEY_PREFIX));
        if (key.isEmpty()) {
            return null;
        }
        XaesGcm cipher = new XaesGcm(key.get().secret());
        ciphers.put(id, cipher);
        return cipher;
    }

    private byte @Nullable [] associatedData(Sf1 field, Sf1Place place) {
        boolean record = field.binding() == Sf1.Binding.RECORD;
        try {
            byte[] prefix = Sf1.associatedPrefix(field.flags(), tenant, place.dataset());
            byte[] rest = new LengthPrefixed()
                    .text(record ? place.subjectRef() : "")
                    .text(record ? place.recordId() : "")
                    .text(place.path())
                    .text(place.purpose())
                    .toBytes();
            byte[] all = java.util.Arrays.copyOf(prefix, prefix.length + rest.length);
            System.arraycopy(rest, 0, all, prefix.length, rest.length);
            return all;
        } catch (IllegalArgumentException e) {
            return null; // a part longer than any that was ever encrypted
        }
    }
}
