package io.sluice.policies.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.rulebook.TransformKind;
import io.sluice.core.rulebook.TransformSpec;
import io.sluice.policies.load.KnownTransforms;
import io.sluice.policies.load.Similar;
import io.sluice.policies.load.YamlDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Rules of protections against the closed set of transforms. Stateless. */
final class TransformCheck {
    private TransformCheck() {}

    /** Whether a name is that of a transform; a profile may name one that is not available yet. */
    static boolean known(String name) {
        Optional<TransformSpec> spec = TransformSpec.parse(name, new TreeMap<>());
        return spec.isPresent() && (!spec.get().kind().available() || KnownTransforms.performs(name));
    }

    /** Checks a rule of a protection: name, availability, parameters. True where it can be resolved further. */
    static boolean rule(Check check, YamlDocument file, String pointer, JsonNode spec) {
        String name = spec.path("transform").asText();
        if (!known(name)) {
            check.error(file, pointer, "unknown transform '" + name + "'" + Similar.hint(name, names()));
            return false;
        }
        TransformSpec transform =
                TransformSpec.parse(name, new TreeMap<>()).orElseThrow(() -> new IllegalStateException("known above"));
        if (!transform.kind().available()) {
            check.error(file, pointer, "transform '" + name + "' is not available in this version");
            return false;
        }
        KnownTransforms.Params params = KnownTransforms.params(name);
        for (String required : params.required()) {
            if (!spec.path("params").has(required)) {
                check.error(file, pointer, "transform '" + name + "' needs '" + required + "'");
            }
        }
        spec.path("params").fieldNames().forEachRemaining(param -> {
            if (!params.required().contains(param) && !params.optional().contains(param)) {
                check.error(file, pointer, "transform '" + name + "' has no parameter '" + param + "'");
            }
        });
        JsonNode table = spec.path("params").path("table");
        if (table.isTextual()
                && check.known(file, pointer, "table", "tables", table.asText())
                && !check.table("tables")
                        .path(table.asText())
                        .path("kind")
                        .asText()
                        .equals("zip3")) {
            check.error(file, pointer, "table '" + table.asText() + "' is not of kind zip3");
        }
        return true;
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>(KnownTransforms.names());
        for (TransformKind kind : TransformKind.values()) {
            names.add(kind.code());
        }
        return names;
    }
}
