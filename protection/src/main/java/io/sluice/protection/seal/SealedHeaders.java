package io.sluice.protection.seal;

import io.sluice.core.event.Headers;
import io.sluice.core.event.Tags;
import io.sluice.core.event.TagsReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a sealed record, strictly read; nothing of them is verified yet.
 *
 * @param tags what the {@code ce_*} headers say
 * @param ce those headers, sorted by name
 * @param seal the seal's own header
 */
record SealedHeaders(Tags tags, List<Header> ce, SealForm seal) {
    /** Longest value of a header that is read. */
    static final int MAX_HEADER_BYTES = 65_535;

    /** Room for all tags. */
    private static final int MAP_SLOTS = 32;

    /** Reads headers; null where they are not those of a sealed record. */
    static @Nullable SealedHeaders of(List<Header> headers, TagsReader reader) {
        List<Header> ce = new ArrayList<>(headers.size());
        Map<String, String> texts = new HashMap<>(MAP_SLOTS);
        String contentType = null;
        SealForm seal = null;
        for (Header header : headers) {
            String name = header.name();
            if (name.startsWith(Headers.CE_PREFIX)) {
                String text = text(header);
                // A name in other letters or one that nobody declared is refused with the tags, which know them all.
                if (text == null || texts.put(name, text) != null) {
                    return null;
                }
                ce.add(header);
            } else if (name.equals(Headers.CONTENT_TYPE)) {
                contentType = contentType == null ? text(header) : null;
                if (contentType == null) {
                    return null;
                }
            } else if (name.equals(Headers.SEAL)) {
                seal = seal == null && header.value() != null ? SealForm.ofHeader(header.value()) : null;
                if (seal == null) {
                    return null;
                }
            } else if (isOursInOtherLetters(name)) {
                return null;
            }
        }
        if (seal == null || !Headers.SEALED_CONTENT_TYPE.equals(contentType)) {
            return null;
        }
        Optional<Tags> tags = reader.read(texts);
        if (tags.isEmpty()) {
            return null;
        }
        ce.sort(Comparator.comparing(Header::name)); // as the gateway writes them
        return new SealedHeaders(tags.get(), ce, seal);
    }

    /** Whether a record's Kafka key is the one of these headers. */
    boolean fits(byte @Nullable [] key) {
        return key != null && Arrays.equals(key, tags.kafkaKey().getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isOursInOtherLetters(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith(Headers.CE_PREFIX) || lower.equals(Headers.CONTENT_TYPE) || lower.equals(Headers.SEAL);
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
            // A fresh decoder reports malformed input; String's constructor would replace it, and two byte sequences
            // would then stand for one text.
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
