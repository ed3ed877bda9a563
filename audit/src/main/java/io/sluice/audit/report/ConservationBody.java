package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.report.Report.Kind;
import io.sluice.core.audit.AuditEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * In = released + withheld + quarantined + duplicates, for each dataset and recipient: every record that came in, and every
 * further attempt at one, has one disposition for each recipient of the revision that decided it. What has none, or two, is
 * named.
 */
final class ConservationBody implements Body {
    private static final String UNVERIFIED = "(not verified)";
    private static final int MAX_NAMED = 100;

    private final @Nullable String only;
    private final PolicyAtHand policies;
    private final SortedMap<String, OfDataset> datasets = new TreeMap<>();
    /** Recipients by bundle: of its rulebook where it is kept, else those that its entries named so far. */
    private final Map<String, SortedSet<String>> expected = new HashMap<>();

    private final Set<String> guessed = new TreeSet<>();
    private final List<String> named = new ArrayList<>();
    private final List<Long> namedAt = new ArrayList<>();
    private long unnamed;

    /** Of one dataset. */
    private static final class OfDataset {
        private long records;
        private long decided;
        private long quarantinedForAll;
        private long duplicates;
        private long choices;
        private long attempts;
        private final SortedMap<String, OfRecipient> recipients = new TreeMap<>();
        /** First attempts that were decided, and how many of those name a recipient, by bundle. */
        private final Map<String, Long> decidedUnder = new HashMap<>();
    }

    /** Of one dataset and recipient. */
    private static final class OfRecipient {
        private long returned;
        private long released;
        private long withheld;
        private long quarantined;
        private long duplicates;
        private final Map<String, Long> presentUnder = new HashMap<>();
    }

    ConservationBody(ReportQuestion question, PolicyAtHand policies) {
        this.only = question.value(Parameter.RECIPIENT).orElse(null);
        this.policies = policies;
    }

    @Override
    public void take(long place, JsonNode entry) {
        String type = entry.path("type").asText();
        if (type.equals(AuditEntry.ACT)) {
            return;
        }
        OfDataset of = datasets.computeIfAbsent(entry.path("dataset").asText(UNVERIFIED), unused -> new OfDataset());
        if (type.equals(AuditEntry.CHOICE)) {
            of.choices++;
        } else if (entry.has("requeue")) {
            of.attempts++;
            attempt(of, place, entry);
        } else {
            of.records++;
            first(of, place, entry);
        }
    }

    private void first(OfDataset of, long place, JsonNode entry) {
        String outcome = entry.path("outcome").path("code").asText("");
        switch (outcome) {
            case "duplicate" -> of.duplicates++;
            case "quarantined" -> of.quarantinedForAll++;
            case "decided" -> {
                of.decided++;
                String bundle = entry.path("policy").path("bundle").asText("");
                of.decidedUnder.merge(bundle, 1L, Long::sum);
                Set<String> seen = dispositions(of, place, entry);
                seen.forEach(id -> of.recipients
                        .computeIfAbsent(id, unused -> new OfRecipient())
                        .presentUnder
                        .merge(bundle, 1L, Long::sum));
                Set<String> wanted = expected(bundle, seen);
                for (String id : wanted) {
                    if (!seen.contains(id)) {
                        name(place, entry, "has no disposition for " + id);
                    }
                }
            }
            default -> name(place, entry, "has the unknown outcome " + outcome);
        }
    }

    private void attempt(OfDataset of, long place, JsonNode entry) {
        Set<String> open = new TreeSet<>();
        entry.path("requeue").path("open").forEach(id -> open.add(id.asText()));
        Set<String> wanted = open.contains("*")
                ? expected(entry.path("policy").path("bundle").asText(""), of.recipients.keySet())
                : open;
        for (String id : wanted) {
            of.recipients.computeIfAbsent(id, unused -> new OfRecipient()).returned++;
        }
        String outcome = entry.path("outcome").path("code").asText("");
        switch (outcome) {
            case "duplicate" -> wanted.forEach(id -> recipient(of, id).duplicates++);
            case "quarantined" -> wanted.forEach(id -> recipient(of, id).quarantined++);
            case "decided" -> {
                Set<String> seen = dispositions(of, place, entry);
                for (String id : wanted) {
                    if (!seen.contains(id)) {
                        name(place, entry, "came back from quarantine for " + id + " and has no disposition for it");
                    }
                }
                for (String id : seen) {
                    if (!wanted.contains(id)) {
                        name(place, entry, "has a disposition for " + id + ", for which it did not come back");
                    }
                }
            }
            default -> name(place, entry, "has the unknown outcome " + outcome);
        }
    }

    private static OfRecipient recipient(OfDataset of, String id) {
        return of.recipients.computeIfAbsent(id, unused -> new OfRecipient());
    }

