package io.sluice.protection.text;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.event.SubjectRef;
import io.sluice.protection.crypto.XaesGcm;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.text.Identifier.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a subject between its records, as bytes that say nothing to whoever lacks the key (promise P2):
 * XAES-256-GCM, bound to tenant and subject, padded to steps of 256 bytes.
 *
 * <p>Form: version (1 byte), key id (12), nonce (24), ciphertext and tag. Inside: whether complete (1), then each
 * identifier as kind (1), length (2), UTF-8; kind 255 ends it.
 *
 * <p>Confined to one thread.
 */
public final class SealedIdentifiers {
    private static final byte VERSION = 1;
    private static final int NONCE_AT = 1 + KeyId.BYTES;
    private static final int BODY_AT = NONCE_AT + XaesGcm.NONCE_BYTES;
    private static final int STEP = 256;
    private static final int END = 0xff;

    private final String tenant;
    private final IdentifierKeys keys;
    private final SecureRandom random;
    private final TextLimits limits;

    public SealedIdentifiers(String tenant, IdentifierKeys keys, SecureRandom random, TextLimits limits) {
        this.tenant = tenant;
        this.keys = keys;
        this.random = random;
        this.limits = limits;
    }

    /** Seals what is known of a subject; more than the limits allow is sealed as incomplete, with nothing in it. */
    public byte[] seal(Identifiers identifiers, SubjectRef subject) {
        byte[] plain = encode(identifiers);
        if (plain.length > limits.maxRememberedBytes()) {
            plain = encode(new Identifiers(List.of(), false));
        }
        byte[] padded = Arrays.copyOf(plain, (plain.length + STEP - 1) / STEP * STEP);
        IdentifierKeys.Named key = keys.current();
        byte[] nonce = new byte[XaesGcm.NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] body = new XaesGcm(key.key()).seal(nonce, associated(key.id(), subject), padded);
        Arrays.fill(plain, (byte) 0);
        Arrays.fill(padded, (byte) 0);
        return ByteBuffer.allocate(BODY_AT + body.length)
                .put(VERSION)
                .put(key.id().toBytes())
                .put(nonce)
                .put(body)
                .array();
    }

    /** Opens it; nothing known where its key was made underivable, null where it is not of that subject or was altered. */
    public @Nullable Identifiers open(byte[] sealed, SubjectRef subject) {
        if (sealed.length <= BODY_AT || sealed[0] != VERSION) {
            return null;
        }
        KeyId id = KeyId.ofBytes(sealed, 1);
        IdentifierKeys.Named key = keys.find(id);
        if (key == null) {
            return keys.forgets(id) ? Identifiers.NONE : null;
        }
        byte[] associated = associated(key.id(), subject);
        byte[] plain = new XaesGcm(key.key())
                .open(sealed, NONCE_AT, associated, associated.length, sealed, BODY_AT, sealed.length - BODY_AT);
        if (plain == null) {
            return null;
        }
        Identifiers identifiers = decode(ByteBuffer.wrap(plain));
        Arrays.fill(plain, (byte) 0);
        return identifiers;
    }

    private byte[] associated(KeyId key, SubjectRef subject) {
        return new LengthPrefixed()
                .text("sluice-subject-identifiers")
                .u8(VERSION)
                .text(tenant)
                .text(key.hex())
                .text(subject.value())
                .toBytes();
    }

    private static byte[] encode(Identifiers identifiers) {
        List<byte[]> values = identifiers.values().stream()
                .map(one -> one.value().getBytes(StandardCharsets.UTF_8))
                .toList();
        int length = 2 + values.stream().mapToInt(value -> 3 + value.length).sum();
        ByteBuffer out = ByteBuffer.allocate(length).put((byte) (identifiers.complete() ? 1 : 0));
        for (int i = 0; i < values.size(); i++) {
            out.put((byte) identifiers.values().get(i).kind().ordinal())
                    .putShort((short) values.get(i).length)
                    .put(values.get(i));
        }
        return out.put((byte) END).array();
    }

    private static Identifiers decode(ByteBuffer in) {
        boolean complete = in.get() == 1;
        List<Identifier> values = new ArrayList<>();
        for (int kind = in.get() & 0xff; kind != END; kind = in.get() & 0xff) {
            byte[] value = new byte[in.getShort() & 0xffff];
            in.get(value);
            values.add(new Identifier(Kind.values()[kind], new String(value, StandardCharsets.UTF_8)));
        }
        return new Identifiers(values, complete);
    }
}
