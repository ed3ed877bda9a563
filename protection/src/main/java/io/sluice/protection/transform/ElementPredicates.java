package io.sluice.protection.transform;

import io.sluice.core.rulebook.FieldPattern.Segment.Predicate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The predicates that patterns have on the elements of one array. All that ask for one path are answered by one look.
 *
 * <p>An element satisfies a predicate when some scalar at the path does; arrays on the path stand for all their elements,
 * as in {@code type.coding.code}. Stateless after construction.
 */
final class ElementPredicates {
    /** The answer where an element is too large to be searched. */
    static final long UNDECIDED = 1L << 63;

    private final List<Predicate> predicates;
    private final Path[] paths;

    /** The predicates that ask for one path. */
    private record Path(MemberName[] names, int[] bits, byte[][] values, boolean[] suffixes) {}

    ElementPredicates(List<Predicate> predicates) {
        this.predicates = List.copyOf(predicates);
        Map<List<String>, List<Predicate>> byPath = new LinkedHashMap<>();
        for (Predicate predicate : predicates) {
            byPath.computeIfAbsent(predicate.path(), path -> new ArrayList<>()).add(predicate);
        }
        this.paths = byPath.entrySet().stream()
                .map(entry -> path(entry.getKey(), entry.getValue()))
                .toArray(Path[]::new);
    }

    /** The bit of a predicate in a mask. */
    int indexOf(Predicate predicate) {
        return predicates.indexOf(predicate);
    }

    /** The bits of the predicates that the element satisfies. */
    long evaluate(JsonTape tape, int element, int maxBytes) {
        if (tape.kind(element) != JsonTape.OBJECT) {
            return 0;
        }
        if (tape.end(element) - tape.start(element) > maxBytes || predicates.size() > PatternTrie.MAX_PREDICATES) {
            return UNDECIDED;
        }
        long mask = 0;
        for (Path path : paths) {
            mask |= search(tape, element, path, 0);
        }
        return mask;
    }

    private static long search(JsonTape tape, int value, Path path, int step) {
        int kind = tape.kind(value);
        long mask = 0;
        if (kind == JsonTape.ARRAY) {
            for (int i = value + 1, end = tape.next(value); i < end; i = tape.next(i)) {
                mask |= search(tape, i, path, step);
            }
        } else if (kind == JsonTape.OBJECT) {
            if (step < path.names().length) {
                for (int i = value + 1, end = tape.next(value); i < end; i = tape.next(i)) {
                    if (tape.nameIs(i, path.names()[step])) {
                        mask |= search(tape, i, path, step + 1);
                    }
                }
            }
        } else if (step == path.names().length && kind != JsonTape.NULL) {
            mask = compare(tape, value, path);
        }
        return mask;
    }

    private static long compare(JsonTape tape, int value, Path path) {
        boolean plain = tape.isPlain(value);
        byte[] text = plain ? tape.bytes() : tape.textBytes(value);
        int start = plain ? tape.start(value) : 0;
        int end = plain ? tape.end(value) : text.length;
        long mask = 0;
        for (int i = 0; i < path.bits().length; i++) {
            byte[] wanted = path.values()[i];
            int from = path.suffixes()[i] ? Math.max(start, end - wanted.length) : start;
            if (Arrays.equals(text, from, end, wanted, 0, wanted.length)) {
                mask |= 1L << path.bits()[i];
            }
        }
        return mask;
    }

    private Path path(List<String> members, List<Predicate> asking) {
        MemberName[] names = members.stream().map(MemberName::of).toArray(MemberName[]::new);
        int[] bits = asking.stream().mapToInt(this::indexOf).toArray();
        byte[][] values = asking.stream()
                .map(predicate -> predicate.value().getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        boolean[] suffixes = new boolean[asking.size()];
        for (int i = 0; i < suffixes.length; i++) {
            suffixes[i] = asking.get(i).suffix();
        }
        return new Path(names, bits, values, suffixes);
    }
}
