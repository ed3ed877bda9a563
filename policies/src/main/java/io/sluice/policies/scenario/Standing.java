package io.sluice.policies.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What the subject of a scenario has chosen so far, as the protect job keeps it. Not thread-safe. */
public final class Standing {
    private final TreeSet<String> consents = new TreeSet<>();
    private final TreeSet<String> objections = new TreeSet<>();
    private final TreeSet<String> restrictions = new TreeSet<>();

    /** A withdrawal takes a consent back, the others stand. */
    void choose(JsonNode choice) {
        List<String> purposes = new ArrayList<>();
        choice.path("purposes").forEach(purpose -> purposes.add(purpose.asText()));
        List<String> orAll = purposes.isEmpty() ? List.of("*") : purposes;
        switch (choice.path("kind").asText()) {
            case "consent" -> consents.addAll(purposes);
            case "withdrawal" -> purposes.forEach(consents::remove);
            case "objection" -> objections.addAll(orAll);
            default -> restrictions.addAll(orAll);
        }
    }

    /** Purposes consented to, sorted. */
    public List<String> consents() {
        return List.copyOf(consents);
    }

    /** Purposes objected to, sorted; {@code *} for all. */
    public List<String> objections() {
        return List.copyOf(objections);
    }

    /** Purposes restricted, sorted; {@code *} for all. */
    public List<String> restrictions() {
        return List.copyOf(restrictions);
    }
}
