package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.report.Report.Kind;
import io.sluice.core.audit.AuditEntry;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What people and rooms did, for the regular review of records of activity (45 CFR 164.308(a)(1)(ii)(D)). */
final class ActivityBody implements Body {
    private static final int MAX_DONE = 10_000;
    private static final int MAX_PLACES = 10;
    /** Acts that a reviewer has to judge one by one. */
    private static final Set<String> JUDGED = Set.of(
            "audit-refused",
            "admission-refused",
            "reveal-refused",
            "requeue-refused",
            "entry-refused",
            "policy-refused",
            "reprocess-accepted",
            "canary-returned",
            "value-revealed",
            "emergency-opened");

    private final SortedMap<Done, Times> acts = new TreeMap<>(Comparator.comparing(Done::toString));
    private final SortedMap<String, Times> outcomes = new TreeMap<>();
    private final SortedMap<String, List<Long>> judged = new TreeMap<>();
    private final SortedMap<String, Emergency> emergencies = new TreeMap<>();
    private final SortedMap<Reading, Long> read =
            new TreeMap<>(Comparator.comparing(Reading::reader).thenComparing(Reading::act));
    private long notListed;
    private long readNotListed;
    private @Nullable Instant heartbeat;
    private Duration silence = Duration.ZERO;
    private long silentBefore = -1;
    private final List<Long> steps = new ArrayList<>();
    private final List<Object[]> reviews = new ArrayList<>();
    private long moreReviews;
    private @Nullable Instant reviewed;
    private @Nullable Instant begin;

    private record Done(String code, String actor) {}

    private record Reading(String reader, String act) {}

    /** An access in an emergency. */
    private static final class Emergency {
        private long opened = -1;
        private String caller = "";
        private String reviewBy = "";
        private String reviewer = "";
        private String justified = "";
        private boolean overdue;
    }

    @Override
    public void take(long place, JsonNode entry) {
        if (begin == null) {
            begin = time(entry).orElse(null);
        }
        if (!entry.path("type").asText().equals(AuditEntry.ACT)) {
            outcomes.computeIfAbsent(entry.path("outcome").path("code").asText("?"), unused -> new Times())
                    .add(place, entry);
            return;
        }
        String code = entry.path("code").asText("?");
        Done done = new Done(code, entry.path("actor").asText("?"));
        if (acts.size() < MAX_DONE || acts.containsKey(done)) {
            acts.computeIfAbsent(done, unused -> new Times()).add(place, entry);
        } else {
            notListed++;
        }
        if (JUDGED.contains(code)) {
            List<Long> places = judged.computeIfAbsent(code, unused -> new ArrayList<>());
            if (places.size() < MAX_PLACES) {
                places.add(place);
            }
        }
        JsonNode detail = entry.path("detail");
        switch (code) {
            case "heartbeat" -> heartbeat(place, entry);
            case "emergency-opened", "emergency-reviewed" -> emergency(place, code, entry);
            case "audit-read" ->
                detail.path("acts")
                        .properties()
                        .forEach(act -> read(
                                new Reading(done.actor(), act.getKey()),
                                act.getValue().asLong()));
            case "activity-reviewed" -> review(place, entry);
            default -> {} // counted above
        }
    }

    private void read(Reading reading, long times) {
        if (read.size() < MAX_DONE || read.containsKey(reading)) {
            read.merge(reading, times, Long::sum);
        } else {
            readNotListed++;
        }
    }

    private void review(long place, JsonNode entry) {
        reviewed = time(entry).orElse(reviewed);
        JsonNode detail = entry.path("detail");
        if (reviews.size() >= Draft.MAX_ROWS) {
            moreReviews++;
            return;
        }
        long findings = 0;
        for (JsonNode count : detail.path("findings")) {
            findings += count.asLong();
        }
        reviews.add(new Object[] {
            entry.path("actor").asText(""),
            detail.path("reviewer").asText(""),
            detail.path("keySha256").asText(""),
            Times.of(entry),
            detail.path("log").path("size").asLong(),
            findings,
            place
        });
    }

