package io.sluice.protection.seal;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.Headers;
import io.sluice.core.event.Tags;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens records of {@code events.ingress}.
 *
 * <p>Guarantee: {@link Opened.Open} is answered only for exactly the key, tags and value that a {@link Sealer} of this
 * tenant and keystore made (P3). It does not tell a copy of a record from the record: that is the duplicate check's.
 * Whatever the bytes, {@link #open} returns and never throws.
 *
 * <p>Confined to one thread.
 */
public final class Opener {
    /** Longest value of a header that is read. */
    static final int MAX_HEADER_BYTES = 65_535;

    private final String tenant;
    private final DataKeys dataKeys;

    Opener(DataKeys.Unwrapper kms, String tenant, UnwrapLimits limits, LongSupplier nanoTime) {
        this.tenant = tenant;
        this.dataKeys = new DataKeys(kms, limits, nanoTime);
    }

    /**
     * Opens a record.
     *
     * @param key Kafka key, null where the record has none
     * @param headers all headers in their order; those that are neither {@code ce_*}, {@code content-type} nor
     *     {@code sluice-seal} are not looked at
     * @param value Kafka value, null for a tombstone
     */
    public Opened open(byte @Nullable [] key, List<Header> headers, byte @Nullable [] value) {
        SealedHeaders read = SealedHeaders.of(headers);
        if (read == null || !read.fits(key)) {
            return new Opened.Refused(ReasonCode.HEADER_INVALID);
        }
        if (value == null) {
            return new Opened.Refused(ReasonCode.SEAL_INVALID);
        }
        DataKeys.Answer dataKey = dataKeys.of(read.seal());
        if (dataKey.cipher() == null) {
            return new Opened.Refused(dataKey.refusal());
        }
        byte[] associatedData = SealForm.associatedData(tenant, read.ce());
        byte[] envelope = dataKey.cipher().open(read.seal().nonce(), associatedData, value);
        ClientEvent event = envelope == null ? null : InnerEnvelope.decode(envelope);
        return event == null ? new Opened.Refused(ReasonCode.SEAL_INVALID) : new Opened.Open(read.tags(), event);
    }

    /** The headers of a sealed record, strictly read; nothing of them is verified yet. */
    private record SealedHeaders(Tags tags, SortedMap<String, String> ce, SealForm seal) {
        boolean fits(byte @Nullable [] key) {
            return key != null && Arrays.equals(key, tags.kafkaKey().getBytes(StandardCharsets.UTF_8));
        }

        static @Nullable SealedHeaders of(List<Header> headers) {
            SortedMap<String, String> ce = new TreeMap<>();
            String contentType = null;
            SealForm seal = null;
            for (Header header : headers) {
                String name = header.name();
                String lower = name.toLowerCase(Locale.ROOT);
                if (lower.startsWith(Headers.CE_PREFIX)) {
                    String text = text(header);
                    // A name in other letters or one that nobody declared is refused by Tags, which knows them all.
                    if (text == null || ce.put(name, text) != null) {
                        return null;
                    }
                } else if (lower.equals(Headers.CONTENT_TYPE)) {
                    contentType = name.equals(lower) && contentType == null ? text(header) : null;
                    if (contentType == null) {
                        return null;
                    }
                } else if (lower.equals(Headers.SEAL)) {
                    seal = name.equals(lower) && seal == null ? seal(header) : null;
                    if (seal == null) {
                        return null;
                    }
                }
            }
            if (seal == null || !Headers.SEALED_CONTENT_TYPE.equals(contentType)) {
                return null;
            }
            Optional<Tags> tags = Tags.ofHeaders(ce);
            return tags.isPresent() ? new SealedHeaders(tags.get(), ce, seal) : null;
        }

        private static @Nullable SealForm seal(Header header) {
            return header.value() == null ? null : SealForm.ofHeader(header.value());
        }

        /** The value as text; null where it is absent, too long or not UTF-8. */
        private static @Nullable String text(Header header) {
            byte[] value = header.value();
            if (value == null || value.length > MAX_HEADER_BYTES) {
                return null;
            }
            if (isAscii(value)) {
                return new String(value, StandardCharsets.US_ASCII);
            }
            try {
                // A fresh decoder reports malformed input; String's constructor would replace it, and two byte
                // sequences would then stand for one text.
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(value))
                        .toString();
            } catch (CharacterCodingException e) {
                return null;
            }
        }

        private static boolean isAscii(byte[] value) {
            for (byte b : value) {
                if (b < 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
