package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.report.Report.Kind;
import io.sluice.core.audit.AccountingSuspension;
import io.sluice.core.audit.AuditEntry;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Accounting of disclosures of one subject (45 CFR 164.528): what has no exemption, each series of disclosures to one
 * recipient for one purpose in a row (164.528(b)(3)); what is exempt, by its code, apart.
 */
final class AccountingBody implements Body {
    private static final String REVEALED = " (revealed)";

    private final ReportSpec spec;
    private final Flows flows;
    private final Parties parties;
    private final SortedMap<Series, Given> disclosures = new TreeMap<>(Comparator.comparing(Series::toString));
    private final SortedMap<Exempt, Times> exempt = new TreeMap<>(Comparator.comparing(Exempt::toString));
    private final SortedMap<String, Suspended> suspended = new TreeMap<>();
    private final Instant from;
    private final Instant until;
    /** When the accounting is made, as far as that is known: no time of its window, which may be long over. */
    private Instant request;

    private final List<Long> unlawful = new ArrayList<>();
    private long outside;

    /** What an act of the log says of the disclosures to one recipient. */
    private record Suspended(AccountingSuspension said, long place) {}

    private record Series(String recipient, String purpose, String dataset) {}

    private record Exempt(String code, String recipient) {}

    /** A series. */
    private static final class Given {
        private final Times times = new Times();
        private final TreeSet<String> bases = new TreeSet<>();
    }

    /** @param now when the last entry of the log was recorded; null where that is not known */
    AccountingBody(ReportQuestion question, PolicyAtHand policies, @Nullable Instant now) {
        this.spec = question.spec();
        this.flows = new Flows(policies);
        this.parties = new Parties(policies);
        this.from = question.time(Parameter.FROM).orElse(Instant.MIN);
        this.until = question.time(Parameter.UNTIL).orElse(Instant.MAX);
        this.request = latest(question.time(Parameter.CLOCK).orElse(Instant.MIN), now == null ? Instant.MIN : now);
    }

    @Override
    public void take(long place, JsonNode entry) {
        Optional<Instant> time = time(entry);
        request = latest(request, time.orElse(Instant.MIN));
        boolean inside = time.map(one -> !one.isBefore(from) && one.isBefore(until))
                .orElse(true); // what says no time is not left out for it
        String code = entry.path("code").asText("");
        if (entry.path("type").asText().equals(AuditEntry.RECORD)) {
            if (inside) {
                record(place, entry);
            }
        } else if (code.equals("value-revealed")) {
            if (inside) {
                revealed(place, entry);
            }
        } else if (code.equals("accounting-suspended")) {
            suspend(place, entry.path("detail"));
        } else if (code.equals("accounting-resumed")) {
            suspended.remove(entry.path("detail").path("recipient").asText(""));
        }
    }

