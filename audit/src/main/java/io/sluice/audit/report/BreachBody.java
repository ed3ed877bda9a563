package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.report.Report.Kind;
import io.sluice.audit.verify.IdSet;
import io.sluice.core.audit.AuditEntry;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * If what a recipient was given is out: how many people and records, which categories, secured or not, and which deadlines
 * follow (GDPR Art. 33, 34; 45 CFR 164.402-410). Counts people up to {@link IdSet#MAX}.
 */
final class BreachBody implements Body {
    private final @Nullable String only;
    private final ReportSpec spec;
    private final Flows flows;
    private final Parties parties;
    private final Exposure exposure;
    private final IdSet people = new IdSet();
    private final IdSet shownPeople = new IdSet();
    private final SortedMap<String, OfRecipient> recipients = new TreeMap<>();
    private final SortedMap<String, Long> regions = new TreeMap<>();
    private long records;
    private long known;
    private long shownKnown;
    private long hipaa;
    private long gdpr;
    private long withoutSubject;
    /** Whether views that are not secured are about nobody who is known: then no figure says that there were few. */
    private boolean shownNobody;

    private final Times revealed = new Times();
    private final IdSet hipaaPeople = new IdSet();
    private final IdSet gdprPeople = new IdSet();

    /** What one recipient was given. */
    private static final class OfRecipient {
        private final IdSet people = new IdSet();
        private final Times times = new Times();
        private long known;
        private long secured;
        private long deIdentified;
        private long shown;
    }

    BreachBody(ReportQuestion question, PolicyAtHand policies) {
        this.only = question.value(Parameter.RECIPIENT).orElse(null);
        this.spec = question.spec();
        this.flows = new Flows(policies);
        this.parties = new Parties(policies);
        this.exposure = new Exposure(policies);
    }

    @Override
    public void take(long place, JsonNode entry) {
        if (entry.path("type").asText().equals(AuditEntry.RECORD)) {
            record(place, entry);
        } else if (entry.path("code").asText().equals("value-revealed")) {
            String of = entry.path("detail").path("input").path("releasedFor").asText("");
            if (only == null || only.equals(of)) {
                revealed.add(place, entry);
            }
        }
    }

    private void record(long place, JsonNode entry) {
        boolean any = false;
        String subject = entry.path("subject").path("ref").asText("");
        for (JsonNode recipient : entry.path("recipients")) {
            String id = recipient.path("id").asText("");
            if (!recipient.path("disposition").asText().equals("release") || only != null && !only.equals(id)) {
                continue;
            }
            any = true;
            flows.take(place, entry, recipient);
            parties.seen(id, entry.path("policy").path("bundle").asText(""));
            OfRecipient of = recipients.computeIfAbsent(id, unused -> new OfRecipient());
            of.times.add(place, entry);
            if (!subject.isEmpty() && of.people.add(subject)) {
                of.known++;
            }
            boolean shows = exposure.shows(entry, recipient);
            if (recipient.path("legal").path("accounting528").asText("").equals("de-identified")) {
                of.deIdentified++;
                if (shows && has(entry, "gdpr")) { // to the GDPR it may be personal data all the same (recital 26)
                    shown(entry, subject, false);
                }
            } else if (shows) {
                of.shown++;
                shown(entry, subject, true);
            } else {
                of.secured++;
            }
        }
        if (any) {
            records++;
            if (subject.isEmpty()) {
                withoutSubject++;
            } else if (people.add(subject)) {
                known++;
            }
        }
    }

    private void shown(JsonNode entry, String subject, boolean protectedHealth) {
        if (subject.isEmpty()) {
            shownNobody = true;
            return;
        }
        if (shownPeople.add(subject)) {
            shownKnown++;
            regions.merge(entry.path("subject").path("region").asText("(unknown)"), 1L, Long::sum);
        }
        if (protectedHealth && has(entry, "hipaa") && hipaaPeople.add(subject)) {
            hipaa++;
        }
        if (has(entry, "gdpr") && gdprPeople.add(subject)) {
            gdpr++;
        }
    }

    private static boolean has(JsonNode entry, String regime) {
        for (JsonNode one : entry.path("regimes")) {
            if (one.asText().equals(regime)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void write(Draft draft) {
        if (people.isFull()) {
            draft.finding(
                    "not-all-counted",
                    "More than " + IdSet.MAX + " people: the figure is that, not all. Narrow the window.",
                    List.of());
        }
        if (shownKnown > 0) {
            draft.finding(
                    "not-secured",
                    shownKnown + " people are in views that show something of them to whoever holds a view and no key.",
                    List.of());
        }
        if (revealed.count() > 0) {
            draft.finding(
                    "revealed",
                    revealed.count()
                            + " protected values of these views were shown by the reveal service: for those people"
                            + " \"under a key\" does not hold.",
                    List.of(revealed.place()));
        }
        totals(draft);
        recipients(draft);
        Draft.Table table = draft.table(
                        "categories",
                        "Categories",
                        "Fields of these views, by what was done to them; special ones are those of Art. 9 and 10.")
                .column("category", "Category", Kind.CODE)
                .column("special", "Special", Kind.TEXT)
                .column("clear", "In clear", Kind.NUMBER)
                .column("coarser", "Coarser", Kind.NUMBER)
                .column("keyed", "Under a key", Kind.NUMBER)
                .column("gone", "Gone", Kind.NUMBER);
        Categories.of(flows)
                .forEach((id, category) -> table.row(
                        id,
                        category.special() ? "special" : "",
                        category.count(Treatment.CLEAR),
                        category.count(Treatment.COARSER),
                        category.count(Treatment.KEYED),
                        category.count(Treatment.GONE)));
        Draft.Table places = draft.table(
                        "regions",
                        "People by region of law",
                        "Of those in views that are not secured. A region is no State: residents of a State are counted"
                                + " elsewhere.")
                .column("region", "Region", Kind.CODE)
                .column("people", "People", Kind.NUMBER);
        regions.forEach(places::row);
        flows.tellWhatIsNotKept(draft);
        deadlines(draft);
    }

    private void totals(Draft draft) {
        draft.table(
                        "totals",
                        "How much",
                        "People are subject references. Not secured: not de-identified, and something went out that no key"
                                + " protects.")
                .column("what", "What", Kind.TEXT)
                .column("count", "Count", Kind.NUMBER)
                .row("records", records)
                .row("people", known)
                .row("people in views that are not secured", shownKnown)
                .row("of those under HIPAA", hipaa)
                .row("of those under GDPR", gdpr)
                .row("records about nobody who is known", withoutSubject)
                .row("protected values shown by the reveal service", revealed.count());
    }

    private void recipients(Draft draft) {
        Draft.Table table = draft.table("recipients", "Recipients", "")
                .column("recipient", "Recipient", Kind.CODE)
                .column("name", "Name", Kind.TEXT)
                .column("country", "Country", Kind.CODE)
                .column("people", "People", Kind.NUMBER)
                .column("views", "Views", Kind.NUMBER)
                .column("shown", "Not secured", Kind.NUMBER)
                .column("secured", "Under keys", Kind.NUMBER)
                .column("deIdentified", "De-identified", Kind.NUMBER)
                .column("first", "First", Kind.TIME)
                .column("last", "Last", Kind.TIME)
                .column("state", "State", Kind.STATE);
        for (Map.Entry<String, OfRecipient> one : recipients.entrySet()) {
            Parties.Party party = parties.of(one.getKey());
            OfRecipient of = one.getValue();
            table.row(
                    one.getKey(),
                    party.name(),
                    party.country(),
                    of.known,
                    of.times.count(),
                    of.shown,
                    of.secured,
                    of.deIdentified,
                    of.times.first(),
                    of.times.last(),
                    of.shown > 0 ? "not secured" : "secured");
        }
    }

    /** Which notices the figures ask for; that it is a breach at all, and of what risk, people judge. */
    private void deadlines(Draft draft) {
        long threshold = Long.parseLong(spec.words().getOrDefault("threshold", "500"));
        boolean unsecured = hipaa > 0;
        String count = hipaa + " people under HIPAA in views that are not secured.";
        applies(draft, "authority", gdpr > 0, gdpr + " people under GDPR in views that are not secured.");
        applies(draft, "individuals", unsecured, count);
        applies(draft, "hhs-at-once", hipaa >= threshold, count);
        applies(draft, "hhs-yearly", unsecured && hipaa < threshold, count);
        applies(draft, "associate", unsecured, count);
        if (hipaa <= threshold) {
            applies(draft, "media", false, count);
        }
    }

    /** That a notice is not due is said only where everybody could be counted. */
    private void applies(Draft draft, String term, boolean does, String because) {
        if (does || !shownNobody && !people.isFull()) {
            draft.applies(term, does, because);
        }
    }
}
