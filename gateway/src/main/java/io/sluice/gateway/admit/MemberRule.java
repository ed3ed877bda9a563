package io.sluice.gateway.admit;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.JsonOutline;
import io.sluice.core.encoding.Words;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code required} and {@code properties} in one pass over an object's members. Immutable, thread-safe. */
final class MemberRule implements QuickCheck.Rule {
    /** Those of the schema, the required ones first. */
    private final Words names;
    /** A bit for each of these. */
    private final long required;
    /** Of each name. */
    private final QuickCheck[] checks;

    private MemberRule(Words names, long required, List<QuickCheck> checks) {
        this.names = names;
        this.required = required;
        this.checks = checks.toArray(QuickCheck[]::new);
    }

    /** Null where a property has no quick check, or more are required than an outline may have. */
    static @Nullable MemberRule of(JsonNode required, JsonNode properties) {
        Set<String> names = new LinkedHashSet<>();
        for (JsonNode name : required) {
            if (!name.isTextual()) {
                return null;
            }
            names.add(name.textValue());
        }
        int count = names.size();
        if (count >= Long.SIZE) {
            return null;
        }
        properties.fieldNames().forEachRemaining(names::add);
        List<QuickCheck> checks = new ArrayList<>();
        for (String name : names) {
            JsonNode property = properties.get(name);
            QuickCheck check = property == null ? QuickCheck.ANYTHING : QuickCheck.of(property);
            if (check == null) {
                return null;
            }
            checks.add(check);
        }
        return new MemberRule(Words.of(names), (1L << count) - 1, checks);
    }

    @Override
    public boolean holds(JsonOutline text, int value) {
        if (text.kind(value) != JsonOutline.OBJECT) {
            return true;
        }
        long missing = required;
        int name = text.first(value);
        for (int left = text.size(value); left > 0; left--) {
            int member = text.value(name);
            int number = text.nameIn(name, names);
            if (number >= 0) {
                missing &= number < Long.SIZE ? ~(1L << number) : -1;
                if (!checks[number].passes(text, member)) {
                    return false;
                }
            }
            name = text.next(member);
        }
        return missing == 0;
    }
}
