package io.sluice.gateway.parse;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a request that mean something, each none or once.
 *
 * @param contentType {@code Content-Type}, null where absent
 * @param contentEncoding {@code Content-Encoding}, null where absent
 * @param purpose {@code Sluice-Purpose}, null where absent
 * @param idempotencyKey {@code Idempotency-Key}, null where absent
 * @param cloudEvent CloudEvents attributes by name without the {@code ce-}, still percent-encoded
 */
public record RequestHeaders(
        @Nullable String contentType,
        @Nullable String contentEncoding,
        @Nullable String purpose,
        @Nullable String idempotencyKey,
        SortedMap<String, String> cloudEvent) {
    public RequestHeaders {
        cloudEvent = Collections.unmodifiableSortedMap(new TreeMap<>(cloudEvent));
    }

    @Override
    public String toString() {
        return "RequestHeaders[" + cloudEvent.size() + " attributes]";
    }
}
