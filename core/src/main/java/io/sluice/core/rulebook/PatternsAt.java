package io.sluice.core.rulebook;

import io.sluice.core.rulebook.FieldPattern.Segment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Which patterns may have named a field of which only the place is known any more: the most specific that its place
 * decides, and those more specific ones whose predicates asked what stood beside it.
 */
final class PatternsAt {
    private static final int BELOW = 4;

    private PatternsAt() {}

    /** @param pointer JSON Pointer (RFC 6901) of a leaf */
    static List<String> of(Collection<FieldPattern> patterns, String pointer) {
        Optional<List<String>> tokens = tokens(pointer);
        if (tokens.isEmpty()) {
            return List.of();
        }
        List<FieldPattern> possible = patterns.stream()
                .filter(pattern -> mayName(pattern, tokens.get()))
                .toList();
        List<String> left = new ArrayList<>();
        for (FieldPattern pattern : possible) {
            if (possible.stream().noneMatch(other -> isCertain(other, tokens.get()) && beats(other, pattern))) {
                left.add(pattern.text());
            }
        }
        return left;
    }

    private static boolean mayName(FieldPattern pattern, List<String> tokens) {
        int fixed = pattern.segments().size();
        if (pattern.subtree() ? tokens.size() <= fixed : tokens.size() != fixed) {
            return false;
        }
        for (int i = 0; i < fixed; i++) {
            if (!mayBe(pattern.segments().get(i), tokens.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean mayBe(Segment segment, String token) {
        if (segment instanceof Segment.Literal literal) {
            return literal.name().equals(token);
        }
        if (segment instanceof Segment.Choice choice) {
            return choice.matches(token);
        }
        return segment instanceof Segment.Any || isIndex(token); // a predicate is on elements
    }

    private static boolean isIndex(String token) {
        return !token.isEmpty() && token.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** {@code *} names members in some formats and in others elements alone, so of a member it is not certain. */
    private static boolean isCertain(FieldPattern pattern, List<String> tokens) {
        for (int i = 0; i < pattern.segments().size(); i++) {
            Segment segment = pattern.segments().get(i);
            boolean member = segment instanceof Segment.Any && !isIndex(tokens.get(i));
            if (member || segment instanceof Segment.Predicate) {
                return false;
            }
        }
        return true;
    }

    /** From the left, the first difference decides: literal, choice, predicate, any, all below. */
    private static boolean beats(FieldPattern one, FieldPattern other) {
        int longest = Math.max(one.segments().size(), other.segments().size());
        for (int i = 0; i < longest; i++) {
            int difference = rank(one, i) - rank(other, i);
            if (difference != 0) {
                return difference < 0;
            }
        }
        return false;
    }

    private static int rank(FieldPattern pattern, int index) {
        if (index >= pattern.segments().size()) {
            return BELOW;
        }
        Segment segment = pattern.segments().get(index);
        if (segment instanceof Segment.Literal) {
            return 0;
        }
        if (segment instanceof Segment.Choice) {
            return 1;
        }
        return segment instanceof Segment.Predicate ? 2 : 3;
    }

    /** The unescaped tokens; empty where it is no pointer to something below the root. */
    private static Optional<List<String>> tokens(String pointer) {
        if (!pointer.startsWith("/")) {
            return Optional.empty();
        }
        List<String> tokens = new ArrayList<>();
        for (String token : pointer.substring(1).split("/", -1)) {
            if (!escaped(token)) {
                return Optional.empty();
            }
            tokens.add(token.replace("~1", "/").replace("~0", "~"));
        }
        return Optional.of(tokens);
    }

    private static boolean escaped(String token) {
        for (int i = token.indexOf('~'); i >= 0; i = token.indexOf('~', i + 1)) {
            if (i + 1 == token.length() || token.charAt(i + 1) != '0' && token.charAt(i + 1) != '1') {
                return false;
            }
        }
        return true;
    }
}
