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
 * @param variant the part behind the dot ({@code zip3} of {@code generalise.zip3}), null where there is none
 * @param params parameters: strings, integers, booleans, lists and maps of those
 */
public record TransformSpec(TransformKind kind, @Nullable String variant, SortedMap<String, Object> params) {
    /** The variant of {@code mask} that looks inside a text and masks the identifiers that it finds there. */
    private static final String IDENTIFIERS = "identifiers";

    public TransformSpec {
        params = Collections.unmodifiableSortedMap(new TreeMap<>(params));
        if (!isOf(kind, variant)) {
            throw new IllegalArgumentException(
                    kind == TransformKind.GENERALISE
                            ? "generalise needs a variant, as generalise.year"
                            : kind.code() + " has no such variant");
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
                .filter(kind -> isOf(kind, variant))
                .map(kind -> new TransformSpec(kind, variant, params));
    }

    /** {@code generalise} always has a variant, {@code mask} has one, the others have none. */
    private static boolean isOf(TransformKind kind, @Nullable String variant) {
        return switch (kind) {
            case GENERALISE -> variant != null;
            case MASK -> variant == null || variant.equals(IDENTIFIERS);
            default -> variant == null;
        };
    }

    /** Whether it looks inside a free text: {@code mask.identifiers}. */
    public boolean looksInside() {
        return kind == TransformKind.MASK && variant != null;
    }

    /** Whether it encrypts under the key of the record's subject, which an erasure makes underivable: {@code key: subject}. */
    public boolean underSubjectKey() {
        return kind == TransformKind.ENCRYPT && "subject".equals(params.get("key"));
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
