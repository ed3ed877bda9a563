package io.sluice.protection.seal;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.event.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of the seal, version 1: the {@code sluice-seal} header and the associated data
 * ({@code docs/specs/seal.md}). Frozen: another form is another version.
 *
 * @param nonce 12 bytes: 4 random ones of the data key, then a 64-bit counter
 * @param keyName the KMS key that wraps the data key
 * @param wrapped the wrapped data key
 */
record SealForm(byte[] nonce, String keyName, byte[] wrapped) {
    static final int VERSION = 1;
    static final int NONCE_BYTES = 12;
    /** Longest wrapped data key. */
    static final int MAX_WRAPPED_BYTES = 512;
    /** Longest name of a wrapping key. */
    static final int MAX_KEY_NAME_BYTES = 64;
    /** Where the nonce stands in the header. */
    static final int NONCE_OFFSET = 1;

    private static final Pattern KEY_NAME = Pattern.compile("ingress-[0-9]{4}-[0-9]{2}-[0-9]{2}");

    /** The header: {@code version | nonce | lp(keyName) | lp(wrapped)}. */
    byte[] toHeader() {
        byte[] rest = new LengthPrefixed().text(keyName).bytes(wrapped).toBytes();
        byte[] header = new byte[NONCE_OFFSET + NONCE_BYTES + rest.length];
        header[0] = VERSION;
        System.arraycopy(nonce, 0, header, NONCE_OFFSET, NONCE_BYTES);
        System.arraycopy(rest, 0, header, NONCE_OFFSET + NONCE_BYTES, rest.length);
        return header;
    }

    /** Reads a header; null where it is not exactly of this form. */
    static @Nullable SealForm ofHeader(byte[] header) {
        int at = NONCE_OFFSET + NONCE_BYTES;
        if (header.length < at + 2 || header[0] != VERSION) {
            return null;
        }
        int nameLength = u16(header, at);
        at += 2;
        if (nameLength > MAX_KEY_NAME_BYTES || header.length < at + nameLength + 2) {
            return null;
        }
        String keyName = new String(header, at, nameLength, StandardCharsets.ISO_8859_1);
        at += nameLength;
        int wrappedLength = u16(header, at);
        at += 2;
        if (wrappedLength > MAX_WRAPPED_BYTES
                || header.length != at + wrappedLength
                || !KEY_NAME.matcher(keyName).matches()) {
            return null;
        }
        byte[] nonce = Arrays.copyOfRange(header, NONCE_OFFSET, NONCE_OFFSET + NONCE_BYTES);
        return new SealForm(nonce, keyName, Arrays.copyOfRange(header, at, header.length));
    }

    /** What the seal binds: version, tenant, content type and every {@code ce_*} header, in the order of their names. */
    static byte[] associatedData(String tenant, SortedMap<String, String> tags) {
        LengthPrefixed out = new LengthPrefixed()
                .text("sluice-seal")
                .u8(VERSION)
                .text(tenant)
                .text(Headers.SEALED_CONTENT_TYPE)
                .u16(tags.size());
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            out.text(tag.getKey()).text(tag.getValue());
        }
        return out.toBytes();
    }

    /** What binds a data key to its wrap. */
    static byte[] wrapBinding(String tenant) {
        return new LengthPrefixed()
                .text("sluice-seal-key")
                .u8(VERSION)
                .text(tenant)
                .toBytes();
    }

    private static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }
}
