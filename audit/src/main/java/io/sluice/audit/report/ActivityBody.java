package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.report.Report.Kind;
import io.sluice.core.audit.AuditEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
    private final SortedMap<Reading, Long> read =
            new TreeMap<>(Comparator.comparing(Reading::reader).thenComparing(Reading::act));
    private long notListed;
    private long readNotListed;
    private final EmergencyAccesses emergencies = new EmergencyAccesses();
    private final Heartbeats heartbeats = new Heartbeats();
    private final SignedReviews reviews = new SignedReviews();
    private @Nullable Instant begin;

    private record Done(String code, String actor) {}

    private record Reading(String reader, String act) {}

    @Override
    public void take(long place, JsonNode entry) {
        if (begin == null) {
            begin = Times.instant(entry).orElse(null);
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
            case "heartbeat" -> heartbeats.take(place, entry);
            case "emergency-opened", "emergency-reviewed" -> emergencies.take(place, code, entry);
            case "audit-read" ->
                detail.path("acts")
                        .properties()
                        .forEach(act -> read(
                                new Reading(done.actor(), act.getKey()),
                                act.getValue().asLong()));
            case "activity-reviewed" -> reviews.take(place, entry);
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

    @Override
    public void write(Draft draft) {
        findings(draft);
        reviews.due(draft, begin);
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
        emergencies.write(draft);
        reviews.write(draft);
        heartbeats.write(draft);
    }

    private void findings(Draft draft) {
        judged.forEach((code, places) -> draft.finding(code, code + ": " + count(code) + " to be judged.", places));
        emergencies.findings(draft);
        Times quarantined = outcomes.get("quarantined");
        if (quarantined != null) {
            draft.finding(
                    "quarantined",
                    quarantined.count() + " records were quarantined for all recipients.",
                    List.of(quarantined.place()));
        }
        heartbeats.findings(draft);
    }

    private long count(String code) {
        return acts.entrySet().stream()
                .filter(done -> done.getKey().code().equals(code))
                .mapToLong(done -> done.getValue().count())
                .sum();
    }
}
