package io.sluice.core.rulebook;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A pattern over JSON Pointers (RFC 6901) that names fields of a dataset. A segment is a member name or index
 * ({@code ~0}, {@code ~1} escaped), {@code *} for any member or element, {@code name[x]} for a FHIR choice member
 * ({@code value[x]} matches {@code valueQuantity}), or a predicate on array elements: {@code [member.path=value]} or
 * {@code [member.path$=suffix]}. A pattern covers one leaf; a last segment {@code **} covers all leaves below.
 *
 * @param text the pattern as written, the identity of the pattern
 * @param segments its parsed segments
 * @param subtree whether it ends with {@code /**}; that segment is not in {@code segments}
 */
public record FieldPattern(String text, List<Segment> segments, boolean subtree) implements Comparable<FieldPattern> {
    /** Longest pattern, in characters. */
    public static final int MAX_CHARS = 512;
    /** Most segments of a pattern. */
    public static final int MAX_SEGMENTS = 32;

    /** One step of a pattern, from specific to general: literal, choice, predicate, any. */
    public sealed interface Segment {
        /** A member name, or the index of an element. */
        record Literal(String name) implements Segment {}

        /** A FHIR choice member: {@code prefix} followed by an upper-case letter and more. */
        record Choice(String prefix) implements Segment {
            /** Whether a member name is one of the choices. */
            public boolean matches(String name) {
                return name.length() > prefix.length()
                        && name.startsWith(prefix)
                        && Character.isUpperCase(name.charAt(prefix.length()));
            }
        }

        /** An array element with a member, reached by {@code path}, that equals {@code value} or ends with it. */
        record Predicate(List<String> path, boolean suffix, String value) implements Segment {
            public Predicate {
                path = List.copyOf(path);
            }

            /** Whether a member's value satisfies it. */
            public boolean accepts(String text) {
                return suffix ? text.endsWith(value) : text.equals(value);
            }
        }

        /** Any member or element. */
        record Any() implements Segment {}
    }

    public FieldPattern {
        segments = List.copyOf(segments);
    }

    /**
     * Parses a pattern.
     *
     * @throws IllegalArgumentException saying what is wrong where
     */
    public static FieldPattern parse(String text) {
        if (text.isEmpty() || text.charAt(0) != '/') {
            throw new IllegalArgumentException("A field pattern starts with '/': " + text);
        }
        if (text.length() > MAX_CHARS) {
            throw new IllegalArgumentException("A field pattern has at most " + MAX_CHARS + " characters");
        }
        List<String> raw = split(text);
        boolean subtree = raw.get(raw.size() - 1).equals("**");
        if (subtree) {
            raw.remove(raw.size() - 1);
        }
        if (raw.size() > MAX_SEGMENTS) {
            throw new IllegalArgumentException("A field pattern has at most " + MAX_SEGMENTS + " segments");
        }
        List<Segment> segments =
                raw.stream().map(segment -> segment(segment, text)).collect(Collectors.toList());
        return new FieldPattern(text, segments, subtree);
    }

    /** Splits at '/', but not inside the brackets of a predicate. */
    private static List<String> split(String text) {
        List<String> segments = new ArrayList<>();
        StringBuilder segment = new StringBuilder();
        boolean bracket = false;
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '/' && !bracket) {
                segments.add(segment.toString());
                segment.setLength(0);
            } else {
                bracket = c == '[' || bracket && c != ']';
                segment.append(c);
            }
        }
        segments.add(segment.toString());
        return segments;
    }

    private static Segment segment(String raw, String text) {
        if (raw.isEmpty()) {
            throw new IllegalArgumentException("An empty segment in " + text);
        }
        if (raw.equals("*")) {
            return new Segment.Any();
        }
        if (raw.equals("**")) {
            throw new IllegalArgumentException("'**' stands only as the last segment: " + text);
        }
        if (raw.endsWith("[x]") && raw.length() > 3) {
            return new Segment.Choice(raw.substring(0, raw.length() - 3));
        }
        if (raw.charAt(0) == '[') {
            return predicate(raw, text);
        }
        if (raw.indexOf('[') >= 0 || raw.indexOf(']') >= 0 || raw.indexOf('*') >= 0) {
            throw new IllegalArgumentException("Segment '" + raw + "' mixes a name with '*' or brackets in " + text);
        }
        return new Segment.Literal(unescape(raw, text));
    }

    private static Segment predicate(String raw, String text) {
        int equals = raw.indexOf('=');
        if (!raw.endsWith("]") || equals < 0) {
            throw new IllegalArgumentException(
                    "Predicate '" + raw + "' must be [member.path=value] or [member.path$=suffix] in " + text);
        }
        boolean suffix = raw.charAt(equals - 1) == '$';
        String path = raw.substring(1, suffix ? equals - 1 : equals);
        String value = raw.substring(equals + 1, raw.length() - 1);
        List<String> members = List.of(path.split("\\.", -1));
        if (value.isEmpty() || members.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException("Predicate '" + raw + "' lacks a member or a value in " + text);
        }
        return new Segment.Predicate(members, suffix, value);
    }

    private static String unescape(String raw, String text) {
        for (int i = 0; i < raw.length(); i++) {
            boolean dangling = raw.charAt(i) == '~'
                    && (i + 1 == raw.length() || raw.charAt(i + 1) != '0' && raw.charAt(i + 1) != '1');
            if (dangling) {
                throw new IllegalArgumentException("'~' must be written '~0' (RFC 6901) in " + text);
            }
        }
        return raw.replace("~1", "/").replace("~0", "~");
    }

    /** By text, so that plans list their patterns in one order. */
    @Override
    public int compareTo(FieldPattern other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
