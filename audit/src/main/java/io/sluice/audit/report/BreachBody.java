package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.report.Report.Kind;
import io.sluice.audit.verify.IdSet;
import io.sluice.core.audit.AuditEntry;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private long withoutSubject;
    private final Reach hipaa = new Reach();
    private final Reach gdpr = new Reach();

    private final Times revealed = new Times();

    /** How many people under one regime, by how much the views show of them; a level counts the ones above it too. */
    private static final class Reach {
        private final Map<Exposure.Level, IdSet> people = new EnumMap<>(Exposure.Level.class);
        private final Map<Exposure.Level, Long> counts = new EnumMap<>(Exposure.Level.class);
        /** Whether views are about nobody who is known, or about too many: then no figure says that there were few. */
        private final Set<Exposure.Level> uncounted = EnumSet.noneOf(Exposure.Level.class);

        void add(Exposure.Level shown, String subject) {
            for (Exposure.Level level : Exposure.Level.values()) {
                if (level.compareTo(shown) > 0) {
                    continue;
                }
                IdSet ids = people.computeIfAbsent(level, unused -> new IdSet());
                if (subject.isEmpty() || ids.isFull()) {
                    uncounted.add(level);
                } else if (ids.add(subject)) {
                    counts.merge(level, 1L, Long::sum);
                }
            }
        }

        /** At least so many. */
        long least(Exposure.Level level) {
            return counts.getOrDefault(level, 0L);
        }

        /** At most so many. */
        long most(Exposure.Level level) {
            return uncounted.contains(level) ? Long.MAX_VALUE : least(level);
        }
    }

    /** What one recipient was given. */
    private static final class OfRecipient {
        private final IdSet people = new IdSet();
        private final Times times = new Times();
        private long known;
        private long secured;
        private long deIdentified;
        private long coded;
        private long shown;

        String state() {
            return shown > 0 ? "not secured" : coded > 0 ? "to be judged" : "secured";
        }
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
            Exposure.Level level = exposure.of(entry, recipient);
            boolean deIdentified =
                    recipient.path("legal").path("accounting528").asText("").equals("de-identified");
            if (deIdentified) {
                of.deIdentified++;
            } else {
                switch (level) {
                    case SHOWN -> of.shown++;
                    case CODED -> of.coded++;
                    case SECURED -> of.secured++;
                }
            }
            if (has(entry, "hipaa") && !deIdentified) {
                hipaa.add(level, subject);
            }
            if (has(entry, "gdpr")) { // to which what is de-identified may be personal data all the same (recital 26)
                gdpr.add(level, subject);
            }
            if (level == Exposure.Level.SHOWN && (!deIdentified || has(entry, "gdpr"))) {
                shown(entry, subject);
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

    private void shown(JsonNode entry, String subject) {
        if (!subject.isEmpty() && shownPeople.add(subject)) {
            shownKnown++;
            regions.merge(entry.path("subject").path("region").asText("(unknown)"), 1L, Long::sum);
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
                            + " protected values of these views were shown by the reveal service: of those people what is"
                            + " encrypted or a code is known to somebody.",
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
                        "People are subject references. Not secured: something of them went out as it was or coarser. As codes:"
                                + " tokens and pseudonyms, which stay personal data under the GDPR (recital 26) and are"
                                + " secured under HIPAA only if people find so. Views that are de-identified count under"
                                + " the GDPR alone.")
                .column("what", "What", Kind.TEXT)
                .column("count", "Count", Kind.NUMBER)
                .row("records", records)
                .row("people", known)
                .row("people in views that are not secured", shownKnown)
                .row("under HIPAA, not secured", hipaa.least(Exposure.Level.SHOWN))
                .row("under HIPAA, not secured or as codes", hipaa.least(Exposure.Level.CODED))
                .row("under GDPR, not secured", gdpr.least(Exposure.Level.SHOWN))
                .row("under GDPR, not secured or as codes", gdpr.least(Exposure.Level.CODED))
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
                .column("coded", "As codes", Kind.NUMBER)
                .column("secured", "Encrypted or gone", Kind.NUMBER)
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
                    of.coded,
                    of.secured,
                    of.deIdentified,
                    of.times.first(),
                    of.times.last(),
                    of.state());
        }
    }

    /**
     * Which notices the figures ask for; that it is a breach at all, and of what risk, people judge. "No" is said only where
     * each field is encrypted or gone, nothing was revealed, and everybody could be counted; between that and "yes" nothing
     * is said.
     */
    private void deadlines(Draft draft) {
        long threshold = Long.parseLong(spec.words().getOrDefault("threshold", "500"));
        Exposure.Level open = revealed.count() > 0 ? Exposure.Level.SECURED : Exposure.Level.CODED;
        long least = hipaa.least(Exposure.Level.SHOWN);
        long most = hipaa.most(open);
        String count = because(hipaa, "HIPAA");
        applies(draft, "authority", gdpr.least(Exposure.Level.CODED) > 0, gdpr.most(open) == 0, because(gdpr, "GDPR"));
        applies(draft, "individuals", least > 0, most == 0, count);
        applies(draft, "media", false, most <= threshold, count);
        applies(draft, "hhs-at-once", least >= threshold, most < threshold, count);
        applies(draft, "hhs-yearly", least > 0 && most < threshold, least >= threshold || most == 0, count);
        applies(draft, "associate", least > 0, most == 0, count);
    }

    private String because(Reach reach, String law) {
        long shown = reach.least(Exposure.Level.SHOWN);
        long coded = reach.least(Exposure.Level.CODED) - shown;
        return shown + " people under " + law + " in views that are not secured, " + coded + " more as codes alone"
                + (reach.most(Exposure.Level.CODED) == Long.MAX_VALUE ? ", and some who could not be counted" : "")
                + (revealed.count() > 0 ? "; protected values were revealed." : ".");
    }

    private static void applies(Draft draft, String term, boolean does, boolean doesNot, String because) {
        if (does || doesNot) {
            draft.applies(term, does, because);
        } else {
            draft.open(term, because);
        }
    }
}
