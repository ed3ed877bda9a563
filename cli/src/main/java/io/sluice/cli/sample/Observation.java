package io.sluice.cli.sample;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.cli.CommandFailure;
import io.sluice.policies.infer.ObservedField;
import io.sluice.policies.infer.ValueForm;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Counts what samples hold, field by field. Values are looked at and forgotten, but for codes of fields that have few. Not thread-safe. */
public final class Observation {
    /** Most fields of a dataset, as of a plan. */
    static final int MAX_FIELDS = 4_096;
    /** Different values are counted to here. */
    private static final int MAX_DISTINCT = 10_000;

    private static final String CODE = "[A-Za-z0-9._-]{1,64}";

    private final TreeMap<String, Field> fields = new TreeMap<>();

    private static final class Field {
        private final TreeSet<String> types = new TreeSet<>();
        private final Set<String> distinct = new HashSet<>();
        private final Map<ValueForm, Integer> forms = new EnumMap<>(ValueForm.class);
        private int events;
        private int values;
        private boolean codesOnly = true;
    }

    private Observation() {}

    /**
     * The fields of samples, by path.
     *
     * @throws CommandFailure where there are more than a dataset can have
     */
    public static List<ObservedField> of(List<SampleEvent> events) {
        Observation observation = new Observation();
        events.forEach(observation::add);
        List<ObservedField> observed = new ArrayList<>();
        observation.fields.keySet().removeIf(observation::isEmptyOnly);
        observation.fields.forEach((path, field) -> observed.add(new ObservedField(
                path,
                field.types,
                field.events,
                field.values,
                field.distinct.size(),
                field.codesOnly && field.distinct.size() <= ObservedField.MAX_CODES
                        ? field.distinct.stream().sorted().toList()
                        : List.of(),
                new TreeMap<>(field.forms))));
        return observed;
    }

    private void add(SampleEvent event) {
        Set<Field> here = new HashSet<>();
        Leaves.each(event.payload(), (path, value) -> {
            Field field = fields.computeIfAbsent(path, first -> new Field());
            here.add(field);
            field.types.add(type(value));
            field.values++;
            String text = value.isValueNode() ? value.asText() : value.toString();
            if (field.distinct.size() < MAX_DISTINCT) {
                field.distinct.add(text);
            }
            field.codesOnly &= value.isTextual() && text.matches(CODE);
            if (value.isTextual()) {
                ValueForm.of(text).forEach(form -> field.forms.merge(form, 1, Integer::sum));
            }
        });
        here.forEach(field -> field.events++);
        if (fields.size() > MAX_FIELDS) {
            throw new CommandFailure(
                    "The samples have more than " + MAX_FIELDS
                            + " fields: probably a member's name is a value, as an id. Such a map needs a pattern with *, written by hand");
        }
    }

    /** A list or an object that is empty here and has elements or members there is no field of its own. */
    private boolean isEmptyOnly(String path) {
        Field field = fields.get(path);
        String below = fields.tailMap(path + "/").isEmpty()
                ? ""
                : fields.tailMap(path + "/").firstKey();
        return field != null
                && below.startsWith(path + "/")
                && field.types.stream().allMatch(type -> type.startsWith("empty"));
    }

    private static String type(JsonNode value) {
        if (value.isIntegralNumber()) {
            return "integer";
        }
        return switch (value.getNodeType()) {
            case STRING -> "string";
            case NUMBER -> "number";
            case BOOLEAN -> "boolean";
            case NULL -> "null";
            case ARRAY -> "empty list";
            case OBJECT -> "empty object";
            default -> "other";
        };
    }
}
