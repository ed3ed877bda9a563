package io.sluice.policies.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.rulebook.TransformKind;
import io.sluice.core.rulebook.TransformSpec;
import io.sluice.policies.load.FileKind;
import io.sluice.policies.load.Similar;
import io.sluice.policies.load.YamlDocument;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Profiles, and protections under them: known classes, permitted transforms, rules that contradict. Stateless. */
final class ProtectionCheck {
    private ProtectionCheck() {}

    static void run(Check check) {
        check.files(FileKind.PROFILES).forEach(file -> profile(check, file));
        for (YamlDocument file : check.files(FileKind.PROTECTIONS)) {
            check.reference(file, "recipient", "recipient", "recipients");
            check.reference(file, "profile", "profile", "profiles");
            check.references(file, file.json().path("datasets"), "/datasets", "dataset", "datasets");
            rules(check, file);
        }
    }

    private static void profile(Check check, YamlDocument file) {
        for (Map.Entry<String, JsonNode> allow : file.json().path("allow").properties()) {
            String pointer = "/allow/" + allow.getKey();
            check.known(file, pointer, "class", "classes", allow.getKey());
            for (String name : Check.texts(allow.getValue())) {
                Optional<TransformSpec> spec = TransformSpec.parse(name, new TreeMap<>());
                if (!TransformCheck.known(name)) {
                    check.error(file, pointer, TransformCheck.unknown(name));
                } else if (file.json().path("de-identifies").asBoolean(false)
                        && spec.filter(found -> found.kind() == TransformKind.DATE_SHIFT)
                                .isPresent()) {
                    check.error(
                            file,
                            pointer,
                            "'date-shift' leaves month and day, and of a date only the year may stay: "
                                    + "45 CFR 164.514(b)(2)(i)(C)");
                } else if (file.json().path("de-identifies").asBoolean(false)
                        && spec.filter(TransformSpec::looksInside).isPresent()) {
                    check.error(
                            file,
                            pointer,
                            "'" + name
                                    + "' masks the identifiers that are known or have a known form and leaves the rest "
                                    + "of a text: that de-identifies nothing (45 CFR 164.514(b)(2)); use redact or drop");
                } else if (file.json().path("de-identifies").asBoolean(false)
                        && spec.filter(ProtectionCheck::reversesOrDerives).isPresent()) {
                    check.error(
                            file,
                            pointer,
                            "'" + name + "' is derived from the person's data or can be undone: "
                                    + "45 CFR 164.514(c) forbids that of a de-identified record");
                }
            }
        }
    }

    /** Generalising derives too, but that is what Safe Harbor asks for; a token or a ciphertext is a code. */
    private static boolean reversesOrDerives(TransformSpec spec) {
        return switch (spec.kind()) {
            case TOKENISE, TOKENISE_FPE, ENCRYPT, ENCRYPT_DETERMINISTIC, DATE_SHIFT, MASK -> true;
            case KEEP, GENERALISE, PSEUDONYMISE, REDACT, DROP -> false;
        };
    }

    private static void rules(Check check, YamlDocument file) {
        String id = file.json().path("protection").asText();
        JsonNode protection = check.table("protections").path(id);
        for (Map.Entry<String, JsonNode> rule : protection.path("classes").properties()) {
            String pointer = "/classes/" + rule.getKey();
            if (check.known(file, pointer, "class", "classes", rule.getKey())
                    && TransformCheck.rule(check, file, pointer, rule.getValue())) {
                permitted(check, file, pointer, protection, List.of(rule.getKey()), rule.getValue());
                freeText(check, file, pointer, List.of(rule.getKey()), rule.getValue());
                PairCheck.rule(check, file, pointer, protection, List.of(rule.getKey()), rule.getValue());
                shadowed(check, file, pointer, protection, rule.getKey(), rule.getValue());
            }
        }
        for (Map.Entry<String, JsonNode> rule : protection.path("fields").properties()) {
            String pointer = "/fields/" + YamlDocument.token(rule.getKey());
            if (TransformCheck.rule(check, file, pointer, rule.getValue())) {
                field(check, file, pointer, protection, rule.getKey(), rule.getValue());
            }
        }
    }

    private static void field(
            Check check, YamlDocument file, String pointer, JsonNode protection, String pattern, JsonNode spec) {
        List<String> known = new ArrayList<>();
        boolean declared = false;
        for (String dataset : Check.texts(protection.path("datasets"))) {
            JsonNode fields = check.table("datasets").path(dataset).path("fields");
            known.addAll(Check.names(fields));
            if (fields.has(pattern)) {
                declared = true;
                permitted(check, file, pointer, protection, Check.texts(fields.path(pattern)), spec);
                freeText(check, file, pointer, Check.texts(fields.path(pattern)), spec);
                PairCheck.rule(check, file, pointer, protection, Check.texts(fields.path(pattern)), spec);
            }
        }
        if (!declared) {
            check.error(
                    file, pointer, "none of its datasets declares the field " + pattern + Similar.hint(pattern, known));
        }
    }