    /** Counts the dispositions of an entry; returns whose they are. */
    private Set<String> dispositions(OfDataset of, long place, JsonNode entry) {
        Set<String> seen = new HashSet<>();
        for (JsonNode one : entry.path("recipients")) {
            String id = one.path("id").asText("");
            OfRecipient recipient = recipient(of, id);
            switch (one.path("disposition").asText("")) {
                case "release" -> recipient.released++;
                case "withhold" -> recipient.withheld++;
                case "quarantine" -> recipient.quarantined++;
                default -> name(place, entry, "has an unknown disposition for " + id);
            }
            if (!seen.add(id)) {
                name(place, entry, "has two dispositions for " + id);
            }
        }
        return seen;
    }

    private Set<String> expected(String bundle, Set<String> seen) {
        SortedSet<String> known = expected.get(bundle);
        if (known == null) {
            known = policies.rulebook(bundle)
                    .map(declared ->
                            new TreeSet<>(declared.rulebook().recipients().keySet()))
                    .orElseGet(() -> {
                        guessed.add(bundle);
                        return new TreeSet<>();
                    });
            expected.put(bundle, known);
        }
        if (guessed.contains(bundle)) {
            known.addAll(seen);
        }
        return known;
    }

    private void name(long place, JsonNode entry, String what) {
        if (named.size() < MAX_NAMED) {
            named.add(entry.path("id").asText("?") + " " + what);
            namedAt.add(place);
        } else {
            unnamed++;
        }
    }

    @Override
    public void write(Draft draft) {
        for (int i = 0; i < named.size(); i++) {
            draft.finding("position", named.get(i) + ".", List.of(namedAt.get(i)));
        }
        if (unnamed > 0) {
            draft.finding("positions", "And " + unnamed + " more.", List.of());
        }
        recipients(draft);
        Draft.Table table = draft.table(
                        "datasets",
                        "What came in",
                        "Records are positions of the ingress; a record that could not be verified names no dataset.")
                .column("dataset", "Dataset", Kind.CODE)
                .column("records", "Records", Kind.NUMBER)
                .column("decided", "Decided", Kind.NUMBER)
                .column("quarantined", "Quarantined for all", Kind.NUMBER)
                .column("duplicates", "Duplicates", Kind.NUMBER)
                .column("attempts", "Further attempts", Kind.NUMBER)
                .column("choices", "Choices", Kind.NUMBER);
        datasets.forEach((id, of) ->
                table.row(id, of.records, of.decided, of.quarantinedForAll, of.duplicates, of.attempts, of.choices));
        if (guessed.stream().anyMatch(bundle -> !bundle.isEmpty())) {
            draft.finding(
                    "bundle-not-kept",
                    "A bundle that entries cite is not kept here, or does not read, so that its recipients are known from its entries"
                            + " alone: " + String.join(", ", guessed) + ".",
                    List.of());
        }
    }

    private void recipients(Draft draft) {
        Draft.Table table = draft.table(
                        "recipients",
                        "Recipients",
                        "In and returned from quarantine = released + withheld + quarantined + duplicates + not asked,"
                                + " which are records of a revision that had no such recipient.")
                .column("dataset", "Dataset", Kind.CODE)
                .column("recipient", "Recipient", Kind.CODE)
                .column("in", "In", Kind.NUMBER)
                .column("returned", "Returned", Kind.NUMBER)
                .column("released", "Released", Kind.NUMBER)
                .column("withheld", "Withheld", Kind.NUMBER)
                .column("quarantined", "Quarantined", Kind.NUMBER)
                .column("duplicates", "Duplicates", Kind.NUMBER)
                .column("notAsked", "Not asked", Kind.NUMBER)
                .column("state", "Adds up", Kind.STATE);
        datasets.forEach((dataset, of) -> of.recipients.forEach((id, recipient) -> {
            if (only == null || only.equals(id)) {
                long notAsked = notAsked(of, recipient, id);
                long quarantined = recipient.quarantined + of.quarantinedForAll;
                long duplicates = recipient.duplicates + of.duplicates;
                long in = of.records + recipient.returned;
                long out = recipient.released + recipient.withheld + quarantined + duplicates + notAsked;
                table.row(
                        dataset,
                        id,
                        of.records,
                        recipient.returned,
                        recipient.released,
                        recipient.withheld,
                        quarantined,
                        duplicates,
                        notAsked,
                        in == out ? "ok" : "differs");
                if (in != out) {
                    draft.finding(
                            "differs",
                            "Dataset " + dataset + ", recipient " + id + ": " + in + " came in and " + out
                                    + " are accounted for.",
                            List.of());
                }
            }
        }));
    }

    /** First attempts that were decided under revisions without this recipient. */
    private long notAsked(OfDataset of, OfRecipient recipient, String id) {
        long count = 0;
        for (Map.Entry<String, Long> under : of.decidedUnder.entrySet()) {
            if (!expected.getOrDefault(under.getKey(), new TreeSet<>()).contains(id)) {
                count += under.getValue() - recipient.presentUnder.getOrDefault(under.getKey(), 0L);
            }
        }
        return count;
    }
}
