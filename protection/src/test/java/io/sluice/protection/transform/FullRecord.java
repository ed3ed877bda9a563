package io.sluice.protection.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern.Segment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A record that has every field that a dataset declares, each harmless: what a corner can be cut into. */
final class FullRecord {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private FullRecord() {}

    static ObjectNode of(String resourceType, Dataset dataset) {
        List<Path> paths = new ArrayList<>();
        dataset.fields().forEach((pattern, classes) -> paths.add(new Path(pattern.segments(), classes.get(0))));
        ObjectNode record = (ObjectNode) node(paths, 0);
        return record.put("resourceType", resourceType);
    }

    private record Path(List<Segment> segments, String dataClass) {}

    private static JsonNode node(List<Path> paths, int depth) {
        Map<Segment, List<Path>> below = new LinkedHashMap<>();
        for (Path path : paths) {
            if (path.segments().size() > depth) {
                below.computeIfAbsent(path.segments().get(depth), any -> new ArrayList<>())
                        .add(path);
            }
        }
        if (below.isEmpty()) {
            return leaf(paths.get(0).dataClass());
        }
        boolean array = below.keySet().stream()
                .anyMatch(segment -> segment instanceof Segment.Any || segment instanceof Segment.Predicate);
        return array ? array(below, depth) : object(below, depth);
    }

    private static ObjectNode object(Map<Segment, List<Path>> below, int depth) {
        ObjectNode object = NODES.objectNode();
        below.forEach((segment, paths) -> object.set(((Segment.Literal) segment).name(), node(paths, depth + 1)));
        return object;
    }

    /** One element for each predicate, and one for any. */
    private static ArrayNode array(Map<Segment, List<Path>> below, int depth) {
        ArrayNode array = NODES.arrayNode();
        below.forEach((segment, paths) -> {
            JsonNode element = node(paths, depth + 1);
            if (segment instanceof Segment.Predicate predicate) {
                satisfy((ObjectNode) element, predicate);
            }
            array.add(element);
        });
        return array;
    }

    private static void satisfy(ObjectNode element, Segment.Predicate predicate) {
        ObjectNode at = element;
        for (String member : predicate.path().subList(0, predicate.path().size() - 1)) {
            at = at.putObject(member);
        }
        at.put(
                predicate.path().get(predicate.path().size() - 1),
                (predicate.suffix() ? "http://example.org/" : "") + predicate.value());
    }

    private static JsonNode leaf(String dataClass) {
        if (dataClass.startsWith("date")) {
            return NODES.textNode("2020-05-06");
        }
        return dataClass.equals("geo.zip") ? NODES.textNode("02118") : NODES.textNode("harmless");
    }
}
