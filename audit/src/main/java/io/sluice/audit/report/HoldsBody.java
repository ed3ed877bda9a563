package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.query.QueryFilter;
import io.sluice.audit.query.QueryPage;
import io.sluice.audit.report.Report.Kind;
import io.sluice.core.audit.LegalHold;
import io.sluice.core.decision.Disposition;
import io.sluice.core.rulebook.Dataset;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Subjects under a legal hold, and what there is of them past its retention. It is shown acts of holds and of erasures. */
final class HoldsBody implements Body {
    /** Questions to the index at most, some seconds of them; a subject that is begun is looked at whole. */
    static final int MAX_QUESTIONS = 2_000;

    private final ReportQuestion question;
    private final PolicyAtHand policies;
    private final Finder finder;
    private final @Nullable Instant now;
    private final SortedMap<String, Held> held = new TreeMap<>();
    private int questions;

    private static final class Held {
        private @Nullable LegalHold hold;
        private long set = -1;
        private long released = -1;
        /** The newest act that says that an erasure waits, and that it was ended. */
        private long waits = -1;

        private long erased = -1;

        private boolean stands(@Nullable Instant now) {
            return set > released && (hold == null || now == null || hold.holdsAt(now));
        }

        private Object[] cells(String subject) {
            String erasure = waits > erased ? "waits" : "none asked for";
            LegalHold known = hold;
            if (known == null) {
                return new Object[] {subject, "", "", "", "", erasure, set};
            }
            String until = known.until() == null ? "" : known.until().toString();
            return new Object[] {
                subject, known.reason(), known.by(), known.since().toString(), until, erasure, set
            };
        }
    }

    /** @param last when the last entry was recorded; what the question counts by goes before */
    HoldsBody(ReportQuestion question, PolicyAtHand policies, Finder finder, @Nullable Instant last) {
        this.question = question;
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
                        "What went out of them, and what of that is past its retention",
                        "Records by their entries: a further attempt that released something counts as one more. Retention is"
                                + " the rulebook's, of what is delivered (catalog: retention, released).")
                .column("subject", "Subject", Kind.CODE)
                .column("dataset", "Dataset", Kind.CODE)
                .column("records", "Records", Kind.NUMBER)
                .column("oldest", "The oldest", Kind.TIME)
                .column("retention", "Retention, days", Kind.NUMBER)
                .column("past", "Past it", Kind.NUMBER)
                .column("entry", "Oldest entry", Kind.ENTRY);
        List<Dataset> datasets = datasets(draft);
        long notLookedAt = 0;
        for (Map.Entry<String, Held> each : held.entrySet()) {
            Held one = each.getValue();
            if (one.stands(now)) {
                holds.row(one.cells(each.getKey()));
                if (questions >= MAX_QUESTIONS) {
                    notLookedAt++;
                } else {
                    kept(draft, kept, each.getKey(), datasets);
                }
            }
        }
        if (notLookedAt > 0) {
            draft.finding(
                    "not-looked-at",
                    notLookedAt + (notLookedAt == 1 ? " subject is" : " subjects are")
                            + " under a hold and not in the second table: a report asks the index " + MAX_QUESTIONS
                            + " times at most. Ask for them by themselves: audit query --subject.",
                    List.of());
        }
    }

    private void kept(Draft draft, Draft.Table table, String subject, List<Dataset> datasets) {
        QueryFilter released =
                question.filterAsOf().withSubject(subject).withCode("decided").withDisposition(Disposition.RELEASE);
        long all = count(released);
        long listed = 0;
        long past = 0;
        List<Long> oldest = new ArrayList<>();
        for (Dataset dataset : datasets) {
            if (listed == all) {
                break; // the others have none
            }
            Optional<QueryPage.Found> first = first(released.withDataset(dataset.id()));
            if (first.isPresent()) {
                long records = count(released.withDataset(dataset.id()));
                long late = late(released.withDataset(dataset.id()), dataset);
                table.row(
                        subject,
                        dataset.id(),
                        records,
                        Times.of(first.get().entry()),
                        (long) dataset.retentionDays(),
                        late,
                        first.get().index());
                listed += records;
                past += late;
                if (late > 0) {
                    oldest.add(first.get().index());
                }
            }
        }
        if (past > 0) {
            draft.finding(
                    "past-retention",
                    records(past, subject) + " past retention, under a hold. The oldest of each dataset:",
                    oldest);
        }
        if (listed < all && !datasets.isEmpty()) {
            draft.finding(
                    "dataset-not-declared",
                    records(all - listed, subject)
                            + " of datasets that the rulebook does not have any more, under a hold:"
                            + " in no figure below, since nobody knows their retention.",
                    List.of());
        }
    }

    private static String records(long count, String subject) {
        return count + (count == 1 ? " record" : " records") + " about " + subject;
    }

    private long late(QueryFilter filter, Dataset dataset) {
        return now == null ? 0 : count(filter.between(null, now.minus(Duration.ofDays(dataset.retentionDays()))));
    }

    private long count(QueryFilter filter) {
        questions++;
        return finder.count(filter);
    }

    private Optional<QueryPage.Found> first(QueryFilter filter) {
        questions++;
        return finder.oldest(filter);
    }

    /** Those of the rulebook that the last decided record cites; none where no record was decided, or it is not kept. */
    private List<Dataset> datasets(Draft draft) {
        Optional<QueryPage.Found> last = finder.newest(question.filterAsOf().withCode("decided"));
        if (last.isEmpty()) {
            return List.of();
        }
        String bundle = last.get().entry().path("policy").path("bundle").asText("");
        Optional<Declared> declared = policies.rulebook(bundle);
        if (declared.isEmpty()) {
            draft.finding(
                    "bundle-not-kept",
                    "The bundle that the last decided record cites is not kept here, or does not read: which datasets there"
                            + " are, and how long each may be kept, is not known, and the second table is empty.",
                    List.of(last.get().index()));
            return List.of();
        }
        return List.copyOf(declared.get().rulebook().datasets().values());
    }
}
