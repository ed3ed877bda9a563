package io.sluice.policies.approve;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who may approve, and how many of them it takes. Immutable.
 *
 * @param required how many different officers a revision needs
 * @param officers keys by officer id; empty means that the pinned trust root goes on deciding
 */
public record Approvers(int required, SortedMap<String, OfficerPublicKey> officers) {
    public Approvers {
        officers = Collections.unmodifiableSortedMap(new TreeMap<>(officers));
        if (required < 1 || !officers.isEmpty() && required > officers.size()) {
            throw new IllegalArgumentException("approvals required must be 1 to the number of officers");
        }
    }

    /** One officer, whose approval is enough. */
    public static Approvers only(OfficerKey key) {
        SortedMap<String, OfficerPublicKey> officers = new TreeMap<>();
        officers.put(key.officer(), key.publicKey());
        return new Approvers(1, officers);
    }

    /** Reads {@code approvers.yaml} in its JSON form. @throws IllegalArgumentException if it is malformed */
    public static Approvers of(JsonNode json) {
        SortedMap<String, OfficerPublicKey> officers = new TreeMap<>();
        for (JsonNode officer : json.path("officers")) {
            String id = officer.path("id").asText();
            if (officers.put(id, OfficerPublicKey.ofBase64(officer.path("key").asText())) != null) {
                throw new IllegalArgumentException("officer " + id + " stands twice");
            }
        }
        if (officers.values().stream().distinct().count() != officers.size()) {
            throw new IllegalArgumentException("two officers share a key");
        }
        return new Approvers(json.path("required").asInt(), officers);
    }
}
