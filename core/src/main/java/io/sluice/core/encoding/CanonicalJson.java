package io.sluice.core.encoding;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON Canonicalization Scheme (RFC 8785), for the values that Sluice signs, hashes or logs: objects, arrays,
 * strings, booleans, null and integers of at most 2^53 - 1 in magnitude (RFC 8785 section 3.2.2.3, I-JSON).
 *
 * <p>Fractions are refused: no canonical value of Sluice needs one, and ECMAScript's shortest form of a double is the
 * part of the scheme that implementations get wrong. Accepted Java types: {@link Map} with string keys, {@link List},
 * {@link String}, {@link Integer}, {@link Long}, {@link Boolean}, {@link Enum} (its {@code toString}), {@link JsonNode},
 * {@link Canonical}.
 *
 * <p>Stateless and thread-safe.
 */
public final class CanonicalJson {
    /**
     * A part that is canonical already: what is the same in many values is encoded once.
     *
     * @param text the output of {@link CanonicalJson#text}, or of a writer that gives the same
     */
    public record Canonical(String text) {}

    private CanonicalJson() {}

    /**
     * The canonical UTF-8 bytes of a value.
     *
     * @throws IllegalArgumentException for a fraction, an integer beyond 2^53 - 1, a lone surrogate or an unknown type
     */
    public static byte[] bytes(@Nullable Object value) {
        return new CanonicalWriter().value(value).toBytes();
    }

    /** The canonical text of a value; see {@link #bytes}. */
    public static String text(@Nullable Object value) {
        return new CanonicalWriter().value(value).toText();
    }
}