    private static Optional<Instant> time(JsonNode entry) {
        try {
            return Optional.of(Instant.parse(Times.of(entry)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private void heartbeat(long place, JsonNode entry) {
        try {
            Instant time = Instant.parse(Times.of(entry));
            if (heartbeat != null) {
                Duration between = Duration.between(heartbeat, time);
                if (between.isNegative() && steps.size() < MAX_PLACES) {
                    steps.add(place);
                }
                if (between.compareTo(silence) > 0) {
                    silence = between;
                    silentBefore = place;
                }
            }
            heartbeat = time;
        } catch (DateTimeException e) {
            steps.add(place); // a heartbeat without a time is as bad as one of another time
        }
    }

    private void emergency(long place, String code, JsonNode entry) {
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

    @Override
    public void write(Draft draft) {
        findings(draft);
        if (reviewed != null) {
            draft.from(ReviewCadence.TERM, reviewed, "The last one of this window was entered at " + reviewed + ".");
        } else if (begin != null) {
            draft.from(
                    ReviewCadence.TERM,
                    begin,
                    "None was entered in this window; it counts from its first entry, at " + begin + ".");
        }
        Draft.Table did = draft.table("acts", "What was done", "Acts by code and by whom.")
                .column("code", "Act", Kind.CODE)
                .column("actor", "By", Kind.CODE)
                .column("count", "Times", Kind.NUMBER)
                .column("first", "First", Kind.TIME)
                .column("last", "Last", Kind.TIME)
                .column("entry", "First entry", Kind.ENTRY);
        acts.forEach((done, times) ->
                did.row(done.code(), done.actor(), times.count(), times.first(), times.last(), times.place()));
        did.more(notListed);
        Draft.Table records = draft.table("records", "What came of records", "")
                .column("outcome", "Outcome", Kind.CODE)
                .column("count", "Entries", Kind.NUMBER)
                .column("first", "First", Kind.TIME)
                .column("last", "Last", Kind.TIME);
        outcomes.forEach((code, times) -> records.row(code, times.count(), times.first(), times.last()));
        Draft.Table readers = draft.table("readers", "Who read the log", "Questions of readings that ended.")
                .column("reader", "Reader", Kind.CODE)
                .column("act", "Read", Kind.CODE)
                .column("count", "Times", Kind.NUMBER);
        read.forEach((reading, count) -> readers.row(reading.reader(), reading.act(), count));
        readers.more(readNotListed);
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
        Draft.Table signed = draft.table(
                        "reviews",
                        "Reviews that were signed",
                        "By ./sluice audit review --sign. Who wrote the entry is known by a certificate; the name is what the signer"
                                + " gave, and the key tells whose signature it is.")
                .column("actor", "Entered by", Kind.CODE)
                .column("reviewer", "Name given", Kind.CODE)
                .column("key", "SHA-256 of the key", Kind.CODE)
                .column("time", "Signed", Kind.TIME)
                .column("size", "Entries reviewed", Kind.NUMBER)
                .column("findings", "Findings", Kind.NUMBER)
                .column("entry", "Entry", Kind.ENTRY);
        reviews.forEach(signed::row);
        signed.more(moreReviews);
        draft.table("heartbeats", "Heartbeats", "The log says in each that nothing else happened.")
                .column("longest", "Longest silence, seconds", Kind.NUMBER)
                .column("entry", "Ended by entry", Kind.ENTRY)
                .row(silence.toSeconds(), silentBefore < 0 ? "" : (Object) silentBefore);
    }

    private void findings(Draft draft) {
        judged.forEach((code, places) -> draft.finding(code, code + ": " + count(code) + " to be judged.", places));
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
        Times quarantined = outcomes.get("quarantined");
        if (quarantined != null) {
            draft.finding(
                    "quarantined",
                    quarantined.count() + " records were quarantined for all recipients.",
                    List.of(quarantined.place()));
        }
        if (!steps.isEmpty()) {
            draft.finding("clock-step", "The time of heartbeats went back.", steps);
        }
    }

    private long count(String code) {
        return acts.entrySet().stream()
                .filter(done -> done.getKey().code().equals(code))
                .mapToLong(done -> done.getValue().count())
                .sum();
    }
}
