package io.sluice.policies.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.rulebook.FpeForm;
import io.sluice.core.rulebook.TransformKind;
import io.sluice.core.rulebook.TransformSpec;
import io.sluice.policies.load.KnownTransforms;
import io.sluice.policies.load.Similar;
import io.sluice.policies.load.YamlDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Rules of protections against the closed set of transforms: names and parameters. Stateless. */
final class TransformCheck {
    private static final Set<String> UNKEYED = Set.of(
            "hash", "md5", "sha1", "sha-1", "sha256", "sha-256", "sha384", "sha-384", "sha512", "sha-512", "sha3",
            "blake2", "blake3");

    private TransformCheck() {}

    /** Whether a name is that of a transform. */
    static boolean known(String name) {
        return KnownTransforms.performs(name);
    }

    /** What is said of a name that is none. */
    static String unknown(String name) {
        if (UNKEYED.contains(name)) {
            return "'" + name
                    + "' has no key: whoever guesses a value finds its hash again; use tokenise, which has one";
        }
        return "unknown transform '" + name + "'" + Similar.hint(name, names());
    }

    /** Checks a rule of a protection: name and parameters. True where it can be resolved further. */
    static boolean rule(Check check, YamlDocument file, String pointer, JsonNode spec) {
        String name = spec.path("transform").asText();
        if (!known(name)) {
            check.error(file, pointer, unknown(name));
            return false;
        }
        TransformKind kind = kind(spec).orElseThrow(() -> new IllegalStateException("known above"));
        boolean wellFormed = parameters(check, file, pointer, name, spec.path("params"));
        if (underSubjectKey(spec)) {
            ownKey(check, file, pointer, spec.path("params"));
        }
        if (kind == TransformKind.TOKENISE_FPE && wellFormed) {
            formPreserving(check, file, pointer, spec.path("params"));
        }
        return true;
    }

    /** The kind of a rule's transform; empty where the name is none. */
    static Optional<TransformKind> kind(JsonNode spec) {
        return TransformSpec.parse(spec.path("transform").asText(), new TreeMap<>())
                .map(TransformSpec::kind);
    }

    /** Whether a rule encrypts under the key of the record's subject. */
    static boolean underSubjectKey(JsonNode spec) {
        return kind(spec).filter(kind -> kind == TransformKind.ENCRYPT).isPresent()
                && spec.path("params").path("key").asText().equals("subject");
    }

    private static void ownKey(Check check, YamlDocument file, String pointer, JsonNode params) {
        if (params.has("domain")) {
            check.error(
                    file,
                    pointer,
                    "'encrypt' with key: subject has no domain: the key is the subject's own; leave one of them out");
        }
        if (params.has("commit")) {
            check.error(file, pointer, "'encrypt' with key: subject always commits to its key: leave commit out");
        }
        if (params.path("bind").asText().equals("dataset")) {
            check.error(
                    file,
                    pointer,
                    "'encrypt' with key: subject is of one subject, and bind: dataset of none: use record or subject");
        }
    }

    private static boolean parameters(Check check, YamlDocument file, String pointer, String name, JsonNode params) {
        KnownTransforms.Params known = KnownTransforms.params(name);
        List<String> faults = new ArrayList<>();
        for (String required : known.required().keySet().stream().sorted().toList()) {
            boolean own =
                    required.equals("domain") && params.path("key").asText().equals("subject");
            if (!params.has(required) && !own) {
                faults.add("transform '" + name + "' needs '" + required + "'"
                        + (required.equals("domain") ? ", which names its key" : ""));
            }
        }
        params.properties().forEach(param -> {
            if (!known.all().containsKey(param.getKey())) {
                faults.add("transform '" + name + "' has no parameter '" + param.getKey() + "'");
                return;
            }
            known.all()
                    .get(param.getKey())
                    .fault(param.getValue())
                    .ifPresent(fault -> faults.add("'" + param.getKey() + "' of '" + name + "' " + fault));
        });
        faults.forEach(fault -> check.error(file, pointer, fault));
        table(check, file, pointer, params.path("table"));
        return faults.isEmpty();
    }

    private static void table(Check check, YamlDocument file, String pointer, JsonNode table) {
        if (table.isTextual()
                && check.known(file, pointer, "table", "tables", table.asText())
                && !check.table("tables")
                        .path(table.asText())
                        .path("kind")
                        .asText()
                        .equals("zip3")) {
            check.error(file, pointer, "table '" + table.asText() + "' is not of kind zip3");
        }
    }

    private static void formPreserving(Check check, YamlDocument file, String pointer, JsonNode params) {
        if (!check.features().fpe()) {
            check.error(
                    file,
                    pointer,
                    "'tokenise-fpe' is switched off: set protection.fpe.enabled in sluice.yaml once the patent note in "
                            + "docs/specs/rulebook.md is read, or use tokenise");
        }
        try {
            new FpeForm(
                    FpeForm.Alphabet.ofCode(params.path("alphabet").asText("digits"))
                            .orElseThrow(() -> new IllegalStateException("checked above")),
                    params.path("min-length").asInt(),
                    params.path("keep-first").asInt(0),
                    params.path("keep-last").asInt(0),
                    params.path("luhn").asBoolean(false));
        } catch (IllegalArgumentException e) {
            check.error(file, pointer, "'tokenise-fpe': " + e.getMessage());
        }
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>(KnownTransforms.names());
        for (TransformKind kind : TransformKind.values()) {
            names.add(kind.code());
        }
        return names;
    }
}
