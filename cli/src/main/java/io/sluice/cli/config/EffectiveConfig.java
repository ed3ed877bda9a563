package io.sluice.cli.config;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values in force as a tree, each written as a file would set it, secrets masked. */
public final class EffectiveConfig {
    private EffectiveConfig() {}

    /** The tree of a configuration record. Leaves are strings, numbers, booleans and lists of strings. */
    public static Map<String, Object> tree(Record config) {
        Map<String, Object> tree = new LinkedHashMap<>();
        for (RecordComponent component : config.getClass().getRecordComponents()) {
            tree.put(component.getName(), written(read(component, config)));
        }
        return tree;
    }

    /** The tree as YAML that {@link ConfigReader} reads, but for the masked secrets. */
    public static String yaml(Map<String, Object> tree) {
        StringBuilder yaml = new StringBuilder();
        append(yaml, tree, "");
        return yaml.toString();
    }

    private static void append(StringBuilder yaml, Map<?, ?> tree, String indent) {
        tree.forEach((name, value) -> {
            yaml.append(indent).append(name).append(':');
            if (value instanceof Map<?, ?> nested) {
                yaml.append('\n');
                append(yaml, nested, indent + "  ");
            } else if (value instanceof List<?> list) {
                yaml.append(" [");
                yaml.append(String.join(
                        ", ",
                        list.stream().map(item -> quoted(String.valueOf(item))).toList()));
                yaml.append("]\n");
            } else {
                yaml.append(' ')
                        .append(value instanceof String text ? quoted(text) : value)
                        .append('\n');
            }
        });
    }

    private static String quoted(String text) {
        boolean plain =
                text.matches("[A-Za-z/][A-Za-z0-9_./:-]*") && !text.matches("(?i)true|false|null|yes|no|on|off|~");
        boolean unit = text.matches("[0-9]+[A-Za-z]+");
        return plain || unit ? text : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static Object written(Object value) {
        if (value instanceof Size || value instanceof Path || value instanceof Secret) {
            return value.toString();
        }
        if (value instanceof Duration duration) {
            return Durations.format(duration);
        }
        return value instanceof Record nested ? tree(nested) : value;
    }

    private static Object read(RecordComponent component, Record config) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(config);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("A configuration record cannot be read", e);
        }
    }
}
