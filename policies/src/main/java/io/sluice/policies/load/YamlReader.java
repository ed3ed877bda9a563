package io.sluice.policies.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.ValidationMessage;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads one YAML file of the rulebook. The schema types the scalars: where it wants text, {@code NO} and {@code 02134} are
 * text; numbers and booleans are such only where it wants them, and nothing is null. Anchors, aliases, tags and duplicate
 * keys are errors: a reader of the file must see what it says.
 *
 * <p>One instance reads one file; not thread-safe.
 */
final class YamlReader {
    private static final int MAX_DEPTH = 32;
    /** RFC 8259; with no more digits than an event or a view can sensibly have. */
    private static final Pattern JSON_NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?");

    /** 1.50 stays 1.50: in FHIR that is another precision. */
    private static final JsonNodeFactory EXACT = new JsonNodeFactory(true);

    private final String path;
    private final FileKind kind;
    private final Map<String, YamlDocument.Place> places = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    private YamlReader(String path, FileKind kind) {
        this.path = path;
        this.kind = kind;
    }

    /** Reads a file; what is wrong is added to the findings, and nothing is returned then. */
    static Optional<YamlDocument> read(String path, FileKind kind, byte[] content, List<Finding> findings) {
        YamlReader reader = new YamlReader(path, kind);
        Optional<YamlDocument> document = reader.document(content);
        findings.addAll(reader.findings);
        return reader.findings.isEmpty() ? document : Optional.empty();
    }

