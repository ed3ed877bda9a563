package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.report.Report.Kind;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.rulebook.Controller;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.Purpose;
import io.sluice.core.rulebook.Recipient;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The record of processing (GDPR Art. 30(1)) of what flowed, and how it differs from what is declared. */
final class ProcessingBody implements Body {
    private final @Nullable String onlyDataset;
    private final PolicyAtHand policies;
    private final @Nullable Declared given;
    private final Flows flows;
    private final Parties parties;
    private String lastBundle = "";

    /** An activity: one controller, one purpose, one dataset, one recipient. */
    private record Activity(String controller, String purpose, String dataset, String recipient) {}

    ProcessingBody(ReportQuestion question, PolicyAtHand policies, @Nullable Declared given) {
        this.onlyDataset = question.value(Parameter.DATASET).orElse(null);
        this.policies = policies;
        this.given = given;
        this.flows = new Flows(policies);
        this.parties = new Parties(policies);
    }

    @Override
    public void take(long place, JsonNode entry) {
        if (!entry.path("type").asText().equals(AuditEntry.RECORD)
                || !entry.path("outcome").path("code").asText().equals("decided")) {
            return;
        }
        lastBundle = entry.path("policy").path("bundle").asText(lastBundle);
        for (JsonNode recipient : entry.path("recipients")) {
            if (recipient.path("disposition").asText().equals("release")) {
                flows.take(place, entry, recipient);
                parties.seen(recipient.path("id").asText(""), lastBundle);
            }
        }
    }

    @Override
    public void write(Draft draft) {
        Declared declared =
                given != null ? given : policies.rulebook(lastBundle).orElse(null);
        activities(draft, declared);
        if (declared == null) {
            draft.finding(
                    "not-compared",
                    "No rulebook is at hand to compare with: the bundle that the last decided record cites is not kept"
                            + " here. Name one.",
                    List.of());
        } else {
            drift(draft, declared);
        }
        special(draft);
        flows.tellWhatIsNotKept(draft);
    }

    /** Special categories under the GDPR whose entries name no condition of Art. 9(2): there should be none. */
    private void special(Draft draft) {
        for (Map.Entry<Flows.Key, Flows.Flow> one : flows.all().entrySet()) {
            Flows.Key key = one.getKey();
            if (!key.legal().containsKey("gdpr6") || key.legal().containsKey("gdpr9")) {
                continue;
            }
            SortedMap<String, Categories.Category> categories = new TreeMap<>();
            Categories.add(categories, flows, key, one.getValue());
            categories.forEach((id, category) -> {
                if (category.special() && category.went()) {
                    draft.finding(
                            "no-condition",
                            id + " of " + key.dataset() + " went to " + key.recipient()
                                    + " under the GDPR with no condition of Art. 9(2).",
                            List.of(one.getValue().times().place()));
                }
            });
        }
    }

    private void activities(Draft draft, @Nullable Declared declared) {
        SortedMap<Activity, List<Map.Entry<Flows.Key, Flows.Flow>>> all =
                new TreeMap<>(Comparator.comparing(Activity::toString));
        for (Map.Entry<Flows.Key, Flows.Flow> flow : flows.all().entrySet()) {
            Flows.Key key = flow.getKey();
            all.computeIfAbsent(
                            new Activity(key.controller(), key.legal("purpose"), key.dataset(), key.recipient()),
                            unused -> new ArrayList<>())
                    .add(flow);
        }
        Draft.Table table = draft.table(
                        "activities",
                        "Processing that was observed",
                        "Art. 30(1): controller (a), purposes (b), categories of data (c), recipients (d), transfers (e), time"
                                + " limits (f), measures (g).")
                .column("controller", "Controller (a)", Kind.TEXT)
                .column("purpose", "Purpose (b)", Kind.CODE)
                .column("ground", "Ground", Kind.TEXT)
                .column("dataset", "Dataset", Kind.CODE)
                .column("categories", "Categories (c)", Kind.TEXT)
                .column("recipient", "Recipient (d)", Kind.TEXT)
                .column("transfer", "Country, safeguard (e)", Kind.TEXT)
                .column("days", "Kept, days (f)", Kind.NUMBER)
                .column("measures", "Measures (g)", Kind.TEXT)
                .column("views", "Views", Kind.NUMBER)
                .column("last", "Last", Kind.TIME);
        all.forEach((activity, of) -> {
            SortedSet<String> categories = new TreeSet<>();
            SortedSet<String> measures = new TreeSet<>();
            SortedSet<String> grounds = new TreeSet<>();
            long views = 0;
            String last = "";
            for (Map.Entry<Flows.Key, Flows.Flow> flow : of) {
                views += flow.getValue().times().count();
                String until = flow.getValue().times().last();
                last = until.compareTo(last) > 0 ? until : last;
                grounds.add(flow.getKey().ground());
                for (Flows.Use use : flows.uses(flow.getKey(), flow.getValue())) {
                    if (Treatment.of(use.kind()) != Treatment.GONE) {
                        categories.addAll(use.classNames());
                    }
                    if (Treatment.of(use.kind()) != Treatment.CLEAR) {
                        measures.add(use.transform());
                    }
                }
            }
            Parties.Party party = parties.of(activity.recipient());
            table.row(
                    controller(activity.controller(), declared),
                    activity.purpose(),
                    String.join("; ", grounds),
                    activity.dataset(),
                    String.join(", ", categories),
                    (activity.recipient() + " " + party.name()).strip(),
                    (party.country() + " " + party.safeguard()).strip(),
                    days(activity.dataset(), declared),
                    String.join(", ", measures),
                    views,
                    last);
        });
    }

