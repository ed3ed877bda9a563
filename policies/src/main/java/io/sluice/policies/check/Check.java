package io.sluice.policies.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.policies.load.FileKind;
import io.sluice.policies.load.Finding;
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.load.Similar;
import io.sluice.policies.load.YamlDocument;
import java.util.ArrayList;
import java.util.List;

/** What the checks of one rulebook share: the rulebook, the findings, and how a reference is looked up. Not thread-safe. */
final class Check {
    private final LoadedRulebook rulebook;
    private final Features features;
    private final List<Finding> findings = new ArrayList<>();

    Check(LoadedRulebook rulebook, Features features) {
        this.rulebook = rulebook;
        this.features = features;
    }

    Features features() {
        return features;
    }

    JsonNode document() {
        return rulebook.document();
    }

    /** One table of the document, as {@code purposes}. */
    JsonNode table(String name) {
        return rulebook.document().path(name);
    }

    List<YamlDocument> files(FileKind kind) {
        return rulebook.files(kind);
    }

    List<Finding> findings() {
        return findings;
    }

    void error(YamlDocument file, String pointer, String message) {
        findings.add(file.error(pointer, message));
    }

    void warning(YamlDocument file, String pointer, String message) {
        findings.add(file.warning(pointer, message));
    }

    /** That an id stands in a table; names what is near where it does not. */
    boolean known(YamlDocument file, String pointer, String what, String table, String id) {
        if (table(table).has(id)) {
            return true;
        }
        error(file, pointer, what + " '" + id + "' does not exist" + Similar.hint(id, names(table(table))));
        return false;
    }

    /** The text at a member, checked as a reference where it stands. */
    void reference(YamlDocument file, String member, String what, String table) {
        JsonNode value = file.json().path(member);
        if (value.isTextual()) {
            known(file, "/" + member, what, table, value.asText());
        }
    }

    /** Each element of a list, checked as a reference. */
    void references(YamlDocument file, JsonNode list, String pointer, String what, String table) {
        for (int i = 0; i < list.size(); i++) {
            known(file, pointer + "/" + i, what, table, list.get(i).asText());
        }
    }

    static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asText()));
        return texts;
    }
}
