package io.sluice.audit.prune;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.audit.ActEntry;
import io.sluice.core.audit.LegalHold;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The legal holds that the log knows, by the references of the subjects that are held. */
final class StandingHolds {
    private final Map<String, LegalHold> holds = new TreeMap<>();

    /** Takes up an act that sets or releases one; anything else is passed over. */
    void add(JsonNode entry) {
        String code = entry.path("code").asText("");
        JsonNode detail = entry.path("detail");
        String subject = detail.path("subject").asText("");
        if (code.equals(ActEntry.Code.LEGAL_HOLD_SET.code())) {
            holds.put(subject, LegalHold.of(detail.path("hold")));
        } else if (code.equals(ActEntry.Code.LEGAL_HOLD_RELEASED.code())) {
            holds.remove(subject);
        }
    }

    /** Subjects that are held at that time. */
    Set<String> at(Instant time) {
        Set<String> subjects = new TreeSet<>();
        holds.forEach((subject, hold) -> {
            if (hold.holdsAt(time)) {
                subjects.add(subject);
            }
        });
        return subjects;
    }
}
