package io.sluice.protection.transform;

import io.sluice.core.encoding.LengthPrefixed;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of SF1, the form of an encrypted field ({@code docs/specs/sf1.md}):
 * {@code 0x51 | suite | flags | keyId(12) | nonce | what the suite makes}, as text {@code sf1.} and base64url.
 *
 * @param form how it is written
 * @param type what it was
 * @param body the whole body
 */
record Sf1(Form form, Sf1Type type, byte[] body) {
    static final String PREFIX = "sf1.";
    static final byte MAGIC = 0x51;

    static final int KEY_ID_AT = 3;
    static final int NONCE_AT = 15;
    /** Longest text that is read. */
    static final int MAX_CHARS = 32 << 20;

    private static final int PADDED = 0x20;
    private static final int TYPE_SHIFT = 2;
    private static final int PAD_BYTES = 16;

    /** Which parts of a place a ciphertext is bound to. Codes are frozen. */
    enum Binding {
        /** Tenant, dataset, subject, record, path, purpose. */
        RECORD(0),
        /** Tenant, dataset, subject, path, purpose. */
        SUBJECT(1),
        /** Tenant, dataset, path, purpose. */
        DATASET(2);

        final int code;

        Binding(int code) {
            this.code = code;
        }
    }

    /** What is the same for all fields of a rule. */
    record Form(Sf1Suite suite, Binding binding, boolean padded) {
        Form {
            if (suite.deterministic() && binding == Binding.RECORD) {
                throw new IllegalArgumentException("values of one record alone are never equal: bind wider");
            }
        }

        int flags(Sf1Type type) {
            return binding.code | type.ordinal() << TYPE_SHIFT | (padded ? PADDED : 0);
        }

        /** The start of the associated data. */
        byte[] associatedPrefix(Sf1Type type, String tenant, String dataset) {
            return new LengthPrefixed()
                    .u8('s')
                    .u8('f')
                    .u8('1')
                    .u8(suite.code)
                    .u8(flags(type))
                    .text(tenant)
                    .text(dataset)
                    .toBytes();
        }
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
        if (!canonical || body.length <= NONCE_AT || body[0] != MAGIC) {
            return null;
        }
        Sf1Suite suite = Sf1Suite.ofCode(body[1]);
        return suite == null || body.length < suite.ciphertextAt + suite.overheadBytes ? null : parse(suite, body);
    }

    /** Reads the flags: only those that some form and type have. */
    private static @Nullable Sf1 parse(Sf1Suite suite, byte[] body) {
        boolean padded = (body[2] & PADDED) != 0;
        for (Binding binding : Binding.values()) {
            if (binding.code != (body[2] & 3) || suite.deterministic() && binding == Binding.RECORD) {
                continue;
            }
            Form form = new Form(suite, binding, padded);
            for (Sf1Type type : Sf1Type.values()) {
                if (form.flags(type) == body[2]) {
                    return new Sf1(form, type, body);
                }
            }
        }
        return null;
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

    /** Shows no ciphertext either: it may stand in a log beside what it is of. */
    @Override
    public String toString() {
        return "Sf1[" + form + ", " + type + ", " + body.length + " bytes]";
    }
}
