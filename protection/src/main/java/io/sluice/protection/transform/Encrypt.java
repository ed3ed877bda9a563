package io.sluice.protection.transform;

import io.sluice.core.event.SubjectRef;
import io.sluice.protection.crypto.XaesGcm;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.RingKey;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * {@code encrypt}: the field as SF1 under the key of a domain, bound to its place. Whoever holds the key and knows the
 * place gets the value back; to all others it tells its length, in steps of 16 bytes where padded.
 */
final class Encrypt extends Transform.OfText {
    /** Names of encryption keys start with it. */
    static final String KEY_PREFIX = "encrypt.";

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final XaesGcm cipher;
    private final KeyId keyId;
    private final byte[] keyIdBytes;
    private final Sf1.Binding binding;
    private final boolean padded;
    private final byte[] purpose;
    private final byte[][] prefixes = new byte[Sf1Type.values().length][];
    private final ByteSink associated = new ByteSink();

    /** @param cipher shared by the rules of a plan that use this key, so that its subkey is set up once per view */
    Encrypt(
            XaesGcm cipher,
            RingKey key,
            Sf1.Binding binding,
            boolean padded,
            String tenant,
            String dataset,
            String purpose) {
        this.cipher = cipher;
        this.keyId = key.id();
        this.keyIdBytes = key.id().toBytes();
        this.binding = binding;
        this.padded = padded;
        this.purpose = purpose.getBytes(StandardCharsets.UTF_8);
        for (Sf1Type type : Sf1Type.values()) {
            prefixes[type.ordinal()] = Sf1.associatedPrefix(Sf1.flags(binding, type, padded), tenant, dataset);
        }
    }

    @Override
    KeyId keyId() {
        return keyId;
    }

    @Override
    Outcome write(String text, Field field, ViewWriter out) {
        Sf1Type type = type(field.kind(), text);
        if (!bind(type, field)) {
            return Outcome.FAILED;
        }
        byte[] plain = text.getBytes(StandardCharsets.UTF_8);
        if (padded) {
            plain = Sf1.pad(plain);
        }
        byte[] nonce = field.nonce();
        byte[] body = new byte[Sf1.CIPHERTEXT_AT + plain.length + Sf1.TAG_BYTES];
        body[0] = Sf1.MAGIC;
        body[1] = Sf1.SUITE_XAES;
        body[2] = (byte) Sf1.flags(binding, type, padded);
        System.arraycopy(keyIdBytes, 0, body, Sf1.KEY_ID_AT, keyIdBytes.length);
        System.arraycopy(nonce, 0, body, Sf1.NONCE_AT, nonce.length);
        cipher.seal(nonce, 0, associated.array(), associated.length(), plain, 0, plain.length, body, Sf1.CIPHERTEXT_AT);
        out.plain(Sf1.PREFIX + new String(BASE64.encode(body), StandardCharsets.ISO_8859_1));
        return Outcome.WRITTEN;
    }

    private boolean bind(Sf1Type type, Field field) {
        RecordContext context = field.context();
        boolean record = binding == Sf1.Binding.RECORD;
        SubjectRef subject = context.subjectRef();
        associated.reset();
        associated.add(prefixes[type.ordinal()]);
        boolean fits = prefixed(record && subject != null ? subject.value() : "")
                && prefixed(record ? context.releasedId() : "");
        int path = associated.beginPrefixed();
        field.pointer(associated);
        return associated.endPrefixed(path) && fits && associated.addPrefixed(purpose);
    }

    private boolean prefixed(String text) {
        return associated.addPrefixed(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Sf1Type type(int kind, String text) {
        if (kind == JsonTape.STRING) {
            return Sf1Type.STRING;
        }
        if (kind != JsonTape.NUMBER) {
            return Sf1Type.BOOL;
        }
        return text.chars().anyMatch(c -> c == '.' || c == 'e' || c == 'E') ? Sf1Type.DECIMAL : Sf1Type.INT;
    }
}
