package io.sluice.gateway.receive;

import io.sluice.gateway.parse.RequestHeaders;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Picks the headers that mean something out of a request: each none or once, a second one is refused. Thread-safe. */
final class HeaderReader {
    private static final String CE = "ce-";

    private HeaderReader() {}

    static RequestHeaders read(MultiMap headers) {
        SortedMap<String, String> cloudEvent = new TreeMap<>();
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.startsWith(CE) && cloudEvent.put(name.substring(CE.length()), header.getValue()) != null) {
                throw RefusedException.of(ProblemCode.HEADER_INVALID, "A ce- header stands twice; send each once.");
            }
        }
        return new RequestHeaders(
                single(headers, "Content-Type"),
                single(headers, "Content-Encoding"),
                single(headers, "Sluice-Purpose"),
                single(headers, "Idempotency-Key"),
                cloudEvent);
    }

    /** The declared length of the body, -1 where none is declared. */
    static long contentLength(MultiMap headers) {
        String length = single(headers, "Content-Length");
        if (length == null) {
            return -1;
        }
        if (length.isEmpty() || length.length() > 18 || !length.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw RefusedException.of(ProblemCode.HTTP_MALFORMED, "Content-Length is not a number of bytes.");
        }
        return Long.parseLong(length);
    }

    private static @Nullable String single(MultiMap headers, String name) {
        List<String> values = headers.getAll(name);
        if (values.size() > 1) {
            throw RefusedException.of(ProblemCode.HEADER_INVALID, name + " stands twice; send it once.");
        }
        return values.isEmpty() ? null : values.get(0);
    }
}
