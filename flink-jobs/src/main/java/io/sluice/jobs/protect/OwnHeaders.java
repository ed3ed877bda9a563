package io.sluice.jobs.protect;

import io.sluice.core.event.Headers;
import io.sluice.protection.seal.Header;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The headers that the job adds to what it quarantines, all of one prefix. A forged record may carry some, and a reader must
 * not meet two. The seal's is the gateway's.
 */
final class OwnHeaders {
    private static final String PREFIX = "sluice-";

    private OwnHeaders() {}

    /** A record's headers without them, in their order. */
    static List<Header> without(List<Header> headers) {
        return headers.stream()
                .filter(header -> header.name().equals(Headers.SEAL)
                        || !header.name().toLowerCase(Locale.ROOT).startsWith(PREFIX))
                .toList();
    }

    /** A header's text; null where it is missing, stands there twice or is not UTF-8. */
    static @Nullable String single(List<Header> headers, String name) {
        List<Header> found =
                headers.stream().filter(header -> header.name().equals(name)).toList();
        byte[] value = found.size() == 1 ? found.get(0).value() : null;
        try {
            return value == null
                    ? null
                    : StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(value))
                            .toString();
        } catch (CharacterCodingException e) {
            return null; // no header of ours; the caller refuses the record
        }
    }
}
