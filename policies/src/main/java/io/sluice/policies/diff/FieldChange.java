package io.sluice.policies.diff;

import io.sluice.core.decision.FieldRule;
import io.sluice.core.rulebook.TransformSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One field of one recipient's view gets another transform.
 *
 * @param pattern which field
 * @param classes its classes, under the later revision where it declares it
 * @param special whether one of them is a special category (GDPR Art. 9, 10)
 * @param before the transform before; {@code closed} where the field did not leave
 * @param after the transform after
 * @param rule the rule that says so after, or said so before where nothing says anything now
 * @param direction which way it goes
 */
public record FieldChange(
        String pattern,
        List<String> classes,
        boolean special,
        String before,
        String after,
        String rule,
        Direction direction)
        implements Comparable<FieldChange> {
    private static final String CLOSED = "closed";

    public FieldChange {
        classes = List.copyOf(classes);
    }

    static FieldChange of(
            String pattern,
            List<String> classes,
            boolean special,
            @Nullable FieldRule before,
            @Nullable FieldRule after) {
        FieldRule last = after == null ? before : after;
        return new FieldChange(
                pattern,
                classes,
                special,
                text(before),
                text(after),
                last == null ? "" : last.rule(),
                direction(before, after));
    }

    /** Whether two rules do the same to a field, whatever rule says so. */
    static boolean same(@Nullable FieldRule one, @Nullable FieldRule other) {
        return closed(one) && closed(other)
                || one != null && other != null && one.transform().equals(other.transform());
    }

    private static Direction direction(@Nullable FieldRule before, @Nullable FieldRule after) {
        if (closed(before)) {
            return Direction.OPENS;
        }
        if (closed(after)) {
            return Direction.CLOSES;
        }
        int stricter = spec(after).kind().compareTo(spec(before).kind());
        return stricter == 0 ? Direction.CHANGES : stricter > 0 ? Direction.CLOSES : Direction.OPENS;
    }

    private static TransformSpec spec(@Nullable FieldRule rule) {
        return java.util.Objects.requireNonNull(rule, "an open field has a rule")
                .transform();
    }

    private static boolean closed(@Nullable FieldRule rule) {
        return rule == null || rule.transform().kind().alwaysAllowed();
    }

    private static String text(@Nullable FieldRule rule) {
        return rule == null || closed(rule) ? CLOSED : rule.transform().toString();
    }

    /** The JSON object. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("pattern", pattern);
        json.put("classes", classes);
        json.put("special", special);
        json.put("before", before);
        json.put("after", after);
        json.put("rule", rule);
        json.put("direction", direction.code());
        return json;
    }

    /** By what it does, then by pattern. */
    @Override
    public int compareTo(FieldChange other) {
        int byDirection = direction.compareTo(other.direction);
        return byDirection != 0
                ? byDirection
                : (pattern + before + after).compareTo(other.pattern + other.before + other.after);
    }
}
