package io.sluice.protection.keytree;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.encoding.Names;
import io.sluice.protection.keytree.KeyTreeException.Code;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Reads the parts of a binary form in order; each is refused by name where it is not there or not as it must be. */
final class Wire {
    private static final int DIGEST_BYTES = 32;

    private final String form;
    private final ByteBuffer in;

    Wire(String form, byte[] bytes) {
        this.form = form;
        this.in = ByteBuffer.wrap(bytes);
    }

    static LengthPrefixed u32(LengthPrefixed out, int value) {
        return out.u16(value >>> 16).u16(value);
    }

    static LengthPrefixed u64(LengthPrefixed out, long value) {
        return u32(u32(out, (int) (value >>> 32)), (int) value);
    }

    /** A text that must stand here, then version 1. */
    void start(String magic) {
        if (!text("form", magic.length()).equals(magic) || bytes("version", 1)[0] != 1) {
            throw malformed("it is not a " + magic + " of version 1");
        }
    }

    String text(String part, int maxBytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(prefixed(part, maxBytes)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new KeyTreeException(Code.MALFORMED, form + " is malformed: " + part + " is not UTF-8", e);
        }
    }

    byte[] prefixed(String part, int maxBytes) {
        byte[] length = bytes(part, 2);
        int bytes = (length[0] & 0xff) << 8 | length[1] & 0xff;
        if (bytes > maxBytes) {
            throw malformed(part + " has " + bytes + " bytes, more than " + maxBytes);
        }
        return bytes(part, bytes);
    }

    /** A number of 1 to {@code max}. */
    int number(String part, int max) {
        return (int) number(part, (long) max, ByteBuffer.wrap(bytes(part, 4)).getInt());
    }

    /** A number of 1 to {@code max}. */
    long longNumber(String part, long max) {
        return number(part, max, ByteBuffer.wrap(bytes(part, 8)).getLong());
    }

    TreeId tree() {
        String tenant = text("tenant", Names.MAX_CHARS);
        int epoch = number("epoch", TreeId.MAX_EPOCH);
        try {
            return new TreeId(tenant, epoch);
        } catch (IllegalArgumentException e) {
            throw new KeyTreeException(Code.MALFORMED, form + " is malformed: " + e.getMessage(), e);
        }
    }

    String digest(String part) {
        byte[] digest = prefixed(part, DIGEST_BYTES);
        if (digest.length != DIGEST_BYTES) {
            throw malformed(part + " has " + digest.length + " bytes, not " + DIGEST_BYTES);
        }
        return HexFormat.of().formatHex(digest);
    }

    private long number(String part, long max, long value) {
        if (value < 1 || value > max) {
            throw malformed(part + " is " + value + ", not 1 to " + max);
        }
        return value;
    }

    byte[] bytes(String part, int length) {
        byte[] bytes = new byte[length];
        try {
            in.get(bytes);
        } catch (BufferUnderflowException e) {
            throw new KeyTreeException(Code.MALFORMED, form + " is malformed: it ends within " + part, e);
        }
        return bytes;
    }

    void end() {
        if (in.hasRemaining()) {
            throw malformed(in.remaining() + " bytes too many");
        }
    }

    KeyTreeException malformed(String what) {
        return new KeyTreeException(Code.MALFORMED, form + " is malformed: " + what);
    }
}
