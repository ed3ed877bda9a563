package io.sluice.policies.infer;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What was seen of one field in samples.
 *
 * @param path its pattern: a JSON Pointer with {@code *} for elements of lists
 * @param types JSON types that it had, as {@code string}
 * @param events in how many events it stood
 * @param values how many values there were in all
 * @param distinct how many different ones, as far as they were counted
 * @param codes its values, where they are few and short; else empty
 * @param forms how many values have a known form
 */
public record ObservedField(
        String path,
        SortedSet<String> types,
        int events,
        int values,
        int distinct,
        List<String> codes,
        SortedMap<ValueForm, Integer> forms) {
    /** Most values that a field's codes are. */
    public static final int MAX_CODES = 12;

    public ObservedField {
        types = Collections.unmodifiableSortedSet(new TreeSet<>(types));
        codes = List.copyOf(codes);
        forms = Collections.unmodifiableSortedMap(new TreeMap<>(forms));
    }

    /** The last member of its path. */
    public String name() {
        String[] segments = path.split("/");
        for (int i = segments.length - 1; i > 0; i--) {
            if (!segments[i].equals("*")) {
                return segments[i];
            }
        }
        return path;
    }

    /** Whether nearly all values have a form. */
    public boolean mostly(ValueForm form) {
        return values > 0 && forms.getOrDefault(form, 0) * 10 >= values * 9;
    }
}
