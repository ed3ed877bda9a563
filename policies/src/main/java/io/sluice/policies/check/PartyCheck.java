package io.sluice.policies.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.policies.load.FileKind;
import io.sluice.policies.load.YamlDocument;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;

/** Purposes with their bases, recipients, producers. Stateless. */
final class PartyCheck {
    private PartyCheck() {}

    static void run(Check check) {
        check.files(FileKind.PURPOSES).forEach(file -> purpose(check, file));
        check.files(FileKind.RECIPIENTS).forEach(file -> recipient(check, file));
        producers(check);
    }

    private static void purpose(Check check, YamlDocument file) {
        JsonNode json = file.json();
        check.references(file, json.path("from"), "/from", "purpose", "purposes");
        if (!json.has("gdpr6") && !json.has("hipaa")) {
            check.error(
                    file, "/purpose", "the purpose has no basis: name gdpr6 (GDPR Art. 6(1)) or hipaa (a permission)");
        }
        String basis = json.path("gdpr6").path("basis").asText();
        if (basis.equals("A6-1-f") && !json.path("gdpr6").has("balancing")) {
            check.error(
                    file, "/gdpr6", "basis A6-1-f (legitimate interests) needs 'balancing', the reference of its test");
        }
        if (basis.equals("A6-1-a") != json.has("consent")) {
            check.error(
                    file,
                    "/gdpr6",
                    basis.equals("A6-1-a")
                            ? "basis A6-1-a (consent) needs 'consent' with its text and version (Art. 7(1))"
                            : "'consent' stands beside a basis that is not consent (A6-1-a)");
        }
        if (json.path("direct-marketing").asBoolean(false) && json.has("objection")) {
            check.error(file, "/objection", "an objection to direct marketing is absolute (Art. 21(3)): no exemption");
        }
        int index = 0;
        for (JsonNode exception : json.path("restriction").path("exceptions")) {
            check.known(
                    file,
                    "/restriction/exceptions/" + index++ + "/purpose",
                    "purpose",
                    "purposes",
                    exception.path("purpose").asText());
        }
    }

    private static void recipient(Check check, YamlDocument file) {
        JsonNode json = file.json();
        check.reference(file, "purpose", "purpose", "purposes");
        JsonNode until = json.path("agreement").path("until");
        try {
            if (until.isTextual()) {
                LocalDate.parse(until.asText());
            }
        } catch (DateTimeException e) {
            check.error(file, "/agreement/until", "'" + until.asText() + "' is no day of the calendar");
        }
        String role = json.path("role").asText();
        boolean free = role.equals("workforce") || role.equals("provider");
        if (!free && !json.has("agreement")) {
            check.error(file, "/role", "a " + role + " needs an 'agreement'; without one it gets nothing");
        }
        if (json.path("transfer").path("tool").asText().equals("A45-3")
                && !Check.texts(check.table("tables").path("countries").path("adequacy"))
                        .contains(json.path("country").asText())) {
            check.error(
                    file,
                    "/transfer/tool",
                    "tool A45-3 needs an adequacy decision, and tables/countries.yaml has none for "
                            + json.path("country").asText());
        }
    }

    private static void producers(Check check) {
        Map<String, String> identities = new HashMap<>();
        for (YamlDocument file : check.files(FileKind.PRODUCERS)) {
            JsonNode json = file.json();
            int index = 0;
            for (JsonNode identity : json.path("identities")) {
                String other =
                        identities.put(identity.asText(), json.path("producer").asText());
                if (other != null) {
                    check.error(
                            file,
                            "/identities/" + index,
                            "identity '" + identity.asText() + "' is that of producer '" + other + "' too");
                }
                index++;
            }
            check.references(file, json.path("choices"), "/choices", "controller", "controllers");
            for (Map.Entry<String, JsonNode> grant : json.path("datasets").properties()) {
                String pointer = "/datasets/" + YamlDocument.token(grant.getKey());
                if (check.known(file, pointer, "dataset", "datasets", grant.getKey())) {
                    purposes(check, file, pointer, grant.getKey(), grant.getValue());
                }
            }
            for (String dataset : Check.names(json.path("quota").path("datasets"))) {
                if (!json.path("datasets").has(dataset)) {
                    check.error(
                            file,
                            "/quota/datasets/" + YamlDocument.token(dataset),
                            "the quota is of dataset '" + dataset
                                    + "', which 'datasets' does not grant; remove it or grant the dataset");
                }
            }
        }
    }

    private static void purposes(Check check, YamlDocument file, String pointer, String dataset, JsonNode purposes) {
        var collected = Check.texts(check.table("datasets").path(dataset).path("purposes"));
        int index = 0;
        for (JsonNode purpose : purposes) {
            if (!collected.contains(purpose.asText())) {
                check.error(
                        file,
                        pointer + "/" + index,
                        "dataset '" + dataset + "' is not collected for '" + purpose.asText() + "', but for "
                                + String.join(", ", collected));
            }
            index++;
        }
    }
}