    private static void permitted(
            Check check, YamlDocument file, String pointer, JsonNode protection, List<String> classes, JsonNode spec) {
        String profile = protection.path("profile").asText("");
        String name = spec.path("transform").asText();
        JsonNode allow = check.table("profiles").path(profile).path("allow");
        if (profile.isEmpty() || name.equals("redact") || name.equals("drop")) {
            return;
        }
        for (String id : classes) {
            List<String> allowed = Check.texts(check.table("classes").path(id).path("ancestors")).stream()
                    .filter(allow::has)
                    .findFirst()
                    .map(nearest -> Check.texts(allow.path(nearest)))
                    .orElse(List.of());
            if (!allowed.contains(name)) {
                check.error(
                        file,
                        pointer,
                        "profile '" + profile + "' does not allow '" + name + "' for class " + id + ", but "
                                + (allowed.isEmpty() ? "only redact and drop" : String.join(", ", allowed))
                                + " ("
                                + check.table("profiles")
                                        .path(profile)
                                        .path("clause")
                                        .asText() + ")");
            }
        }
    }

    /**
     * A word that somebody chose for a code may be opened; a text about somebody only by what looks inside, and what looks
     * inside has nothing to look for in a value that is no text.
     */
    private static void freeText(Check check, YamlDocument file, String pointer, List<String> classes, JsonNode spec) {
        boolean closes = TransformCheck.kind(spec)
                .filter(kind -> kind.compareTo(TransformKind.ENCRYPT) >= 0)
                .isPresent();
        boolean looksInside = TransformSpec.parse(spec.path("transform").asText(), new TreeMap<>())
                .filter(TransformSpec::looksInside)
                .isPresent();
        boolean anyText = false;
        for (String id : classes) {
            JsonNode about = check.table("classes").path(id);
            boolean text = about.path("free-text").asBoolean(false);
            anyText |= text;
            if (!closes && !looksInside && text && about.path("kind").asText().equals("direct-identifier")) {
                check.error(
                        file,
                        pointer,
                        "class " + id + " is free text, which may hold anything about anybody: use mask.identifiers, "
                                + "which looks inside, or encrypt, redact or drop");
            }
        }
        if (looksInside && !anyText) {
            check.error(
                    file,
                    pointer,
                    "'mask.identifiers' looks inside free text, and " + String.join(", ", classes)
                            + " is none; use mask");
        }
    }

    /** The strictest wins: a milder rule on a child does nothing, an equal kind with other parameters contradicts. */
    private static void shadowed(
            Check check, YamlDocument file, String pointer, JsonNode protection, String id, JsonNode spec) {
        for (String ancestor : Check.texts(check.table("classes").path(id).path("ancestors"))) {
            JsonNode other = protection.path("classes").path(ancestor);
            if (ancestor.equals(id) || other.isMissingNode()) {
                continue;
            }
            int order = TransformCheck.kind(other).map(Enum::ordinal).orElse(99)
                    - TransformCheck.kind(spec).map(Enum::ordinal).orElse(99);
            if (order > 0) {
                check.warning(
                        file,
                        pointer,
                        "the rule does nothing: '" + other.path("transform").asText() + "' of its parent " + ancestor
                                + " is stricter");
            } else if (order == 0 && !other.equals(spec)) {
                check.error(
                        file,
                        pointer,
                        "contradicts the rule of its parent " + ancestor + ": '"
                                + spec.path("transform").asText() + "' with other parameters");
            }
        }
    }

    /** Two protections of one recipient that name one class of one dataset with equal kind and other parameters. */
    static void contradictions(Check check) {
        Map<String, JsonNode> seen = new HashMap<>();
        for (YamlDocument file : check.files(FileKind.PROTECTIONS)) {
            JsonNode protection = check.table("protections")
                    .path(file.json().path("protection").asText());
            for (String dataset : Check.texts(protection.path("datasets"))) {
                for (String part : List.of("classes", "fields")) {
                    for (Map.Entry<String, JsonNode> rule :
                            protection.path(part).properties()) {
                        JsonNode other = seen.put(
                                protection.path("recipient").asText() + "|" + dataset + "|" + rule.getKey(),
                                rule.getValue());
                        if (other != null
                                && !other.equals(rule.getValue())
                                && TransformCheck.kind(other).equals(TransformCheck.kind(rule.getValue()))) {
                            check.error(
                                    file,
                                    "/" + part + "/" + YamlDocument.token(rule.getKey()),
                                    "another protection of '"
                                            + protection.path("recipient").asText() + "' for dataset '" + dataset
                                            + "' gives the same transform other parameters");
                        }
                    }
                }
            }
        }
    }
}
