package io.sluice.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.output.Table;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The views of one record beside each other, a row for each field that they do not all have alike: the envelope's
 * attributes by their names, fields of the data as JSON pointers (RFC 6901). Fits into a width.
 */
final class SideBySide {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String ABSENT = "-";
    private static final int MOST_ROWS = 40;
    private static final int LEAST_FIELD = 20;
    private static final int LEAST_VALUE = 20;
    private static final int GAP = 2;

    private final List<String> recipients;
    private final List<Map<String, String>> views;
    private final int columns;

    /**
     * @param views a CloudEvent in the JSON format by recipient
     * @param columns the width to fit into
     */
    SideBySide(Map<String, String> views, int columns) {
        this.recipients = List.copyOf(views.keySet());
        this.views = views.values().stream().map(SideBySide::flat).toList();
        this.columns = columns;
    }

    /** The tables: one, or more where the width does not hold all recipients. */
    String text() {
        Set<String> fields = new LinkedHashSet<>();
        views.forEach(view -> fields.addAll(view.keySet()));
        List<String> differing = fields.stream().filter(this::differs).toList();
        List<String> shown = differing.subList(0, Math.min(MOST_ROWS, differing.size()));
        int field = Math.min(
                shown.stream().mapToInt(String::length).max().orElse(0), Math.max(LEAST_FIELD, columns * 2 / 5));
        int together = Math.max(1, (columns - field) / (LEAST_VALUE + GAP));
        StringBuilder text = new StringBuilder();
        for (int first = 0; first < recipients.size(); first += together) {
            int last = Math.min(recipients.size(), first + together);
            text.append(text.isEmpty() ? "" : "\n\n").append(table(shown, field, first, last));
        }
        int alike = fields.size() - differing.size();
        text.append(differing.size() > shown.size() ? "\nand " + (differing.size() - shown.size()) + " more" : "")
                .append(alike > 0 ? "\n" + alike + " further fields, alike for all of them" : "");
        return text.toString();
    }

    private String table(List<String> shown, int fieldWidth, int first, int last) {
        int width = (columns - fieldWidth) / (last - first) - GAP;
        List<String> headings = new ArrayList<>(List.of("field"));
        headings.addAll(recipients.subList(first, last));
        Table table = new Table(headings.toArray(String[]::new));
        for (String field : shown) {
            List<Object> row = new ArrayList<>(List.of(tail(field, fieldWidth)));
            views.subList(first, last).forEach(view -> row.add(head(view.getOrDefault(field, ABSENT), width)));
            table.row(row.toArray());
        }
        return table.toString();
    }

    private boolean differs(String field) {
        Set<String> values = new HashSet<>();
        views.forEach(view -> values.add(view.getOrDefault(field, ABSENT)));
        return values.size() > 1;
    }

    private static Map<String, String> flat(String view) {
        try {
            Map<String, String> fields = new LinkedHashMap<>();
            JsonNode event = MAPPER.readTree(view);
            event.properties().stream()
                    .filter(attribute -> !attribute.getKey().equals("data"))
                    .forEach(attribute -> flatten(attribute.getKey(), attribute.getValue(), fields));
            flatten("", event.path("data"), fields);
            return fields;
        } catch (JsonProcessingException e) { // its message quotes the text
            throw new CommandFailure("A delivered view is not JSON");
        }
    }

    private static void flatten(String pointer, JsonNode node, Map<String, String> into) {
        if (node.isObject()) {
            node.properties().forEach(member -> flatten(pointer + "/" + member.getKey(), member.getValue(), into));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                flatten(pointer + "/" + i, node.get(i), into);
            }
        } else if (!node.isMissingNode()) {
            into.put(pointer, node.asText().replaceAll("\\p{Cntrl}+", " "));
        }
    }

    private static String head(String text, int width) {
        return text.length() <= width ? text : text.substring(0, width - 2) + "..";
    }

    private static String tail(String text, int width) {
        return text.length() <= width ? text : ".." + text.substring(text.length() - width + 2);
    }
}