    private Optional<YamlDocument> document(byte[] content) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(path)
                    .setAllowDuplicateKeys(true) // found below, with both places
                    .setMaxAliasesForCollections(0)
                    .setUseMarks(true)
                    .build();
            refuseReferences(settings, text);
            if (!findings.isEmpty()) {
                return Optional.empty();
            }
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isEmpty() || !(root.get() instanceof MappingNode mapping)) {
                error(0, 0, "the file is empty or no mapping of keys to values");
                return Optional.empty();
            }
            root.get().getStartMark().ifPresent(mark -> places.put("", place(mark)));
            ObjectNode json = mapping(mapping, kind.schemaText(), names(kind.schemaText()), "", 0);
            YamlDocument document = new YamlDocument(path, kind, json, places);
            if (findings.isEmpty()) {
                kind.schema().validate(json).forEach(message -> add(document, message));
            }
            return Optional.of(document);
        } catch (CharacterCodingException e) {
            error(0, 0, "the file is not UTF-8");
        } catch (MarkedYamlEngineException e) {
            Mark mark = e.getProblemMark().orElse(null);
            error(
                    mark == null ? 0 : mark.getLine() + 1,
                    mark == null ? 0 : mark.getColumn() + 1,
                    "not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            error(0, 0, "not YAML 1.2");
        }
        return Optional.empty();
    }

    private void refuseReferences(LoadSettings settings, String text) {
        for (Event event : new Parse(settings).parseString(text)) {
            if (event instanceof AliasEvent alias) {
                error(event, "alias *" + alias.getAlias() + ": aliases are not allowed; write the value out");
            } else if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
                error(event, "anchor &" + node.getAnchor().get() + ": anchors are not allowed; write the value out");
            } else if (event instanceof ScalarEvent scalar && scalar.getTag().isPresent()
                    || event instanceof CollectionStartEvent start
                            && start.getTag().isPresent()) {
                error(event, "tags (!) are not allowed");
            }
        }
    }

    private JsonNode node(Node node, @Nullable JsonNode schema, String pointer, int depth) {
        node.getStartMark().ifPresent(mark -> places.putIfAbsent(pointer, place(mark)));
        if (depth > MAX_DEPTH) {
            error(node, "nesting is deeper than " + MAX_DEPTH);
            return JsonNodeFactory.instance.objectNode();
        }
        if (node instanceof MappingNode mapping) {
            return mapping(mapping, branch(schema, "object", keys(mapping)), names(schema), pointer, depth);
        }
        if (node instanceof SequenceNode sequence) {
            return sequence(sequence, branch(schema, "array", List.of()), pointer, depth);
        }
        return scalar((ScalarNode) node, schema);
    }

    /** @param names what a key that is not known may have been meant to be */
    private ObjectNode mapping(
            MappingNode mapping, @Nullable JsonNode schema, List<String> names, String pointer, int depth) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        Map<String, Integer> lines = new HashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                error(tuple.getKeyNode(), "a key must be a word");
                continue;
            }
            String name = key.getValue();
            int line = key.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
            Integer first = lines.putIfAbsent(name, line);
            if (first != null) {
                error(key, "key '" + name + "' stands twice; first in line " + first);
                continue;
            }
            if (!known(schema, name)) {
                error(key, "unknown key '" + name + "'" + Similar.hint(name, names));
                continue;
            }
            String child = pointer + "/" + YamlDocument.token(name);
            key.getStartMark().ifPresent(mark -> places.put(child, place(mark)));
            json.set(name, node(tuple.getValueNode(), member(schema, name), child, depth + 1));
        }
        return json;
    }

    private ArrayNode sequence(SequenceNode sequence, @Nullable JsonNode schema, String pointer, int depth) {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        int index = 0;
        for (Node element : sequence.getValue()) {
            JsonNode each = free(schema) || schema == null ? schema : schema.get("items");
            json.add(node(element, each, pointer + "/" + index, depth + 1));
            index++;
        }
        return json;
    }

    /** Text, unless the schema wants a number or a boolean and a plain scalar has the form of one. */
    private JsonNode scalar(ScalarNode scalar, @Nullable JsonNode schema) {
        String text = scalar.getValue();
        boolean plain = scalar.getScalarStyle() == ScalarStyle.PLAIN;
        if (plain && free(schema)) {
            return untyped(scalar, text);
        }
        if (plain && (text.isEmpty() || text.equals("null") || text.equals("~"))) {
            error(scalar, "a value is missing; leave the key out, or write text in quotes");
        }
        String type = schema == null ? "string" : schema.path("type").asText("string");
        if (plain && type.equals("boolean") && (text.equals("true") || text.equals("false"))) {
            return JsonNodeFactory.instance.booleanNode(text.equals("true"));
        }
        if (plain && type.equals("integer") && text.matches("-?(0|[1-9][0-9]{0,15})")) {
            return JsonNodeFactory.instance.numberNode(Long.parseLong(text));
        }
        return JsonNodeFactory.instance.textNode(text);
    }

    /** Where a file holds JSON of somebody else, an event or a view, a plain scalar is what JSON would have it be. */
    private JsonNode untyped(ScalarNode scalar, String text) {
        if (text.isEmpty()) {
            error(scalar, "a value is missing; write null, or text in quotes");
        }
        return switch (text) {
            case "", "null" -> EXACT.nullNode();
            case "true", "false" -> EXACT.booleanNode(text.equals("true"));
            default ->
                JSON_NUMBER.matcher(text).matches() ? EXACT.numberNode(new BigDecimal(text)) : EXACT.textNode(text);
        };
    }

    /** Whether a schema takes any JSON: then it types nothing. */
    private static boolean free(@Nullable JsonNode schema) {
        return schema != null && schema.path("type").isArray();
    }

    private static boolean known(@Nullable JsonNode schema, String name) {
        return schema == null
                || !schema.path("additionalProperties").isBoolean()
                || schema.path("properties").has(name);
    }

    private static List<String> names(@Nullable JsonNode schema) {
        List<String> names = new ArrayList<>();
        if (schema != null) {
            schema.path("properties").fieldNames().forEachRemaining(names::add);
            schema.path("oneOf").forEach(alternative -> names.addAll(names(alternative)));
        }
        return names;
    }

    private static @Nullable JsonNode member(@Nullable JsonNode schema, String name) {
        if (schema == null || free(schema)) {
            return schema;
        }
        JsonNode named = schema.path("properties").get(name);
        JsonNode other = schema.get("additionalProperties");
        return named != null ? named : other != null && other.isObject() ? other : null;
    }

    /** The alternative of a schema that takes a value of a type; of several mappings, the one that knows most of its keys. */
    private static @Nullable JsonNode branch(@Nullable JsonNode schema, String type, List<String> keys) {
        if (schema == null || !schema.has("oneOf")) {
            return schema;
        }
        JsonNode best = null;
        long most = -1;
        for (JsonNode alternative : schema.get("oneOf")) {
            long known =
                    keys.stream().filter(alternative.path("properties")::has).count();
            if (alternative.path("type").asText().equals(type) && known > most) {
                best = alternative;
                most = known;
            }
        }
        return best;
    }

    private static List<String> keys(MappingNode mapping) {
        List<String> keys = new ArrayList<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key) {
                keys.add(key.getValue());
            }
        }
        return keys;
    }

    private void add(YamlDocument document, ValidationMessage message) {
        SchemaMessages.text(message)
                .ifPresent(text -> findings.add(document.error(SchemaMessages.pointer(message), text)));
    }

    private void error(Node node, String message) {
        Mark mark = node.getStartMark().orElse(null);
        error(mark == null ? 0 : mark.getLine() + 1, mark == null ? 0 : mark.getColumn() + 1, message);
    }

    private void error(Event event, String message) {
        Mark mark = event.getStartMark().orElse(null);
        error(mark == null ? 0 : mark.getLine() + 1, mark == null ? 0 : mark.getColumn() + 1, message);
    }

    private void error(int line, int column, String message) {
        findings.add(new Finding(Finding.Severity.ERROR, path, line, column, message));
    }

    private static YamlDocument.Place place(Mark mark) {
        return new YamlDocument.Place(mark.getLine() + 1, mark.getColumn() + 1);
    }
}
