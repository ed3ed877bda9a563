package io.sluice.policies.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.rulebook.TransformKind;
import io.sluice.policies.load.FileKind;
import io.sluice.policies.load.YamlDocument;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Transforms that do not go with what they are used on: few values without a key that the KMS holds, no subject, a domain
 * that would not join or that would join what must not be joined. Stateless.
 */
final class PairCheck {
    private PairCheck() {}

    /** One rule of a protection on some classes. */
    static void rule(
            Check check, YamlDocument file, String pointer, JsonNode protection, List<String> classes, JsonNode spec) {
        Optional<TransformKind> kind = TransformCheck.kind(spec);
        if (kind.isEmpty()) {
            return;
        }
        if (kind.get().enumerable() && !spec.path("params").path("key").asText().equals("kms")) {
            fewValues(check, classes)
                    .ifPresent(id -> check.error(
                            file,
                            pointer,
                            "class " + id + " has few values, and whoever has the key of '"
                                    + spec.path("transform").asText()
                                    + "' can try them all: add key: kms, which has the KMS hold a key for this domain "
                                    + "alone, or use pseudonymise"));
        }
        if (kind.get().needsSubject() || TransformCheck.underSubjectKey(spec)) {
            subjects(check, file, pointer, protection, spec);
        }
    }

    /** The first class of those, or below one of those, whose values can be enumerated. */
    private static Optional<String> fewValues(Check check, List<String> classes) {
        return Check.names(check.table("classes")).stream()
                .filter(id ->
                        check.table("classes").path(id).path("low-entropy").asBoolean(false))
                .filter(id -> Check.texts(check.table("classes").path(id).path("ancestors")).stream()
                        .anyMatch(classes::contains))
                .sorted()
                .findFirst();
    }

    private static void subjects(Check check, YamlDocument file, String pointer, JsonNode protection, JsonNode spec) {
        for (String dataset : Check.texts(protection.path("datasets"))) {
            JsonNode known = check.table("datasets").path(dataset);
            if (known.isObject() && known.path("subjects").isEmpty()) {
                check.error(
                        file,
                        pointer,
                        "'" + spec.path("transform").asText() + "' is made for each subject, and dataset '" + dataset
                                + "' has none");
            }
        }
    }

    /** What makes the results of a domain: rules that differ here do not join. */
    private record Made(int epoch, String key) {}

    /** What the rules of one domain must agree on, in whichever protection they stand. */
    static void domains(Check check) {
        Map<String, Made> made = new HashMap<>();
        Map<String, String> recipients = new HashMap<>();
        Set<String> closed = new HashSet<>();
        each(check, (file, pointer, protection, spec) -> {
            if (isCode(spec) && deidentifies(check, protection)) {
                closed.add(domain(spec));
            }
        });
        each(check, (file, pointer, protection, spec) -> {
            oneKey(check, file, pointer, spec, made);
            if (isCode(spec) && closed.contains(domain(spec))) {
                oneRecipient(check, file, pointer, protection, spec, recipients);
            }
        });
    }

    /** Takes one rule of a protection. */
    private interface EachRule {
        void take(YamlDocument file, String pointer, JsonNode protection, JsonNode spec);
    }

    private static void each(Check check, EachRule rules) {
        for (YamlDocument file : check.files(FileKind.PROTECTIONS)) {
            JsonNode protection = check.table("protections")
                    .path(file.json().path("protection").asText());
            for (String part : List.of("classes", "fields")) {
                for (Map.Entry<String, JsonNode> rule : protection.path(part).properties()) {
                    rules.take(file, "/" + part + "/" + YamlDocument.token(rule.getKey()), protection, rule.getValue());
                }
            }
        }
    }

    private static void oneKey(Check check, YamlDocument file, String pointer, JsonNode spec, Map<String, Made> all) {
        JsonNode params = spec.path("params");
        Made said = new Made(params.path("epoch").asInt(1), params.path("key").asText("ring"));
        Made other = all.putIfAbsent(spec.path("transform").asText() + " " + domain(spec), said);
        if (!domain(spec).isEmpty() && other != null && !other.equals(said)) {
            check.error(
                    file,
                    pointer,
                    "another rule gives the domain '" + domain(spec) + "' of '"
                            + spec.path("transform").asText()
                            + "' another epoch or key: what it makes would not join with what this one makes");
        }
    }

    /** Who shares the codes of a de-identified view can join what each of them got. */
    private static void oneRecipient(
            Check check,
            YamlDocument file,
            String pointer,
            JsonNode protection,
            JsonNode spec,
            Map<String, String> recipients) {
        String recipient = protection.path("recipient").asText();
        String other = recipients.putIfAbsent(domain(spec), recipient);
        if (other != null && !other.equals(recipient)) {
            check.error(
                    file,
                    pointer,
                    "the domain '" + domain(spec) + "' of 'pseudonymise' is that of recipient '" + other
                            + "' too, and a profile of one of them de-identifies: two who share codes can join what "
                            + "each of them got (45 CFR 164.514(c)); name another domain");
        }
    }

    private static boolean isCode(JsonNode spec) {
        return TransformCheck.kind(spec)
                .filter(kind -> kind == TransformKind.PSEUDONYMISE)
                .isPresent();
    }

    private static boolean deidentifies(Check check, JsonNode protection) {
        return check.table("profiles")
                .path(protection.path("profile").asText())
                .path("de-identifies")
                .asBoolean(false);
    }

    private static String domain(JsonNode spec) {
        return spec.path("params").path("domain").asText();
    }
}
