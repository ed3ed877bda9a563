package io.sluice.protection.transform;

import io.sluice.core.event.SubjectRef;
import io.sluice.protection.keys.KeyId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code encrypt} and {@code encrypt-deterministic}: the field as SF1 under the key of a domain, or of the record's subject,
 * bound to its place.
 * Whoever holds the key and knows the place gets the value back; to all others it tells its length, in steps of 16 bytes
 * where padded, and where deterministic whether it equals another of its place.
 */
final class Encrypt extends Transform {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final byte[] TEXT_START = ('"' + Sf1.PREFIX).getBytes(StandardCharsets.US_ASCII);

    private final Sf1.Form form;
    /** Null where the record's subject has the key. */
    private final @Nullable DomainKey domainKey;

    private final byte[] purpose;
    private final byte[][] prefixes = new byte[Sf1Type.values().length][];
    private final Sf1Associated associated;
    private byte[] encoded = new byte[256];

    /**
     * The key of a domain.
     *
     * @param cipher of the form's suite; shared by the rules of a plan that use this key, so that its subkey is set up once
     *     per view
     */
    static final class DomainKey {
        private final KeyId id;
        private final byte[] idBytes;
        private final Sf1Cipher cipher;

        DomainKey(KeyId id, Sf1Cipher cipher) {
            this.id = id;
            this.idBytes = id.toBytes();
            this.cipher = cipher;
        }
    }

    /** @param domainKey null where the record's subject has the key */
    Encrypt(Sf1.Form form, @Nullable DomainKey domainKey, String tenant, String dataset, String purpose) {
        this.form = form;
        this.domainKey = domainKey;
        this.purpose = purpose.getBytes(StandardCharsets.UTF_8);
        this.associated = new Sf1Associated(form);
        for (Sf1Type type : Sf1Type.values()) {
            prefixes[type.ordinal()] = form.associatedPrefix(type, tenant, dataset);
        }
    }

    @Override
    @Nullable
    KeyId keyId(RecordContext context) {
        if (domainKey != null) {
            return domainKey.id;
        }
        SubjectFieldKey own = context.subjectKey();
        return own == null ? null : own.id();
    }

    @Override
    boolean isKeyed() {
        return true;
    }

    @Override
    Outcome write(Field field, ViewWriter out) {
        if (field.kind() == JsonTape.NULL) {
            return writeNull(out);
        }
        byte[] plain = field.utf8();
        return plain == null ? Outcome.FAILED : seal(plain, field, out);
    }

    private Outcome seal(byte[] text, Field field, ViewWriter out) {
        Sf1Type type = type(field.kind(), text);
        SubjectFieldKey own = field.context().subjectKey();
        if (domainKey == null && own == null || !bind(type, field)) {
            return Outcome.FAILED; // no subject, so none of its keys
        }
        byte[] plain = form.padded() ? Sf1.pad(text) : text;
        Sf1Suite suite = form.suite();
        byte[] body = new byte[suite.ciphertextAt + plain.length + suite.overheadBytes];
        body[0] = Sf1.MAGIC;
        body[1] = (byte) suite.code;
        body[2] = (byte) form.flags(type);
        byte[] id = domainKey == null ? Objects.requireNonNull(own).idBytes() : domainKey.idBytes;
        System.arraycopy(id, 0, body, Sf1.KEY_ID_AT, id.length);
        if (suite.nonceBytes > 0) {
            System.arraycopy(field.nonce(), 0, body, Sf1.NONCE_AT, suite.nonceBytes);
        }
        Sf1Cipher cipher = domainKey == null ? Objects.requireNonNull(own).cipher() : domainKey.cipher;
        cipher.seal(associated.bytes(), plain, body);
        writeText(body, out);
        return Outcome.WRITTEN;
    }

    private void writeText(byte[] body, ViewWriter out) {
        int room = (body.length + 2) / 3 * 4;
        if (encoded.length < room) {
            encoded = new byte[room];
        }
        int length = BASE64.encode(body, encoded);
        out.raw(TEXT_START);
        out.raw(encoded, 0, length);
        out.raw((byte) '"');
    }

    private boolean bind(Sf1Type type, Field field) {
        RecordContext context = field.context();
        SubjectRef subject = context.subjectRef();
        if (subject == null && form.binding() == Sf1.Binding.SUBJECT) {
            return false; // bound to nobody, it would open at everybody who is nobody
        }
        associated.begin(prefixes[type.ordinal()], subject == null ? "" : subject.value(), context.releasedId());
        field.pointer(associated.beginPath());
        return associated.endPath(purpose);
    }

    private static Sf1Type type(int kind, byte[] text) {
        if (kind == JsonTape.STRING) {
            return Sf1Type.STRING;
        }
        if (kind != JsonTape.NUMBER) {
            return Sf1Type.BOOL;
        }
        for (byte c : text) {
            if (c == '.' || c == 'e' || c == 'E') {
                return Sf1Type.DECIMAL;
            }
        }
        return Sf1Type.INT;
    }
}
