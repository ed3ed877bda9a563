package io.sluice.gateway.receive;

import io.sluice.gateway.parse.RequestHeaders;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Picks the headers that mean something out of a request: each none or once, a second one is refused. Thread-safe. */
final class HeaderReader {
    private static final String CE = "ce-";
    /** W3C Trace Context section 3.2. */
    private static final Pattern TRACEPARENT = Pattern.compile("00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}");

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

    /** The caller's trace id, where it sent a valid one. */
    static Optional<String> traceId(MultiMap headers) {
        List<String> values = headers.getAll("traceparent");
        Matcher matcher = values.size() == 1 ? TRACEPARENT.matcher(values.get(0)) : null;
        return matcher != null && matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static @Nullable String single(MultiMap headers, String name) {
        List<String> values = headers.getAll(name);
        if (values.size() > 1) {
            throw RefusedException.of(ProblemCode.HEADER_INVALID, name + " stands twice; send it once.");
        }
        return values.isEmpty() ? null : values.get(0);
    }
}
