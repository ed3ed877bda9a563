package io.sluice.core.rulebook;

import io.sluice.core.encoding.CanonicalJson;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A transform with its variant and parameters, as a rulebook or decision names it.
 *
 * @param kind which transform
 * @param variant the part behind the dot ({@code zip3} of {@code generalise.zip3}), null where the kind has none
 * @param params parameters: strings, integers, booleans, lists and maps of those
 */
public record TransformSpec(TransformKind kind, @Nullable String variant, SortedMap<String, Object> params) {
    public TransformSpec {
        params = Collections.unmodifiableSortedMap(new TreeMap<>(params));
        if ((kind == TransformKind.GENERALISE) != (variant != null)) {
            throw new IllegalArgumentException(
                    kind == TransformKind.GENERALISE
                            ? "generalise needs a variant, as generalise.year"
                            : kind.code() + " has no variants");
        }
    }

    /** A transform without parameters. */
    public static TransformSpec of(TransformKind kind) {
        return new TransformSpec(kind, null, new TreeMap<>());
    }

    /**
     * Reads a name as {@code keep} or {@code generalise.zip3}.
     *
     * @return empty where no such transform is known
     */
    public static Optional<TransformSpec> parse(String name, SortedMap<String, Object> params) {
        int dot = name.indexOf('.');
        String variant = dot < 0 ? null : name.substring(dot + 1);
        return TransformKind.ofCode(dot < 0 ? name : name.substring(0, dot))
                .filter(kind -> (kind == TransformKind.GENERALISE) == (variant != null))
                .map(kind -> new TransformSpec(kind, variant, params));
    }

    /** The name, as {@code generalise.zip3}. */
    public String name() {
        return variant == null ? kind.code() : kind.code() + "." + variant;
    }

    @Override
    public String toString() {
        return params.isEmpty() ? name() : name() + CanonicalJson.text(params);
    }
}
