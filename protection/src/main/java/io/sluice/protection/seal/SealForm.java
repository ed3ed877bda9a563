package io.sluice.protection.seal;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.event.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
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
    /** Where the nonce stands in the header. */
    static final int NONCE_OFFSET = 1;

    /** The form of a key's name; 0 stands for any digit. */
    private static final byte[] KEY_NAME = "ingress-0000-00-00".getBytes(StandardCharsets.US_ASCII);

    /** The name of a header and its bytes. */
    private record Tag(String name, byte[] utf8) {}

    /** Room for what most seals bind. */
    private static final int BOUND_BYTES = 512;

    /** The headers that records have, by name: what {@link io.sluice.core.event.Tags#toHeaders} writes. */
    private static final List<Tag> TAGS = Stream.of(
                    Headers.CE_SPECVERSION,
                    Headers.CE_ID,
                    Headers.CE_SOURCE,
                    Headers.CE_TYPE,
                    Headers.CE_TIME,
                    Headers.CE_DATASET,
                    Headers.CE_PRODUCER,
                    Headers.CE_PURPOSE,
                    Headers.CE_SUBJECTREF,
                    Headers.CE_SUBJECTREGION,
                    Headers.CE_RECEIVED,
                    Headers.CE_ACTIVATION,
                    Headers.CE_ATTRIBUTES)
            .sorted()
            .map(name -> new Tag(name, name.getBytes(StandardCharsets.UTF_8)))
            .toList();

    /** Most {@code ce_*} headers of a record. */
    static final int MAX_TAGS = TAGS.size();

    /** The content type of every record; shared, never changed. */
    static final byte[] CONTENT_TYPE = Headers.SEALED_CONTENT_TYPE.getBytes(StandardCharsets.UTF_8);

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
        if (header.length < at + nameLength + 2) {
            return null;
        }
        int nameAt = at;
        at += nameLength;
        int wrappedLength = u16(header, at);
        at += 2;
        if (wrappedLength > MAX_WRAPPED_BYTES
                || header.length != at + wrappedLength
                || !isKeyName(header, nameAt, nameLength)) {
            return null;
        }
        String keyName = new String(header, nameAt, nameLength, StandardCharsets.US_ASCII);
        byte[] nonce = Arrays.copyOfRange(header, NONCE_OFFSET, NONCE_OFFSET + NONCE_BYTES);
        return new SealForm(nonce, keyName, Arrays.copyOfRange(header, at, header.length));
    }

    /**
     * What the seal binds: version, tenant, content type and every {@code ce_*} header, in the order of their names.
     *
     * @param ce those headers, each with a value, sorted by name
     */
    static byte[] associatedData(String tenant, List<Header> ce) {
        LengthPrefixed out = bindingOf(tenant).u16(ce.size());
        int bound = 0;
        for (Tag tag : TAGS) {
            if (bound < ce.size() && ce.get(bound).name().equals(tag.name())) {
                out.bytes(tag.utf8()).bytes(ce.get(bound).required());
                bound++;
            }
        }
        if (bound != ce.size()) {
            throw new IllegalArgumentException(
                    "A header that no seal of version " + VERSION + " binds: " + ce.get(bound));
        }
        return out.toBytes();
    }

    /** What every seal of a tenant binds before its headers: version, tenant, content type. */
    static LengthPrefixed bindingOf(String tenant) {
        return new LengthPrefixed(BOUND_BYTES)
                .text("sluice-seal")
                .u8(VERSION)
                .text(tenant)
                .bytes(CONTENT_TYPE);
    }

    /** What binds a data key to its wrap. */
    static byte[] wrapBinding(String tenant) {
        return new LengthPrefixed()
                .text("sluice-seal-key")
                .u8(VERSION)
                .text(tenant)
                .toBytes();
    }

    private static boolean isKeyName(byte[] header, int at, int length) {
        if (length != KEY_NAME.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            byte b = header[at + i];
            boolean fits = KEY_NAME[i] == '0' ? b >= '0' && b <= '9' : b == KEY_NAME[i];
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }
}
