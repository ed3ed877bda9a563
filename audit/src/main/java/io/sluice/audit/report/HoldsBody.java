package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.query.QueryFilter;
import io.sluice.audit.query.QueryPage;
import io.sluice.audit.report.Report.Kind;
import io.sluice.core.audit.LegalHold;
import io.sluice.core.rulebook.Dataset;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Subjects under a legal hold, and what there is of them past its retention. It is shown acts of holds and of erasures. */
final class HoldsBody implements Body {
    private final PolicyAtHand policies;
    private final Finder finder;
    private final @Nullable Instant now;
    private final SortedMap<String, Held> held = new TreeMap<>();

    private static final class Held {
        private @Nullable LegalHold hold;
        private long set = -1;
        private long released = -1;
        /** The newest act that says that an erasure waits, and that it was ended. */
        private long waits = -1;

        private long erased = -1;
    }

    /** @param last when the last entry was recorded; what the question counts by goes before */
    HoldsBody(ReportQuestion question, PolicyAtHand policies, Finder finder, @Nullable Instant last) {
        this.policies = policies;
        this.finder = finder;
        this.now = question.time(Parameter.CLOCK).orElse(last);
    }

    @Override
    public void take(long place, JsonNode entry) {
        JsonNode detail = entry.path("detail");
        Held one = held.computeIfAbsent(detail.path("subject").asText("?"), unused -> new Held());
        switch (entry.path("code").asText("")) {
            case "legal-hold-set" -> {
                one.set = place;
                one.hold = hold(detail.path("hold"));
            }
            case "legal-hold-released" -> one.released = place;
            case "erasure-held" -> one.waits = place;
            case "subject-erased" -> one.erased = place;
            default -> {} // of another filter
        }
    }

    /** Null where the entry's is none that a hold can have: it then holds until it is released. */
    private static @Nullable LegalHold hold(JsonNode json) {
        try {
            return LegalHold.of(json);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    @Override
    public void write(Draft draft) {
        Draft.Table holds = draft.table("holds", "Legal holds that stand", "")
                .column("subject", "Subject", Kind.CODE)
                .column("reason", "Because", Kind.TEXT)
                .column("by", "By", Kind.CODE)
                .column("since", "Since", Kind.TIME)
                .column("until", "Until", Kind.TIME)
                .column("erasure", "Erasure", Kind.STATE)
                .column("entry", "Entry", Kind.ENTRY);
        Draft.Table kept = draft.table(
                        "kept",
                        "What there is of them, and what of that is past its retention",
                        "Records by their entries. Retention is the rulebook's, of what is delivered"
                                + " (catalog: retention, released).")
                .column("subject", "Subject", Kind.CODE)
                .column("dataset", "Dataset", Kind.CODE)
                .column("records", "Records", Kind.NUMBER)
                .column("oldest", "The oldest", Kind.TIME)
                .column("retention", "Retention, days", Kind.NUMBER)
                .column("past", "Past it", Kind.NUMBER)
                .column("entry", "Oldest entry", Kind.ENTRY);
        List<Dataset> datasets = datasets();
        held.forEach((subject, one) -> {
            if (one.set > one.released && (one.hold == null || now == null || one.hold.holdsAt(now))) {
                holds.row(
                        subject,
                        one.hold == null ? "" : one.hold.reason(),
                        one.hold == null ? "" : one.hold.by(),
                        one.hold == null ? "" : one.hold.since().toString(),
                        one.hold == null || one.hold.until() == null
                                ? ""
                                : one.hold.until().toString(),
                        one.waits > one.erased ? "waits" : "none asked for",
                        one.set);
                long past = 0;
                List<Long> oldest = new ArrayList<>();
                for (Dataset dataset : datasets) {
                    past += kept(kept, subject, dataset, oldest);
                }
                if (past > 0) {
                    draft.finding(
                            "past-retention",
                            past + (past == 1 ? " record" : " records") + " about " + subject
                                    + " past retention, under a hold. The oldest of each dataset:",
                            oldest);
                }
            }
        });
    }

    /** How many are past their retention; the first of them is noted too. */
    private long kept(Draft.Table table, String subject, Dataset dataset, List<Long> first) {
        QueryFilter filter =
                QueryFilter.all().withSubject(subject).withDataset(dataset.id()).withCode("decided");
        Optional<QueryPage.Found> oldest = finder.oldest(filter);
        if (oldest.isEmpty() || now == null) {
            return 0;
        }
        long past = finder.count(filter.between(null, now.minus(Duration.ofDays(dataset.retentionDays()))));
        table.row(
                subject,
                dataset.id(),
                finder.count(filter),
                Times.of(oldest.get().entry()),
                (long) dataset.retentionDays(),
                past,
                oldest.get().index());
        if (past > 0) {
            first.add(oldest.get().index());
        }
        return past;
    }

    /** Those of the rulebook that the last decided record cites. */
    private List<Dataset> datasets() {
        return finder.newest(QueryFilter.all().withCode("decided"))
                .flatMap(found -> policies.rulebook(
                        found.entry().path("policy").path("bundle").asText("")))
                .map(declared -> List.copyOf(declared.rulebook().datasets().values()))
                .orElseGet(ArrayList::new);
    }
}
