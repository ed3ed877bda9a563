package io.sluice.cli.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.regex.Pattern;

/** JSON as YAML that people edit: members one to a line, texts in quotes so that none is taken for something else. Stateless. */
public final class YamlText {
    private static final int MAX_LINE = 100;
    private static final String STEP = "  ";
    private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");

    private YamlText() {}

    /** A value behind its key: on the same line where it fits, else below, indented. */
    public static String behindKey(JsonNode json, String indent) {
        String inline = inline(json);
        if (!json.isContainerNode()
                || json.isEmpty()
                || (inline.length() + indent.length() <= MAX_LINE && isFlat(json))) {
            return " " + inline + "\n";
        }
        return "\n" + block(json, indent + STEP);
    }

    private static String block(JsonNode json, String indent) {
        StringBuilder text = new StringBuilder();
        if (json.isObject()) {
            for (Map.Entry<String, JsonNode> member : json.properties()) {
                text.append(indent)
                        .append(key(member.getKey()))
                        .append(':')
                        .append(behindKey(member.getValue(), indent));
            }
            return text.toString();
        }
        for (JsonNode element : json) {
            String inline = inline(element);
            if (!element.isContainerNode()
                    || element.isEmpty()
                    || (isFlat(element) && inline.length() + indent.length() <= MAX_LINE)) {
                text.append(indent).append("- ").append(inline).append('\n');
            } else {
                String nested = block(element, indent + STEP);
                text.append(indent).append("- ").append(nested.substring(indent.length() + STEP.length()));
            }
        }
        return text.toString();
    }

    /** In one line: YAML's flow style, which JSON is too. */
    private static String inline(JsonNode json) {
        if (json.isObject()) {
            StringBuilder text = new StringBuilder("{");
            for (Map.Entry<String, JsonNode> member : json.properties()) {
                text.append(text.length() > 1 ? ", " : "")
                        .append(key(member.getKey()))
                        .append(": ")
                        .append(inline(member.getValue()));
            }
            return text.append('}').toString();
        }
        if (json.isArray()) {
            StringBuilder text = new StringBuilder("[");
            json.forEach(element -> text.append(text.length() > 1 ? ", " : "").append(inline(element)));
            return text.append(']').toString();
        }
        return json.toString(); // a JSON text is a double-quoted YAML text
    }

    private static boolean isFlat(JsonNode json) {
        for (JsonNode child : json) {
            if (child.isContainerNode() && !child.isEmpty() && json.size() > 1) {
                return false;
            }
        }
        return true;
    }

    static String key(String name) {
        return PLAIN_KEY.matcher(name).matches() ? name : quoted(name);
    }

    /** A text in double quotes. */
    public static String quoted(String text) {
        return com.fasterxml.jackson.databind.node.TextNode.valueOf(text).toString();
    }
}
