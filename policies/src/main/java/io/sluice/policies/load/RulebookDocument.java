package io.sluice.policies.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * Assembles the JSON form of a rulebook from its files: ids to bodies, {@code extends} folded in, classes with their
 * ancestors (nearest first), transforms as {name, params}, payload schemas in place. The Rego reads this form.
 */
final class RulebookDocument {
    private static final int MAX_EXTENDS = 8;

    private final SortedMap<String, YamlDocument> files;
    private final SortedMap<String, byte[]> payloads;
    private final List<Finding> findings;

    RulebookDocument(
            SortedMap<String, YamlDocument> files, SortedMap<String, byte[]> payloads, List<Finding> findings) {
        this.files = files;
        this.payloads = payloads;
        this.findings = findings;
    }

    ObjectNode assemble() {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.set("classes", classes(single(FileKind.CLASSES).path("classes")));
        document.set("controllers", single(FileKind.CONTROLLERS).path("controllers"));
        document.set("approvers", single(FileKind.APPROVERS));
        document.set("purposes", byId(FileKind.PURPOSES));
        document.set("datasets", datasets());
        document.set("producers", byId(FileKind.PRODUCERS));
        document.set("recipients", byId(FileKind.RECIPIENTS));
        document.set("profiles", byId(FileKind.PROFILES));
        document.set("protections", protections());
        document.set("tables", tables());
        YamlDocument reveal = files.get(FileKind.REVEAL.place());
        if (reveal != null) { // without it nobody reveals anything
            document.set("reveal", reveal.json());
        }
        YamlDocument access = files.get(FileKind.ACCESS.place());
        if (access != null) { // without it nobody reads the audit log by its API
            document.set("access", access.json());
        }
        return document;
    }

    private JsonNode single(FileKind kind) {
        YamlDocument file = files.get(kind.place());
        if (file == null) {
            findings.add(new Finding(Finding.Severity.ERROR, kind.place(), 0, 0, "the file is missing"));
            return JsonNodeFactory.instance.objectNode();
        }
        return file.json();
    }

    private ObjectNode byId(FileKind kind) {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        String member = kind.idMember().orElseThrow();
        for (YamlDocument file : files.values()) {
            if (file.kind() == kind) {
                String id = file.json().path(member).asText();
                String expected = kind.place() + id + ".yaml";
                if (!file.path().equals(expected)) {
                    findings.add(file.error("/" + member, "'" + id + "' must stand in " + expected));
                }
                all.set(id, file.json().deepCopy());
            }
        }
        return all;
    }

