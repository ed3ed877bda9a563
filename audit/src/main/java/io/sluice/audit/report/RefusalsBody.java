package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.report.Report.Kind;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the gateway refused: by producer and reason, and day by day. An entry tells of a minute, with a count: its day is the minute's. */
final class RefusalsBody implements Body {
    /** Rows of days, producers and reasons that are kept; of more the latest. */
    static final int MAX_KEPT = 100_000;

    private static final int DATE_CHARS = "2026-03-01".length();

    private final SortedMap<Refused, Counted> refused =
            new TreeMap<>(Comparator.comparing(Refused::producer).thenComparing(Refused::reason));
    private final SortedMap<String, Long> days = new TreeMap<>(Comparator.reverseOrder());
    private final SortedMap<Daily, Long> daily = new TreeMap<>(Comparator.comparing(Daily::day)
            .reversed()
            .thenComparing(Daily::producer)
            .thenComparing(Daily::reason));
    private long notListed;

    private record Refused(String producer, String reason) {}

    private record Daily(String day, String producer, String reason) {}

    private static final class Counted {
        private final Times times = new Times();
        private long events;
    }

    @Override
    public void take(long place, JsonNode entry) {
        String producer = entry.path("actor").asText("?");
        String reason = entry.path("detail").path("code").asText("?");
        long count = Math.max(1, entry.path("detail").path("count").asLong(1));
        String time = entry.path("detail").path("minute").asText(Times.of(entry)); // it is written later
        String day = time.length() < DATE_CHARS ? "?" : time.substring(0, DATE_CHARS);
        Daily one = new Daily(day, producer, reason);
        days.merge(day, count, Long::sum);
        daily.merge(one, count, Long::sum);
        if (daily.size() > MAX_KEPT) {
            daily.remove(daily.lastKey()); // the oldest
            notListed++;
        }
        Counted counted = refused.computeIfAbsent(new Refused(producer, reason), unused -> new Counted());
        counted.times.add(place, time);
        counted.events += count;
    }

    @Override
    public void write(Draft draft) {
        Draft.Table reasons = draft.table("reasons", "By producer and reason", "")
                .column("producer", "Producer", Kind.CODE)
                .column("reason", "Reason", Kind.CODE)
                .column("refused", "Refused", Kind.NUMBER)
                .column("first", "First", Kind.TIME)
                .column("last", "Last", Kind.TIME)
                .column("entry", "First entry", Kind.ENTRY);
        refused.forEach((who, counted) -> reasons.row(
                who.producer(),
                who.reason(),
                counted.events,
                counted.times.first(),
                counted.times.last(),
                counted.times.place()));
        Draft.Table trend = draft.table(
                        "days",
                        "Day by day",
                        "Days of UTC, the latest first; a day between two that are listed had none.")
                .column("day", "Day", Kind.TEXT)
                .column("refused", "Refused", Kind.BAR);
        days.forEach(trend::row);
        Draft.Table each = draft.table("daily", "Producer and reason, day by day", "The latest day first.")
                .column("day", "Day", Kind.TEXT)
                .column("producer", "Producer", Kind.CODE)
                .column("reason", "Reason", Kind.CODE)
                .column("refused", "Refused", Kind.BAR);
        daily.forEach((one, count) -> each.row(one.day(), one.producer(), one.reason(), count));
        each.more(notListed);
    }
}
