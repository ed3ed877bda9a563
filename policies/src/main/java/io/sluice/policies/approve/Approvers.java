package io.sluice.policies.approve;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who may approve, and how many of them it takes. Immutable.
 *
 * @param required how many different officers a revision needs
 * @param officers keys by officer id; empty means that the pinned trust root goes on deciding
 * @param dpos those of them who hold the role {@code dpo}: one of them approves what opens a special category
 * @param alone development: one officer may write, approve and activate a revision, whatever it opens
 */
public record Approvers(
        int required, SortedMap<String, OfficerPublicKey> officers, SortedSet<String> dpos, boolean alone) {
    /** The role of a data protection officer (GDPR Art. 37). */
    public static final String DPO = "dpo";

    public Approvers {
        officers = Collections.unmodifiableSortedMap(new TreeMap<>(officers));
        dpos = Collections.unmodifiableSortedSet(new TreeSet<>(dpos));
        if (required < 1 || !officers.isEmpty() && required > officers.size()) {
            throw new IllegalArgumentException("approvals required must be 1 to the number of officers");
        }
        if (!officers.keySet().containsAll(dpos)) {
            throw new IllegalArgumentException("the role " + DPO + " is that of an officer");
        }
        if (alone && officers.size() != 1) {
            throw new IllegalArgumentException("only one officer is alone");
        }
    }

    /** Several officers. */
    public Approvers(int required, SortedMap<String, OfficerPublicKey> officers, Set<String> dpos) {
        this(required, officers, new TreeSet<>(dpos), false);
    }

    /** Development: one officer, who is enough for everything. Only a pinned trust root can say so. */
    public static Approvers only(OfficerKey key) {
        return only(key.officer(), key.publicKey());
    }

    /** The same of the public half. */
    public static Approvers only(String officer, OfficerPublicKey key) {
        SortedMap<String, OfficerPublicKey> officers = new TreeMap<>();
        officers.put(officer, key);
        return new Approvers(1, officers, new TreeSet<>(), true);
    }

    /** Reads {@code approvers.yaml} in its JSON form. @throws IllegalArgumentException if it is malformed */
    public static Approvers of(JsonNode json) {
        SortedMap<String, OfficerPublicKey> officers = new TreeMap<>();
        Set<String> dpos = new TreeSet<>();
        for (JsonNode officer : json.path("officers")) {
            String id = officer.path("id").asText();
            if (officers.put(id, OfficerPublicKey.ofBase64(officer.path("key").asText())) != null) {
                throw new IllegalArgumentException("officer " + id + " stands twice");
            }
            if (officer.path("role").asText().equals(DPO)) {
                dpos.add(id);
            }
        }
        if (officers.values().stream().distinct().count() != officers.size()) {
            throw new IllegalArgumentException("two officers share a key");
        }
        return new Approvers(json.path("required").asInt(), officers, dpos);
    }

    /**
     * What a revision lacks to be approved.
     *
     * @param approvedBy the officers whose approval verifies
     * @param author the officer who is known to have written it; null where nobody is
     * @param opensSpecial whether it opens something of a special category
     * @return nothing where it is approved
     */
    public List<String> missing(List<String> approvedBy, @Nullable String author, boolean opensSpecial) {
        List<String> missing = new ArrayList<>();
        if (approvedBy.size() < required) {
            missing.add("it has " + approvedBy.size() + " of " + required + " approvals that it needs");
        }
        if (alone) {
            return missing;
        }
        if (author == null && approvedBy.size() < 2) {
            missing.add("it names no author among the officers, so that it takes two of them to know that somebody"
                    + " else has looked (policy build --author)");
        } else if (author != null && approvedBy.stream().allMatch(author::equals)) {
            missing.add("its author, " + author + ", cannot be the only one who approves it");
        }
        if (opensSpecial && approvedBy.stream().noneMatch(dpos::contains)) {
            missing.add("it opens a special category, so that an officer of the role " + DPO + " has to approve it: "
                    + (dpos.isEmpty() ? "the revision in force names none" : String.join(", ", dpos)));
        }
        return missing;
    }
}
