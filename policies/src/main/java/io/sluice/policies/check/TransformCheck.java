package io.sluice.policies.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.rulebook.TransformKind;
import io.sluice.core.rulebook.TransformSpec;
import io.sluice.policies.load.Similar;
import io.sluice.policies.load.YamlDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Names and parameters of transforms: the closed set that this version performs. Stateless. */
final class TransformCheck {
    /** Parameters by transform, the required ones first. */
    private static final Map<String, Params> KNOWN = Map.ofEntries(
            Map.entry("keep", new Params(Set.of(), Set.of())),
            Map.entry("drop", new Params(Set.of(), Set.of())),
            Map.entry("redact", new Params(Set.of(), Set.of("text"))),
            Map.entry("mask", new Params(Set.of(), Set.of("keep-first", "keep-last", "char"))),
            Map.entry("generalise.year", new Params(Set.of(), Set.of())),
            Map.entry("generalise.month", new Params(Set.of(), Set.of())),
            Map.entry("generalise.age90", new Params(Set.of(), Set.of())),
            Map.entry("generalise.zip3", new Params(Set.of("table"), Set.of())),
            Map.entry("generalise.bucket", new Params(Set.of(), Set.of("size"))),
            Map.entry("generalise.geo", new Params(Set.of(), Set.of("decimals"))),
            Map.entry("generalise.ip-prefix", new Params(Set.of(), Set.of("v4", "v6"))),
            Map.entry("generalise.email-domain", new Params(Set.of(), Set.of())),
            Map.entry("tokenise", new Params(Set.of("domain"), Set.of("canonical"))),
            Map.entry("encrypt", new Params(Set.of("domain"), Set.of("bind", "pad"))));

    private record Params(Set<String> required, Set<String> optional) {}

    private TransformCheck() {}

    /** Whether a name is that of a transform; a profile may name one that is not available yet. */
    static boolean known(String name) {
        Optional<TransformSpec> spec = TransformSpec.parse(name, new TreeMap<>());
        return spec.isPresent() && (!spec.get().kind().available() || KNOWN.containsKey(name));
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
        Params params = KNOWN.getOrDefault(name, new Params(Set.of(), Set.of()));
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
        List<String> names = new ArrayList<>(KNOWN.keySet());
        for (TransformKind kind : TransformKind.values()) {
            names.add(kind.code());
        }
        return names;
    }
}
