package io.sluice.policies.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.policies.load.FileKind;
import io.sluice.policies.load.YamlDocument;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** {@code reveal.yaml}: callers, grants, the emergency access and its review. Stateless. */
final class RevealCheck {
    private RevealCheck() {}

    static void run(Check check) {
        for (YamlDocument file : check.files(FileKind.REVEAL)) {
            RoleHolders callers = RoleHolders.of(check, file, "caller");
            for (Map.Entry<String, JsonNode> grant : file.json().path("grants").properties()) {
                scope(check, file, "/grants/" + YamlDocument.token(grant.getKey()), grant.getValue(), callers);
            }
            JsonNode emergency = file.json().path("emergency");
            if (emergency.isObject()) {
                scope(check, file, "/emergency", emergency, callers);
                callers.require(check, file, "/emergency/reviewers", emergency.path("reviewers"));
                reviewed(check, file, emergency);
            }
        }
    }

    private static void scope(Check check, YamlDocument file, String pointer, JsonNode grant, RoleHolders callers) {
        callers.require(check, file, pointer + "/roles", grant.path("roles"));
        check.references(file, grant.path("purposes"), pointer + "/purposes", "purpose", "purposes");
        check.references(file, grant.path("datasets"), pointer + "/datasets", "dataset", "datasets");
        check.references(file, grant.path("classes"), pointer + "/classes", "class", "classes");
        Set<String> released = new TreeSet<>();
        check.table("recipients")
                .forEach(recipient -> released.add(recipient.path("purpose").asText()));
        int index = 0;
        for (JsonNode purpose : grant.path("released-for")) {
            if (!released.contains(purpose.asText())) {
                check.error(
                        file,
                        pointer + "/released-for/" + index,
                        "no recipient gets views for '" + purpose.asText() + "'; recipients do for "
                                + String.join(", ", released));
            }
            index++;
        }
        lawful(check, file, pointer, grant);
    }

    /** A grant that could never reveal anything is a mistake. */
    private static void lawful(Check check, YamlDocument file, String pointer, JsonNode grant) {
        int index = 0;
        for (JsonNode id : grant.path("purposes")) {
            JsonNode purpose = check.table("purposes").path(id.asText());
            for (JsonNode dataset : grant.path("datasets")) {
                List<String> laws = Check.texts(
                        check.table("datasets").path(dataset.asText()).path("regimes"));
                String lacks = lacks(laws, purpose);
                if (purpose.isObject() && !lacks.isEmpty()) {
                    check.error(
                            file,
                            pointer + "/purposes/" + index,
                            "nothing of dataset '" + dataset.asText() + "' may be revealed for '" + id.asText() + "': "
                                    + lacks);
                }
            }
            index++;
        }
    }

    private static String lacks(List<String> laws, JsonNode purpose) {
        if (laws.contains("gdpr") && !purpose.path("gdpr6").has("basis")) {
            return "the purpose has no basis of GDPR Art. 6(1)";
        }
        if (laws.contains("hipaa") && !purpose.path("hipaa").has("permission")) {
            return "the purpose has no HIPAA permission (45 CFR 164.502(a))";
        }
        boolean identified = laws.contains("hipaa")
                && purpose.path("hipaa").path("requires").asText().equals("de-identified");
        return identified ? "the purpose is for de-identified records only (45 CFR 164.502(d)(2))" : "";
    }

    /** Nobody reviews what they opened, so whoever may open needs somebody else who may review. */
    private static void reviewed(Check check, YamlDocument file, JsonNode emergency) {
        Set<String> reviewers = holders(file, emergency.path("reviewers"));
        for (String opener : holders(file, emergency.path("roles"))) {
            if (reviewers.equals(Set.of(opener))) {
                check.error(
                        file,
                        "/emergency/reviewers",
                        "'" + opener + "' may open an emergency access and is the only one who may review it;"
                                + " nobody reviews their own");
            }
        }
    }

    private static Set<String> holders(YamlDocument file, JsonNode named) {
        List<String> roles = Check.texts(named);
        Set<String> holders = new TreeSet<>();
        for (Map.Entry<String, JsonNode> caller : file.json().path("callers").properties()) {
            if (Check.texts(caller.getValue().path("roles")).stream().anyMatch(roles::contains)) {
                holders.add(caller.getKey());
            }
        }
        return holders;
    }
}
