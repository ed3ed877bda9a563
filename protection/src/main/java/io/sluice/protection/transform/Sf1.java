package io.sluice.protection.transform;

import io.sluice.core.encoding.LengthPrefixed;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of SF1, the form of an encrypted field ({@code docs/specs/sf1.md}):
 * {@code 0x51 | suite | flags | keyId(12) | nonce(24) | ciphertext | tag(16)}, as text {@code sf1.} and base64url.
 *
 * @param flags binding, type and padding
 * @param body the whole body; nonce, ciphertext and tag are parts of it
 */
record Sf1(int flags, byte[] body) {
    static final String PREFIX = "sf1.";
    static final byte MAGIC = 0x51;
    /** XAES-256-GCM. */
    static final byte SUITE_XAES = 1;

    static final int KEY_ID_AT = 3;
    static final int NONCE_AT = 15;
    static final int CIPHERTEXT_AT = 39;
    static final int TAG_BYTES = 16;
    /** Longest text that is read. */
    static final int MAX_CHARS = 32 << 20;

    static final int PADDED = 0x20;
    private static final int TYPE_SHIFT = 2;
    private static final int KNOWN_FLAGS = 0x3f;
    private static final int PAD_BYTES = 16;

    /** Which parts of a place a ciphertext is bound to. Codes are frozen. */
    enum Binding {
        /** Tenant, dataset, subject, record, path, purpose. */
        RECORD(0),
        /** Tenant, dataset, path, purpose. */
        DATASET(2);

        final int code;

        Binding(int code) {
            this.code = code;
        }
    }

    /** Flags of a field. */
    static int flags(Binding binding, Sf1Type type, boolean padded) {
        return binding.code | type.ordinal() << TYPE_SHIFT | (padded ? PADDED : 0);
    }

    /** Reads the text form; null where it is not exactly what this build writes. */
    static @Nullable Sf1 parse(String text) {
        if (!text.startsWith(PREFIX) || text.length() > MAX_CHARS) {
            return null;
        }
        String encoded = text.substring(PREFIX.length());
        byte[] body;
        try {
            body = Base64.getUrlDecoder().decode(encoded);
        } catch (IllegalArgumentException e) {
            return null; // not base64url: refused like any forged value
        }
        boolean canonical =
                Base64.getUrlEncoder().withoutPadding().encodeToString(body).equals(encoded);
        if (!canonical || body.length < CIPHERTEXT_AT + TAG_BYTES || body[0] != MAGIC || body[1] != SUITE_XAES) {
            return null;
        }
        Sf1 parsed = new Sf1(body[2] & 0xff, body);
        return (parsed.flags & ~KNOWN_FLAGS) == 0 && parsed.binding() != null && parsed.type() != null ? parsed : null;
    }

    @Nullable
    Binding binding() {
        for (Binding binding : Binding.values()) {
            if (binding.code == (flags & 3)) {
                return binding;
            }
        }
        return null;
    }

    @Nullable
    Sf1Type type() {
        int type = flags >> TYPE_SHIFT & 7;
        return type < Sf1Type.values().length ? Sf1Type.values()[type] : null;
    }

    boolean padded() {
        return (flags & PADDED) != 0;
    }

    /** The start of the associated data, the same for all fields of a rule. */
    static byte[] associatedPrefix(int flags, String tenant, String dataset) {
        return new LengthPrefixed()
                .u8('s')
                .u8('f')
                .u8('1')
                .u8(SUITE_XAES)
                .u8(flags)
                .text(tenant)
                .text(dataset)
                .toBytes();
    }

    /** A 1 bit, then zeros up to the next multiple of 16 bytes (ISO/IEC 7816-4). */
    static byte[] pad(byte[] plain) {
        byte[] padded = Arrays.copyOf(plain, (plain.length / PAD_BYTES + 1) * PAD_BYTES);
        padded[plain.length] = (byte) 0x80;
        return padded;
    }

    /** Takes the padding off; null where there is none. */
    static byte @Nullable [] unpad(byte[] padded) {
        int end = padded.length - 1;
        while (end >= 0 && padded[end] == 0) {
            end--;
        }
        boolean valid = end >= 0 && padded[end] == (byte) 0x80 && padded.length % PAD_BYTES == 0;
        return valid ? Arrays.copyOf(padded, end) : null;
    }
}
