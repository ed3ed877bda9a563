package io.sluice.policies.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.policies.load.YamlDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Compares a view with what a scenario expects, member by member; placeholders capture. Not thread-safe. */
final class ViewComparison {
    private final String recipient;
    private final Function<String, String> because;
    private final Map<String, String> captured;
    private final List<Difference> differences = new ArrayList<>();

    private ViewComparison(String recipient, Function<String, String> because, Map<String, String> captured) {
        this.recipient = recipient;
        this.because = because;
        this.captured = captured;
    }

    /**
     * What differs, in the order of the expected view.
     *
     * @param captured values of named placeholders of the scenario so far
     */
    static List<Difference> of(
            String recipient,
            JsonNode expected,
            JsonNode actual,
            Function<String, String> because,
            Map<String, String> captured) {
        ViewComparison comparison = new ViewComparison(recipient, because, captured);
        comparison.compare("", expected, actual);
        return comparison.differences;
    }

    private void compare(String path, @Nullable JsonNode expected, @Nullable JsonNode actual) {
        if (expected == null || actual == null) {
            differ(path, expected, actual);
        } else if (expected.isTextual() && expected.asText().equals(Placeholder.ANY.plain())) {
            return;
        } else if (expected.isObject() && actual.isObject()) {
            TreeSet<String> unexpected = new TreeSet<>();
            actual.fieldNames().forEachRemaining(unexpected::add);
            expected.properties().forEach(member -> {
                compare(
                        path + "/" + YamlDocument.token(member.getKey()),
                        member.getValue(),
                        actual.get(member.getKey()));
                unexpected.remove(member.getKey());
            });
            unexpected.forEach(name -> compare(path + "/" + YamlDocument.token(name), null, actual.get(name)));
        } else if (expected.isArray() && actual.isArray()) {
            for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
                compare(path + "/" + i, expected.get(i), actual.get(i));
            }
        } else if (!equal(expected, actual)) {
            differ(path, expected, actual);
        }
    }

    private boolean equal(JsonNode expected, JsonNode actual) {
        if (expected.isTextual() && actual.isTextual()) {
            return Placeholder.fits(expected.asText(), actual.asText(), captured);
        }
        if (expected.isNumber() && actual.isNumber()) {
            return expected.decimalValue().compareTo(actual.decimalValue()) == 0;
        }
        return expected.equals(actual);
    }

    /** A difference for each leaf, so that each has its rule. */
    private void differ(String path, @Nullable JsonNode expected, @Nullable JsonNode actual) {
        JsonNode present = expected == null ? actual : expected;
        if (present != null
                && present.isContainerNode()
                && !present.isEmpty()
                && (expected == null || actual == null)) {
            if (present.isObject()) {
                present.properties().forEach(member -> {
                    String child = path + "/" + YamlDocument.token(member.getKey());
                    differ(
                            child,
                            expected == null ? null : member.getValue(),
                            actual == null ? null : member.getValue());
                });
            } else {
                for (int i = 0; i < present.size(); i++) {
                    differ(
                            path + "/" + i,
                            expected == null ? null : present.get(i),
                            actual == null ? null : present.get(i));
                }
            }
            return;
        }
        differences.add(new Difference(recipient, path, text(expected), text(actual), because.apply(path)));
    }

    private static String text(@Nullable JsonNode json) {
        return json == null ? Difference.ABSENT : json.toString();
    }
}
