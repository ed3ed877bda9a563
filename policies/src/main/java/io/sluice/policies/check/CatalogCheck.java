package io.sluice.policies.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.rulebook.DataClass;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.policies.load.FileKind;
import io.sluice.policies.load.Similar;
import io.sluice.policies.load.YamlDocument;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The taxonomy and the catalog: parents, patterns, classes, subjects, attributes. Stateless. */
final class CatalogCheck {
    private static final List<String> NEEDED = List.of("controller", "regimes", "format", "purposes", "retention");

    private CatalogCheck() {}

    static void run(Check check) {
        check.files(FileKind.CLASSES).forEach(file -> classes(check, file));
        check.files(FileKind.CATALOG).forEach(file -> catalog(check, file));
    }

    private static void classes(Check check, YamlDocument file) {
        JsonNode classes = file.json().path("classes");
        for (String id : Check.names(classes)) {
            String parent = classes.path(id)
                    .path("parent")
                    .asText(id.contains(".") ? id.substring(0, id.lastIndexOf('.')) : "");
            if (!parent.isEmpty() && !classes.has(parent)) {
                check.error(
                        file,
                        "/classes/" + id,
                        "class '" + id + "' has the parent '" + parent + "', which does not exist"
                                + Similar.hint(parent, Check.names(classes)));
            }
        }
    }

    private static void catalog(Check check, YamlDocument file) {
        JsonNode json = file.json();
        check.reference(file, "controller", "controller", "controllers");
        check.references(file, json.path("purposes"), "/purposes", "purpose", "purposes");
        for (Map.Entry<String, JsonNode> field : json.path("fields").properties()) {
            field(check, file, field.getKey(), field.getValue());
        }
        if (!json.path("abstract").asBoolean(false)) {
            dataset(
                    check,
                    file,
                    check.table("datasets").path(json.path("dataset").asText()));
            group(check, file, json.path("dataset").asText());
        }
    }

    /** An address names one dataset or one group, and a group's member one dataset. */
    private static void group(Check check, YamlDocument file, String dataset) {
        JsonNode datasets = check.table("datasets");
        JsonNode group = datasets.path(dataset).path("group");
        if (!group.isObject()) {
            return;
        }
        String pointer = file.json().has("group") ? "/group" : "/extends";
        String name = group.path("name").asText();
        if (datasets.has(name)) {
            check.error(
                    file, pointer, "group '" + name + "' has the name of a dataset; an address must mean one thing");
        }
        for (Map.Entry<String, JsonNode> other : datasets.properties()) {
            JsonNode theirs = other.getValue().path("group");
            if (other.getKey().compareTo(dataset) >= 0
                    || !theirs.path("name").asText().equals(name)) {
                continue; // each pair once, at the later one
            }
            if (!theirs.path("at").equals(group.path("at"))) {
                check.error(
                        file,
                        pointer,
                        "group '" + name + "' is told apart at "
                                + group.path("at").asText() + " here and at "
                                + theirs.path("at").asText() + " by dataset '" + other.getKey() + "'");
            }
            if (theirs.path("value").equals(group.path("value"))) {
                check.error(
                        file,
                        pointer,
                        "value '" + group.path("value").asText() + "' of group '" + name + "' already means dataset '"
                                + other.getKey() + "'");
            }
        }
    }

    private static void field(Check check, YamlDocument file, String pattern, JsonNode classes) {
        String pointer = "/fields/" + YamlDocument.token(pattern);
        try {
            FieldPattern.parse(pattern);
        } catch (IllegalArgumentException e) {
            check.error(file, pointer, String.valueOf(e.getMessage()));
        }
        for (String id : classes.isArray() ? Check.texts(classes) : List.of(classes.asText())) {
            check.known(file, pointer, "class", "classes", id);
        }
    }

    private static void dataset(Check check, YamlDocument file, JsonNode dataset) {
        for (String needed : NEEDED) {
            if (!dataset.has(needed)) {
                check.error(file, "/dataset", "'" + needed + "' is missing, here and in what it extends");
            }
        }
        JsonNode region = dataset.path("region");
        if (region.isObject() && region.has("constant") == region.has("at")) {
            check.error(file, "/region", "a region is either 'constant' or 'at' with 'table'");
        }
        if (region.has("at") && !region.has("table")) {
            check.error(file, "/region", "a region 'at' a pointer needs the 'table' of its codes");
        }
        if (region.path("table").isTextual()) {
            check.known(
                    file,
                    "/region/table",
                    "table",
                    "tables",
                    region.path("table").asText());
        }
        for (Map.Entry<String, JsonNode> attribute : dataset.path("attributes").properties()) {
            attribute(
                    check,
                    file,
                    dataset,
                    attribute.getKey(),
                    attribute.getValue().path("at").asText());
        }
    }

    /** Attributes stand in headers and in the audit log, in clear: codes of harmless fields only. */
    private static void attribute(Check check, YamlDocument file, JsonNode dataset, String name, String at) {
        String pointer = "/attributes/" + name;
        JsonNode classes = dataset.path("fields").path(at);
        if (classes.isMissingNode()) {
            check.error(file, pointer, "attribute '" + name + "' is at " + at + ", which 'fields' does not declare");
        }
        for (String id : Check.texts(classes)) {
            String kind = check.table("classes").path(id).path("kind").asText("ordinary");
            if (!DataClass.Kind.valueOf(kind.toUpperCase(Locale.ROOT).replace('-', '_'))
                    .mayBeAttribute()) {
                check.error(
                        file,
                        pointer,
                        "attribute '" + name + "' is of class " + id + " (" + kind
                                + "): it would stand in headers and in the audit log");
            }
        }
    }
}