    private static String controller(String id, @Nullable Declared declared) {
        Controller known =
                declared == null ? null : declared.rulebook().controllers().get(id);
        return known == null ? id : known.name() + ", " + known.contact();
    }

    private static Object days(String dataset, @Nullable Declared declared) {
        Dataset known = declared == null ? null : declared.dataset(dataset);
        return known == null ? "" : (Object) (long) known.retentionDays();
    }

    private void drift(Draft draft, Declared declared) {
        SortedMap<String, Times> observed = new TreeMap<>();
        SortedMap<String, SortedSet<String>> grounds = new TreeMap<>();
        SortedMap<String, Boolean> otherBasis = new TreeMap<>();
        SortedMap<String, Long> places = new TreeMap<>();
        SortedMap<String, Long> counts = new TreeMap<>();
        for (Map.Entry<Flows.Key, Flows.Flow> one : flows.all().entrySet()) {
            Flows.Key key = one.getKey();
            String pair = key.dataset() + " " + key.recipient();
            observed.putIfAbsent(pair, one.getValue().times());
            counts.merge(pair, one.getValue().times().count(), Long::sum);
            places.merge(pair, one.getValue().times().place(), Math::min);
            grounds.computeIfAbsent(pair, unused -> new TreeSet<>())
                    .add((key.legal("purpose") + " " + key.ground()).strip());
            otherBasis.merge(pair, isOther(key, declared), Boolean::logicalOr);
        }
        Draft.Table table = draft.table(
                        "drift",
                        "Declared and observed",
                        "Compared with " + declared.name()
                                + ". A flow is a protection of the rulebook that opens a dataset to a recipient.")
                .column("dataset", "Dataset", Kind.CODE)
                .column("recipient", "Recipient", Kind.CODE)
                .column("state", "State", Kind.STATE)
                .column("observed", "Ground observed", Kind.TEXT)
                .column("declared", "Ground declared", Kind.TEXT)
                .column("views", "Views", Kind.NUMBER)
                .column("entry", "First entry", Kind.ENTRY);
        SortedSet<String> pairs = new TreeSet<>(declared.flows());
        pairs.addAll(observed.keySet());
        for (String pair : pairs) {
            String dataset = pair.substring(0, pair.indexOf(' '));
            String recipient = pair.substring(pair.indexOf(' ') + 1);
            if (onlyDataset != null && !onlyDataset.equals(dataset)) {
                continue;
            }
            String state = !observed.containsKey(pair)
                    ? "not observed"
                    : !declared.flows().contains(pair)
                            ? "not declared"
                            : Boolean.TRUE.equals(otherBasis.get(pair)) ? "other basis" : "observed";
            String seen = String.join("; ", grounds.getOrDefault(pair, new TreeSet<>()));
            table.row(
                    dataset,
                    recipient,
                    state,
                    seen,
                    ground(dataset, recipient, declared),
                    counts.getOrDefault(pair, 0L),
                    places.containsKey(pair) ? (Object) places.getOrDefault(pair, 0L) : "");
            if (state.equals("not declared") || state.equals("other basis")) {
                draft.finding(
                        state.replace(' ', '-'),
                        dataset + " went to " + recipient
                                + (state.equals("other basis")
                                        ? " on another ground than is declared: " + seen + "."
                                        : ", which no protection of the rulebook opens."),
                        List.of(places.getOrDefault(pair, 0L)));
            }
        }
    }

    /** Whether a view went out for another purpose or on another ground than the recipient's purpose has. */
    private static boolean isOther(Flows.Key key, Declared declared) {
        Recipient recipient = declared.rulebook().recipients().get(key.recipient());
        Purpose purpose =
                recipient == null ? null : declared.rulebook().purposes().get(recipient.purpose());
        return purpose == null
                || !key.legal("purpose").equals(purpose.id())
                || differs(key, "gdpr6", purpose.gdpr6())
                || differs(key, "gdpr9", purpose.gdpr9())
                || differs(key, "hipaa", purpose.hipaa())
                || differs(key, "consent", purpose.consentText());
    }

    /** A part is named where the regime applies; it is another where it is named and is not what is declared. */
    private static boolean differs(Flows.Key key, String part, @Nullable String declared) {
        return key.legal().containsKey(part) && !key.legal(part).equals(declared == null ? "" : declared);
    }

    private static String ground(String dataset, String recipient, Declared declared) {
        Recipient known = declared.rulebook().recipients().get(recipient);
        Purpose purpose = known == null ? null : declared.rulebook().purposes().get(known.purpose());
        if (purpose == null) {
            return "";
        }
        Dataset of = declared.dataset(dataset);
        List<String> parts = new ArrayList<>();
        if (of == null || of.regimes().contains("gdpr")) {
            add(parts, purpose.gdpr6());
            add(parts, purpose.gdpr9());
        }
        if (of == null || of.regimes().contains("hipaa")) {
            add(parts, purpose.hipaa());
        }
        return (purpose.id() + " " + String.join(", ", parts)).strip();
    }

    private static void add(List<String> parts, @Nullable String part) {
        if (part != null) {
            parts.add(part);
        }
    }
}