    private static JsonNode classes(JsonNode classes) {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> entry : classes.properties()) {
            ObjectNode dataClass = entry.getValue().deepCopy();
            ArrayNode ancestors = dataClass.putArray("ancestors");
            Set<String> seen = new LinkedHashSet<>();
            String id = entry.getKey();
            while (!id.isEmpty() && seen.add(id)) {
                ancestors.add(id);
                id = classes.path(id)
                        .path("parent")
                        .asText(id.contains(".") ? id.substring(0, id.lastIndexOf('.')) : "");
            }
            all.set(entry.getKey(), dataClass);
        }
        return all;
    }

    private ObjectNode datasets() {
        ObjectNode catalog = byId(FileKind.CATALOG);
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> entry : catalog.properties()) {
            if (entry.getValue().path("abstract").asBoolean(false)) {
                continue;
            }
            ObjectNode dataset = folded(catalog, entry.getKey());
            dataset.remove(List.of("extends", "abstract"));
            payload(entry.getKey(), dataset);
            all.set(entry.getKey(), dataset);
        }
        return all;
    }

    /** A file over what it extends: its own members win, its fields are added, pattern by pattern. */
    private ObjectNode folded(ObjectNode catalog, String id) {
        List<ObjectNode> chain = new ArrayList<>();
        Set<String> seen = new TreeSet<>();
        String next = id;
        while (!next.isEmpty()) {
            JsonNode file = catalog.path(next);
            if (!file.isObject() || !seen.add(next) || chain.size() == MAX_EXTENDS) {
                file(FileKind.CATALOG, id)
                        .error(
                                "/extends",
                                file.isObject()
                                        ? "'" + id + "' extends itself, or more than " + MAX_EXTENDS + " files"
                                        : "catalog file '" + next + "' does not exist"
                                                + Similar.hint(next, names(catalog)),
                                findings);
                break;
            }
            chain.add(0, (ObjectNode) file);
            next = file.path("extends").asText("");
        }
        ObjectNode folded = JsonNodeFactory.instance.objectNode();
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        for (ObjectNode file : chain) {
            folded.setAll(file.deepCopy());
            file.path("fields").properties().forEach(field -> fields.set(field.getKey(), list(field.getValue())));
        }
        folded.set("fields", fields);
        return folded;
    }

    private void payload(String id, ObjectNode dataset) {
        if (!dataset.has("schema")) {
            return;
        }
        String path = dataset.path("schema").asText();
        byte[] content = payloads.get(path);
        if (content == null) {
            file(FileKind.CATALOG, id)
                    .error(
                            "/schema",
                            "file '" + path + "' does not exist" + Similar.hint(path, payloads.keySet()),
                            findings);
            return;
        }
        try {
            JsonNode schema = StrictJson.read(content);
            CanonicalJson.bytes(schema);
            PayloadSchemaCheck.faults(schema)
                    .forEach(fault -> findings.add(new Finding(Finding.Severity.ERROR, path, 0, 0, fault)));
            dataset.set("schema", schema);
        } catch (MalformedJsonException | IllegalArgumentException e) {
            findings.add(new Finding(Finding.Severity.ERROR, path, 0, 0, String.valueOf(e.getMessage())));
        }
    }

    private ObjectNode protections() {
        ObjectNode all = byId(FileKind.PROTECTIONS);
        for (JsonNode protection : all) {
            ObjectNode body = (ObjectNode) protection;
            body.set("classes", transforms(body.path("classes")));
            body.set("fields", transforms(body.path("fields")));
        }
        return all;
    }

    private static ObjectNode transforms(JsonNode rules) {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> rule : rules.properties()) {
            ObjectNode spec = all.putObject(rule.getKey());
            ObjectNode params = JsonNodeFactory.instance.objectNode();
            if (rule.getValue().isObject()) {
                params.setAll((ObjectNode) rule.getValue().deepCopy());
                params.remove("transform");
            }
            spec.put(
                    "transform",
                    rule.getValue().isTextual()
                            ? rule.getValue().asText()
                            : rule.getValue().path("transform").asText());
            spec.set("params", params);
        }
        return all;
    }

    /** Prefixes without any population are restricted as those with a small one are. */
    private ObjectNode tables() {
        ObjectNode all = byId(FileKind.TABLES);
        for (JsonNode table : all) {
            if (table.path("kind").asText().equals("zip3")) {
                Set<String> restricted = new TreeSet<>();
                table.path("restricted").forEach(prefix -> restricted.add(prefix.asText()));
                table.path("unpopulated").forEach(prefix -> restricted.add(prefix.asText()));
                ((ObjectNode) table).remove("unpopulated");
                ArrayNode list = ((ObjectNode) table).putArray("restricted");
                restricted.forEach(list::add);
            }
        }
        return all;
    }

    private static ArrayNode list(JsonNode value) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        if (value.isArray()) {
            list.addAll((ArrayNode) value);
        } else {
            list.add(value.asText());
        }
        return list;
    }

    private static List<String> names(ObjectNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private Located file(FileKind kind, String id) {
        return new Located(files.get(kind.place() + id + ".yaml"), kind.place() + id + ".yaml");
    }

    /** A file that may stand under another name than its id, which is a finding of its own. */
    private record Located(
            @org.jspecify.annotations.Nullable YamlDocument file, String path) {
        void error(String pointer, String message, List<Finding> findings) {
            findings.add(
                    file == null
                            ? new Finding(Finding.Severity.ERROR, path, 0, 0, message)
                            : file.error(pointer, message));
        }
    }
}
