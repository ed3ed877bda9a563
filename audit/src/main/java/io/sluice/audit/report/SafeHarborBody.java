package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.report.Report.Kind;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.rulebook.DataClass;
import io.sluice.core.rulebook.TransformKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Evidence of de-identification by Safe Harbor (45 CFR 164.514(b)(2)(i)): for each of the eighteen identifiers, what was done
 * to it in the views that went out as de-identified, and every view that contradicts.
 */
final class SafeHarborBody implements Body {
    private static final String DE_IDENTIFIED = "de-identified";

    private final @Nullable String only;
    private final ReportSpec spec;
    private final PolicyAtHand policies;
    private final Flows flows;
    private long others;
    /** Whether the plan of a view, or what a field of it is, is not known: then nothing did not occur. */
    private boolean unknown;

    private enum Verdict {
        REMOVED,
        ALLOWED,
        CODED,
        CONTRADICTS
    }

    /** One of the eighteen. */
    private static final class Identifier {
        private final Map<Verdict, Long> counts = new EnumMap<>(Verdict.class);

        private long count(Verdict verdict) {
            return counts.getOrDefault(verdict, 0L);
        }
    }

    SafeHarborBody(ReportQuestion question, PolicyAtHand policies) {
        this.only = question.value(Parameter.RECIPIENT).orElse(null);
        this.spec = question.spec();
        this.policies = policies;
        this.flows = new Flows(policies);
    }

    @Override
    public void take(long place, JsonNode entry) {
        if (!entry.path("type").asText().equals(AuditEntry.RECORD)) {
            return;
        }
        for (JsonNode recipient : entry.path("recipients")) {
            if (!recipient.path("disposition").asText().equals("release")
                    || only != null && !only.equals(recipient.path("id").asText())) {
                continue;
            }
            if (recipient.path("legal").path("accounting528").asText("").equals(DE_IDENTIFIED)
                    || profile(
                                    entry.path("policy").path("bundle").asText(""),
                                    recipient
                                            .path("reasons")
                                            .path(0)
                                            .path("rule")
                                            .asText(""))
                            != null) {
                flows.take(place, entry, recipient);
            } else {
                others++;
            }
        }
    }

    /** The de-identifying profile that a protection is under; null where it is under none. */
    private Declared.@Nullable Profile profile(String bundle, String protection) {
        Declared.Profile profile = policies.rulebook(bundle)
                .map(declared -> declared.profileOf(protection))
                .orElse(null);
        return profile != null && profile.deIdentifies() ? profile : null;
    }

    @Override
    public void write(Draft draft) {
        SortedMap<String, Identifier> identifiers = new TreeMap<>();
        spec.words().keySet().forEach(letter -> identifiers.put(letter, new Identifier()));
        List<Object[]> rows = new ArrayList<>();
        for (Map.Entry<Flows.Key, Flows.Flow> one : flows.all().entrySet()) {
            rows.add(view(draft, identifiers, one.getKey(), one.getValue()));
        }
        Draft.Table table = draft.table(
                        "identifiers",
                        "The eighteen identifiers",
                        "Fields of views that went out as de-identified. Kept in part: three digits of a ZIP code (B), the year"
                                + " and ages to 89 (C). Coded: a random code that is derived from nothing (164.514(c)).")
                .column("letter", "Letter", Kind.CODE)
                .column("identifier", "Identifier", Kind.TEXT)
                .column("removed", "Removed", Kind.NUMBER)
                .column("part", "Kept in part", Kind.NUMBER)
                .column("coded", "Coded", Kind.NUMBER)
                .column("contradicts", "Contradicts", Kind.NUMBER)
                .column("state", "State", Kind.STATE);
        identifiers.forEach((letter, of) -> table.row(
                letter,
                spec.words().getOrDefault(letter, ""),
                of.count(Verdict.REMOVED),
                of.count(Verdict.ALLOWED),
                of.count(Verdict.CODED),
                of.count(Verdict.CONTRADICTS),
                state(of)));
        Draft.Table views = draft.table("views", "Views that went out as de-identified", "")
                .column("dataset", "Dataset", Kind.CODE)
                .column("recipient", "Recipient", Kind.CODE)
                .column("protection", "Protection", Kind.CODE)
                .column("clause", "Profile's clause", Kind.TEXT)
                .column("views", "Views", Kind.NUMBER)
                .column("undeclared", "Undeclared dropped", Kind.NUMBER)
                .column("masked", "Masked in texts", Kind.NUMBER)
                .column("state", "State", Kind.STATE)
                .column("entry", "First entry", Kind.ENTRY);
        rows.forEach(views::row);
        draft.table("others", "Views that do not claim to be de-identified", "They are not looked at here.")
                .column("views", "Views", Kind.NUMBER)
                .row(others);
        flows.tellWhatIsNotKept(draft);
    }

