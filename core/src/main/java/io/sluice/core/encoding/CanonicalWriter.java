package io.sluice.core.encoding;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes the canonical UTF-8 bytes of JSON values one after the other; {@link CanonicalJson} says which values there are.
 * The caller puts the values together: what it writes with {@link #raw} must be canonical already.
 *
 * <p>Not thread-safe; reusable after {@link #reset}.
 */
public final class CanonicalWriter {
    private static final long MAX_SAFE_INTEGER = (1L << 53) - 1;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_DIGITS = 16;
    /** Larger buffers are given back by {@link #reset}. */
    private static final int RETAINED_BYTES = 1 << 17;

    private static final int FIRST_BYTES = 512;

    private byte[] out = new byte[FIRST_BYTES];
    private int length;

    /** Starts anew. */
    public void reset() {
        length = 0;
        if (out.length > RETAINED_BYTES) {
            out = new byte[FIRST_BYTES];
        }
    }

    /** Starts anew, and leaves nothing in its buffer of what was written. */
    public void wipe() {
        Arrays.fill(out, 0, length, (byte) 0);
        reset();
    }

    /** How many bytes there are so far. */
    public int length() {
        return length;
    }

    /** The bytes so far, no copy: good until this is written to again. */
    public byte[] array() {
        return out;
    }

    /** The bytes so far, a copy. */
    public byte[] toBytes() {
        return Arrays.copyOf(out, length);
    }

    String toText() {
        return new String(out, 0, length, StandardCharsets.UTF_8);
    }

    /** Writes bytes as they are. */
    public CanonicalWriter raw(byte[] canonical) {
        room(canonical.length);
        System.arraycopy(canonical, 0, out, length, canonical.length);
        length += canonical.length;
        return this;
    }

    /** Writes one character of ASCII as it is. */
    public CanonicalWriter raw(char ascii) {
        room(1);
        out[length++] = (byte) ascii;
        return this;
    }

    /**
     * Writes a value.
     *
     * @throws IllegalArgumentException as {@link CanonicalJson#bytes} does
     */
    public CanonicalWriter value(@Nullable Object value) {
        if (value == null) {
            ascii("null");
        } else if (value instanceof String string) {
            string(string);
        } else if (value instanceof Map<?, ?> map) {
            map(map);
        } else if (value instanceof List<?> list) {
            list(list.iterator());
        } else if (value instanceof Integer || value instanceof Long) {
            integer(((Number) value).longValue());
        } else if (value instanceof Boolean) {
            ascii(value.toString());
        } else if (value instanceof Enum<?>) {
            string(value.toString());
        } else if (value instanceof CanonicalJson.Canonical part) {
            raw(part.text().getBytes(StandardCharsets.UTF_8));
        } else if (value instanceof JsonNode node) {
            node(node);
        } else {
            throw new IllegalArgumentException(
                    "No canonical form for a " + value.getClass().getName());
        }
        return this;
    }

    private void map(Map<?, ?> map) {
        if (map.isEmpty()) {
            raw('{').raw('}');
            return;
        }
        Map<?, ?> sorted = map;
        if (!(map instanceof SortedMap<?, ?> ordered) || ordered.comparator() != null) {
            Map<String, Object> copy = new TreeMap<>(); // String order is by UTF-16 code units: RFC 8785 section 3.2.3
            for (Map.Entry<?, ?> member : map.entrySet()) {
                copy.put((String) member.getKey(), member.getValue());
            }
            sorted = copy;
        }
        char before = '{';
        for (Map.Entry<?, ?> member : sorted.entrySet()) {
            raw(before);
            before = ',';
            string((String) member.getKey());
            raw(':');
            value(member.getValue());
        }
        raw('}');
    }

    private void list(Iterator<?> elements) {
        raw('[');
        while (elements.hasNext()) {
            value(elements.next());
            if (elements.hasNext()) {
                raw(',');
            }
        }
        raw(']');
    }

    private void node(JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, Object> members = new TreeMap<>();
                node.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
                map(members);
            }
            case ARRAY -> list(node.elements());
            case STRING -> string(node.textValue());
            case BOOLEAN -> ascii(node.asText());
            case NULL -> ascii("null");
            case NUMBER -> {
                if (!node.isIntegralNumber()
                        || node.bigIntegerValue().abs().compareTo(BigInteger.valueOf(MAX_SAFE_INTEGER)) > 0) {
                    throw new IllegalArgumentException("Only integers up to 2^53 - 1 have a canonical form here");
                }
                integer(node.longValue());
            }
            default -> throw new IllegalArgumentException("No canonical form for a node of type " + node.getNodeType());
        }
    }

    /** Writes an integer. @throws IllegalArgumentException beyond 2^53 - 1 */
    public CanonicalWriter integer(long value) {
        if (value > MAX_SAFE_INTEGER || value < -MAX_SAFE_INTEGER) {
            throw new IllegalArgumentException("Only integers up to 2^53 - 1 have a canonical form here");
        }
        room(MAX_DIGITS + 1);
        if (value >= 0 && value < 10) { // most counts
            out[length++] = (byte) ('0' + value);
            return this;
        }
        long rest = value;
        if (rest < 0) {
            out[length++] = '-';
            rest = -rest;
        }
        int digits = 1;
        for (long power = 10; rest >= power; power *= 10) {
            digits++;
        }
        for (int i = length + digits - 1; i >= length; i--) {
            out[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    /** Writes a string, quotes and all. @throws IllegalArgumentException for a lone surrogate */
    public CanonicalWriter string(String value) {
        int chars = value.length();
        room(chars + 2);
        out[length++] = '"';
        byte[] to = out;
        int at = length;
        int i = 0;
        for (; i < chars; i++) {
            char c = value.charAt(i);
            if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') {
                break;
            }
            to[at + i] = (byte) c;
        }
        length += i;
        if (i < chars) {
            special(value, i);
        }
        return raw('"');
    }

    /** The rest of a string from the first character on that is not a byte of its own. */
    private void special(String value, int from) {
        for (int i = from; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                raw('\\').raw(c);
            } else if (c < 0x20) {
                control(c);
            } else if (c < 0x80) {
                raw(c);
            } else {
                int point = value.codePointAt(i);
                if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                    throw new IllegalArgumentException(
                            "A lone surrogate has no canonical form (RFC 8785 section 3.2.2.2)");
                }
                raw(Character.toString(point).getBytes(StandardCharsets.UTF_8));
                i += Character.charCount(point) - 1;
            }
        }
    }

    private void control(char c) {
        switch (c) {
            case '\b' -> ascii("\\b");
            case '\t' -> ascii("\\t");
            case '\n' -> ascii("\\n");
            case '\f' -> ascii("\\f");
            case '\r' -> ascii("\\r");
            default -> {
                ascii("\\u00");
                raw((char) HEX[c >> 4]).raw((char) HEX[c & 15]);
            }
        }
    }

    private void ascii(String word) {
        for (int i = 0; i < word.length(); i++) {
            raw(word.charAt(i));
        }
    }

    private void room(int more) {
        if (more > out.length - length) {
            out = Arrays.copyOf(out, Math.max(length + more, 2 * out.length));
        }
    }
}
