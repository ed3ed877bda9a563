package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.report.Report.Kind;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Accesses in emergencies, each with its review (45 CFR 164.312(a)(2)(ii)). For one report and one thread. */
final class EmergencyAccesses {
    private final SortedMap<String, Emergency> emergencies = new TreeMap<>();

    private static final class Emergency {
        private long opened = -1;
        private String caller = "";
        private String reviewBy = "";
        private String reviewer = "";
        private String justified = "";
        private boolean overdue;
    }

    /** Takes an act that opened one, or that reviewed one. */
    void take(long place, String code, JsonNode entry) {
        JsonNode said = entry.path("detail").path("emergency");
        Emergency emergency =
                emergencies.computeIfAbsent(said.path("id").asText(said.asText("?")), unused -> new Emergency());
        if (code.equals("emergency-opened")) {
            emergency.opened = place;
            emergency.caller = entry.path("actor").asText("");
            emergency.reviewBy = said.path("reviewBy").asText("");
        } else {
            emergency.reviewer =
                    said.path("reviewer").asText(entry.path("actor").asText(""));
            emergency.justified = said.path("justified").asBoolean() ? "justified" : "not justified";
            emergency.overdue = said.path("overdue").asBoolean();
        }
    }

    /** What is not reviewed, was reviewed late, or was not justified. */
    void findings(Draft draft) {
        for (Emergency one : emergencies.values()) {
            List<Long> at = one.opened < 0 ? List.of() : List.of(one.opened);
            if (one.reviewer.isEmpty()) {
                draft.finding(
                        "review-missing",
                        "The emergency access of " + one.caller + " has no review; due by " + one.reviewBy + ".",
                        at);
            } else if (one.overdue || one.justified.startsWith("not")) {
                draft.finding(
                        "emergency",
                        "The emergency access of " + one.caller + " was found " + one.justified + " by " + one.reviewer
                                + (one.overdue ? ", late." : "."),
                        at);
            }
        }
    }

    /** All of them. */
    void write(Draft draft) {
        Draft.Table accesses = draft.table("emergencies", "Emergency accesses", "45 CFR 164.312(a)(2)(ii).")
                .column("caller", "Caller", Kind.CODE)
                .column("reviewBy", "Review due", Kind.TIME)
                .column("reviewer", "Reviewed by", Kind.CODE)
                .column("justified", "Found", Kind.TEXT)
                .column("state", "State", Kind.STATE)
                .column("entry", "Entry", Kind.ENTRY);
        emergencies.forEach((id, one) -> accesses.row(
                one.caller,
                one.reviewBy,
                one.reviewer,
                one.justified,
                one.reviewer.isEmpty() ? "open" : "closed",
                one.opened < 0 ? "" : (Object) one.opened));
    }
}