    private String state(Identifier identifier) {
        if (identifier.count(Verdict.CONTRADICTS) > 0) {
            return "contradicts";
        }
        return unknown ? "not known" : identifier.counts.isEmpty() ? "did not occur" : "closed";
    }

    private Object[] view(Draft draft, Map<String, Identifier> identifiers, Flows.Key key, Flows.Flow flow) {
        boolean known = policies.plan(key.plan()).isPresent();
        boolean good = true;
        Declared.Profile profile = profile(key.bundle(), key.rule());
        List<Long> at = List.of(flow.times().place());
        if (profile == null && policies.rulebook(key.bundle()).isPresent()) {
            draft.finding(
                    "no-profile",
                    "Views of " + key.dataset() + " for " + key.recipient()
                            + " say that they are de-identified, and their protection " + key.rule()
                            + " is under no profile that de-identifies.",
                    at);
            good = false;
        }
        for (Flows.Use use : flows.uses(key, flow)) {
            if (use.classes().isEmpty() && Treatment.of(use.kind()) != Treatment.GONE) {
                draft.finding(
                        "class-unknown",
                        "What " + use.pattern() + " of " + key.dataset() + " is, is not known; it went to "
                                + key.recipient() + " by " + use.transform() + ".",
                        at);
                known = false;
            }
            for (DataClass one : use.classes()) {
                String letter = one.hipaa();
                Identifier identifier = letter == null ? null : identifiers.get(letter);
                if (identifier == null) {
                    continue;
                }
                Verdict verdict = verdict(letter, use);
                identifier.counts.merge(verdict, use.count(), Long::sum);
                if (verdict == Verdict.CONTRADICTS) {
                    draft.finding(
                            "contradicts",
                            "(" + letter + ") " + use.pattern() + " of " + key.dataset() + ", a " + one.id()
                                    + ", went to " + key.recipient() + " by " + use.transform() + ", " + use.count()
                                    + " fields.",
                            at);
                    good = false;
                }
            }
        }
        unknown |= !known;
        return new Object[] {
            key.dataset(),
            key.recipient(),
            key.rule(),
            profile == null ? "" : profile.clause(),
            flow.times().count(),
            flow.undeclared(),
            flow.masked().values().stream().mapToLong(Long::longValue).sum(),
            !good ? "contradicts" : known ? "ok" : "not known",
            flow.times().place()
        };
    }

    private static Verdict verdict(@Nullable String letter, Flows.Use use) {
        if (Treatment.of(use.kind()) == Treatment.GONE) {
            return Verdict.REMOVED;
        }
        if (use.kind() == TransformKind.PSEUDONYMISE) {
            return Verdict.CODED;
        }
        boolean allowed =
                switch (letter == null ? "" : letter) {
                    case "B" -> use.transform().equals("generalise.zip3");
                    case "C" ->
                        use.transform().equals("generalise.year")
                                || use.transform().equals("generalise.age90");
                    default -> false;
                };
        return allowed ? Verdict.ALLOWED : Verdict.CONTRADICTS;
    }
}
