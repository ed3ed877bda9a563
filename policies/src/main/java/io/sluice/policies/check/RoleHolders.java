package io.sluice.policies.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.policies.load.YamlDocument;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * People and programs of one file, and the roles that they hold.
 *
 * @param word what the file calls one of them, as {@code caller}
 * @param roles every role that somebody holds
 */
record RoleHolders(String word, Set<String> roles) {
    private static final String NOBODY = "unknown";

    /** Reads them; an id that stands for nobody and an identity of two are errors. @param word the member without its s */
    static RoleHolders of(Check check, YamlDocument file, String word) {
        Set<String> roles = new TreeSet<>();
        Map<String, String> identities = new HashMap<>();
        String member = "/" + word + "s/";
        for (Map.Entry<String, JsonNode> holder : file.json().path(word + "s").properties()) {
            roles.addAll(Check.texts(holder.getValue().path("roles")));
            if (holder.getKey().equals(NOBODY)) {
                check.error(
                        file,
                        member + NOBODY,
                        "'" + NOBODY + "' stands in entries for " + word
                                + "s that the rulebook does not know; choose another id");
            }
            int index = 0;
            for (JsonNode identity : holder.getValue().path("identities")) {
                String other = identities.put(identity.asText(), holder.getKey());
                if (other != null) {
                    check.error(
                            file,
                            member + holder.getKey() + "/identities/" + index,
                            "identity '" + identity.asText() + "' is that of " + word + " '" + other + "' too");
                }
                index++;
            }
        }
        return new RoleHolders(word, roles);
    }

    /** A role that nobody holds is a mistake. */
    void require(Check check, YamlDocument file, String pointer, JsonNode named) {
        int index = 0;
        for (JsonNode role : named) {
            if (!roles.contains(role.asText())) {
                check.error(
                        file,
                        pointer + "/" + index,
                        "no " + word + " has the role '" + role.asText() + "'; " + word + "s have "
                                + (roles.isEmpty() ? "none" : String.join(", ", roles)));
            }
            index++;
        }
    }
}
