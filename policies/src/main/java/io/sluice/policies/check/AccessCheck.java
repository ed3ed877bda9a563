package io.sluice.policies.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.policies.load.FileKind;
import io.sluice.policies.load.YamlDocument;
import java.util.Map;

/** {@code access.yaml}: readers of the audit log, groups of OpenID providers, and their grants. Stateless. */
final class AccessCheck {
    private AccessCheck() {}

    static void run(Check check) {
        for (YamlDocument file : check.files(FileKind.ACCESS)) {
            RoleHolders readers = RoleHolders.of(check, file, "reader");
            for (JsonNode issuer : file.json().path("groups")) {
                issuer.forEach(roles -> readers.roles().addAll(Check.texts(roles)));
            }
            for (Map.Entry<String, JsonNode> grant : file.json().path("grants").properties()) {
                String pointer = "/grants/" + YamlDocument.token(grant.getKey()) + "/roles";
                readers.require(check, file, pointer, grant.getValue().path("roles"));
            }
        }
    }
}
