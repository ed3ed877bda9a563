package io.sluice.core.encoding;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
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
    private static final long MAX_SAFE_INTEGER = (1L << 53) - 1;
    private static final char[] HEX = "0123456789abcdef".toCharArray();

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
        return text(value).getBytes(StandardCharsets.UTF_8);
    }

    /** The canonical text of a value; see {@link #bytes}. */
    public static String text(@Nullable Object value) {
        StringBuilder out = new StringBuilder(512);
        write(value, out);
        return out.toString();
    }

    private static void write(@Nullable Object value, StringBuilder out) {
        if (value == null) {
            out.append("null");
        } else if (value instanceof String string) {
            writeString(string, out);
        } else if (value instanceof Map<?, ?> map) {
            writeMap(map, out);
        } else if (value instanceof List<?> list) {
            writeList(list.iterator(), out);
        } else if (value instanceof Integer || value instanceof Long) {
            writeInteger(((Number) value).longValue(), out);
        } else if (value instanceof Boolean || value instanceof Enum<?>) {
            writeWord(value, out);
        } else if (value instanceof Canonical part) {
            out.append(part.text());
        } else if (value instanceof JsonNode node) {
            writeNode(node, out);
        } else {
            throw new IllegalArgumentException(
                    "No canonical form for a " + value.getClass().getName());
        }
    }

    private static void writeWord(Object value, StringBuilder out) {
        if (value instanceof Boolean) {
            out.append(value);
        } else {
            writeString(value.toString(), out);
        }
    }

    private static void writeMap(Map<?, ?> map, StringBuilder out) {
        Map<?, ?> sorted = map;
        if (!(map instanceof SortedMap<?, ?> ordered) || ordered.comparator() != null) {
            Map<String, Object> copy = new TreeMap<>(); // String order is by UTF-16 code units: RFC 8785 section 3.2.3
            for (Map.Entry<?, ?> member : map.entrySet()) {
                copy.put((String) member.getKey(), member.getValue());
            }
            sorted = copy;
        }
        out.append('{');
        boolean first = true;
        for (Map.Entry<?, ?> member : sorted.entrySet()) {
            if (!first) {
                out.append(',');
            }
            first = false;
            writeString((String) member.getKey(), out);
            out.append(':');
            write(member.getValue(), out);
        }
        out.append('}');
    }

    private static void writeList(Iterator<?> elements, StringBuilder out) {
        out.append('[');
        while (elements.hasNext()) {
            write(elements.next(), out);
            if (elements.hasNext()) {
                out.append(',');
            }
        }
        out.append(']');
    }

    private static void writeNode(JsonNode node, StringBuilder out) {
        switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, Object> members = new TreeMap<>();
                node.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
                writeMap(members, out);
            }
            case ARRAY -> writeList(node.elements(), out);
            case STRING -> writeString(node.textValue(), out);
            case BOOLEAN -> out.append(node.booleanValue());
            case NULL -> out.append("null");
            case NUMBER -> {
                if (!node.isIntegralNumber()
                        || node.bigIntegerValue().abs().compareTo(BigInteger.valueOf(MAX_SAFE_INTEGER)) > 0) {
                    throw new IllegalArgumentException("Only integers up to 2^53 - 1 have a canonical form here");
                }
                writeInteger(node.longValue(), out);
            }
            default -> throw new IllegalArgumentException("No canonical form for a node of type " + node.getNodeType());
        }
    }

    private static void writeInteger(long value, StringBuilder out) {
        if (value > MAX_SAFE_INTEGER || value < -MAX_SAFE_INTEGER) {
            throw new IllegalArgumentException("Only integers up to 2^53 - 1 have a canonical form here");
        }
        out.append(value);
    }

    private static void writeString(String value, StringBuilder out) {
        out.append('"');
        int plain = plainLength(value);
        out.append(value, 0, plain);
        for (int i = plain; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20) {
                writeControl(c, out);
            } else if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == value.length()
                        || !Character.isLowSurrogate(value.charAt(i + 1))) {
                    throw new IllegalArgumentException(
                            "A lone surrogate has no canonical form (RFC 8785 section 3.2.2.2)");
                }
                out.append(c).append(value.charAt(++i));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /** How many characters at the start need no escape and no check. */
    private static int plainLength(String value) {
        int length = value.length();
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c < 0x20 || c == '"' || c == '\\' || Character.isSurrogate(c)) {
                return i;
            }
        }
        return length;
    }

    private static void writeControl(char c, StringBuilder out) {
        switch (c) {
            case '\b' -> out.append("\\b");
            case '\t' -> out.append("\\t");
            case '\n' -> out.append("\\n");
            case '\f' -> out.append("\\f");
            case '\r' -> out.append("\\r");
            default -> out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
        }
    }
}