    private static Optional<Instant> time(JsonNode entry) {
        try {
            return Optional.of(Instant.parse(Times.of(entry)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /** One that the law does not know suspends nothing: the right is the rule. */
    private void suspend(long place, JsonNode detail) {
        try {
            AccountingSuspension said = AccountingSuspension.of(detail);
            suspended.put(said.recipient(), new Suspended(said, place));
        } catch (IllegalArgumentException e) {
            unlawful.add(place);
        }
    }

    /** Whether disclosures to a recipient are left out now. A caller of the reveal service is named by its id. */
    private boolean isSuspended(String recipient) {
        Suspended known = suspended.get(recipient.replace(REVEALED, ""));
        return known != null && known.said().standsAt(request);
    }

    private void record(long place, JsonNode entry) {
        boolean hipaa = false;
        for (JsonNode regime : entry.path("regimes")) {
            hipaa |= regime.asText().equals("hipaa");
        }
        for (JsonNode recipient : entry.path("recipients")) {
            if (!recipient.path("disposition").asText().equals("release")) {
                continue;
            }
            if (!hipaa) {
                outside++;
                continue;
            }
            String id = recipient.path("id").asText("");
            parties.seen(id, entry.path("policy").path("bundle").asText(""));
            JsonNode legal = recipient.path("legal");
            String code = legal.path("accounting528").asText("");
            if (code.isEmpty()) {
                flows.take(place, entry, recipient);
                Given given = disclosures.computeIfAbsent(
                        new Series(
                                id,
                                legal.path("purpose").asText(""),
                                entry.path("dataset").asText("")),
                        unused -> new Given());
                given.times.add(place, entry);
                given.bases.add(legal.path("hipaa").asText(""));
            } else {
                exempt.computeIfAbsent(new Exempt(code, id), unused -> new Times())
                        .add(place, entry);
            }
        }
    }

    /** A value that was shown to a caller left too. */
    private void revealed(long place, JsonNode entry) {
        JsonNode legal = entry.path("detail").path("legal");
        String who = entry.path("actor").asText("") + REVEALED;
        String code = legal.path("accounting528").asText("");
        if (!legal.has("hipaa")) {
            outside++;
        } else if (code.isEmpty()) {
            Given given = disclosures.computeIfAbsent(
                    new Series(
                            who,
                            legal.path("purpose").asText(""),
                            entry.path("dataset").asText("")),
                    unused -> new Given());
            given.times.add(place, entry);
            given.bases.add(legal.path("hipaa").asText(""));
        } else {
            exempt.computeIfAbsent(new Exempt(code, who), unused -> new Times()).add(place, entry);
        }
    }

    @Override
    public void write(Draft draft) {
        Draft.Table table = draft.table(
                        "disclosures",
                        "Disclosures that are accounted for",
                        "Several to one recipient for one purpose are one row: the first with what (b)(2) asks, how often, and"
                                + " the last (164.528(b)(3)).")
                .column("first", "First", Kind.TIME)
                .column("recipient", "Recipient", Kind.CODE)
                .column("name", "Name", Kind.TEXT)
                .column("address", "Address", Kind.TEXT)
                .column("what", "What was disclosed", Kind.TEXT)
                .column("purpose", "Purpose and basis", Kind.TEXT)
                .column("count", "Times", Kind.NUMBER)
                .column("frequency", "How often", Kind.TEXT)
                .column("last", "Last", Kind.TIME)
                .column("entry", "First entry", Kind.ENTRY);
        disclosures.entrySet().stream()
                .filter(one -> !isSuspended(one.getKey().recipient()))
                .sorted(Comparator.comparing(one -> one.getValue().times.first()))
                .forEach(one -> row(table, one.getKey(), one.getValue()));
        suspended(draft);
        Draft.Table exempted = draft.table(
                        "exempt", "What is not accounted for", "Kept all the same, flagged with its exemption.")
                .column("code", "Exemption", Kind.CODE)
                .column("clause", "Clause", Kind.TEXT)
                .column("recipient", "Recipient", Kind.CODE)
                .column("count", "Times", Kind.NUMBER)
                .column("first", "First", Kind.TIME)
                .column("last", "Last", Kind.TIME);
        exempt.forEach((key, times) -> exempted.row(
                key.code(),
                spec.words().getOrDefault(key.code(), "unknown"),
                key.recipient(),
                times.count(),
                times.first(),
                times.last()));
        for (Exempt key : exempt.keySet()) {
            if (!spec.words().containsKey(key.code())) {
                draft.finding(
                        "exemption-unknown",
                        "The exemption " + key.code() + " is none of 164.528(a)(1).",
                        List.of(exempt.getOrDefault(key, new Times()).place()));
            }
        }
        draft.table("outside", "Not under HIPAA", "Releases of datasets whose regimes do not include HIPAA.")
                .column("count", "Releases", Kind.NUMBER)
                .row(outside);
        flows.tellWhatIsNotKept(draft);
    }

    private void suspended(Draft draft) {
        Draft.Table table = draft.table(
                        "suspended",
                        "Left out while an agency suspends it",
                        "For the officer alone: take this part out before the accounting is handed over. Each is to be"
                                + " accounted for once its time is over (164.528(a)(2)).")
                .column("recipient", "Recipient", Kind.CODE)
                .column("agency", "Asked by", Kind.TEXT)
                .column("statement", "Statement", Kind.CODE)
                .column("until", "Until", Kind.TIME)
                .column("count", "Times", Kind.NUMBER)
                .column("entry", "Entry", Kind.ENTRY);
        suspended.forEach((recipient, one) -> {
            if (isSuspended(recipient)) {
                long count = disclosures.entrySet().stream()
                        .filter(given ->
                                given.getKey().recipient().replace(REVEALED, "").equals(recipient))
                        .mapToLong(given -> given.getValue().times.count())
                        .sum();
                table.row(
                        recipient,
                        one.said().agency(),
                        one.said().statement().code(),
                        one.said().until().toString(),
                        count,
                        one.place());
            }
        });
        if (!unlawful.isEmpty()) {
            draft.finding(
                    "suspension-unlawful",
                    "A suspension that 164.528(a)(2) does not know, and that suspends nothing here.",
                    unlawful);
        }
    }

    private void row(Draft.Table table, Series series, Given given) {
        Parties.Party party = parties.of(series.recipient());
        table.row(
                given.times.first(),
                series.recipient(),
                party.name(),
                party.address(),
                what(series),
                (series.purpose() + " " + String.join(", ", given.bases)).strip(),
                given.times.count(),
                frequency(given.times),
                given.times.last(),
                given.times.place());
    }

    /** A brief description of the information: the dataset and the categories that were not taken out of it. */
    private String what(Series series) {
        SortedSet<String> categories = new TreeSet<>();
        for (Map.Entry<Flows.Key, Flows.Flow> flow : flows.all().entrySet()) {
            Flows.Key key = flow.getKey();
            if (key.recipient().equals(series.recipient())
                    && key.dataset().equals(series.dataset())
                    && key.legal("purpose").equals(series.purpose())) {
                for (Flows.Use use : flows.uses(key, flow.getValue())) {
                    if (Treatment.of(use.kind()) != Treatment.GONE) {
                        categories.addAll(use.classNames());
                    }
                }
            }
        }
        List<String> parts = new ArrayList<>(List.of(series.dataset()));
        if (!categories.isEmpty()) {
            parts.add(String.join(", ", categories));
        }
        return String.join(": ", parts);
    }

    private static String frequency(Times times) {
        if (times.count() < 2) {
            return "once";
        }
        try {
            Duration all = Duration.between(Instant.parse(times.first()), Instant.parse(times.last()));
            return times.count() + " times, on average every " + words(all.dividedBy(times.count() - 1));
        } catch (DateTimeException e) {
            return times.count() + " times";
        }
    }

    private static String words(Duration each) {
        if (each.toDays() > 0) {
            return each.toDays() + " d";
        }
        return each.toHours() > 0
                ? each.toHours() + " h"
                : each.toMinutes() > 0 ? each.toMinutes() + " min" : each.toSeconds() + " s";
    }
}
