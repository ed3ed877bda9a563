package io.sluice.audit.console;

import static io.sluice.core.decision.AccessInput.Act.DRAFT;
import static io.sluice.core.decision.AccessInput.Act.OVERVIEW;
import static io.sluice.core.decision.AccessInput.Act.SEARCH;

import io.sluice.audit.access.Admission;
import io.sluice.audit.access.ReaderDesk;
import io.sluice.audit.api.Filters;
import io.sluice.audit.api.LogDesk;
import io.sluice.audit.api.Question;
import io.sluice.audit.api.Route;
import io.sluice.audit.query.DecisionInputs;
import io.sluice.audit.query.QueryFilter;
import io.sluice.policies.impact.ImpactMeter;
import io.sluice.policies.impact.ImpactReport;
import io.sluice.policies.matrix.PolicyMatrix;
import io.sluice.policies.verify.VerifiedBundle;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The pages about the policy: what revisions do, what differs, and what that would have meant. Thread-safe. */
final class PolicyPages {
    private static final String PLACE = PolicyForm.MATRIX;

    private final LogDesk desk;
    private final Revisions revisions;
    private final ReaderDesk readers;
    private final Clock clock;

    PolicyPages(LogDesk desk, Revisions revisions, ReaderDesk readers, Clock clock) {
        this.desk = desk;
        this.readers = readers;
        this.revisions = revisions;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.reading(
                        PolicyForm.MATRIX,
                        OVERVIEW,
                        Set.of("revision", "dataset", "recipient", "field", "show"),
                        question -> told("policy matrix", question),
                        question -> ConsoleRoutes.page(question, "Policy matrix", PLACE, matrix(question))),
                Route.reading(
                        PolicyForm.DIFF,
                        OVERVIEW,
                        Set.of("before", "after"),
                        question -> told("policy diff", question),
                        question -> ConsoleRoutes.page(question, "Differences", PLACE, diff(question))),
                Route.reading(
                        PolicyForm.IMPACT,
                        SEARCH,
                        Set.of("before", "after", "from", "until"),
                        question -> told("policy impact", question),
                        question -> ConsoleRoutes.page(question, "Impact", PLACE, impact(question))));
    }

    private Html matrix(Question question) {
        List<Revision> all = all(question);
        Revision shown = chosen(all, question, "revision").orElse(all.get(0));
        PolicyMatrix matrix = revisions.matrix(shown.bundle(), today());
        return new MatrixPage(matrix, question.parameters()).content(all, shown);
    }

    private Html diff(Question question) {
        List<Revision> all = all(question);
        Revision after = chosen(all, question, "after").orElse(all.get(0));
        Revision before = chosen(all, question, "before").orElseGet(() -> Revisions.before(all, after));
        return DiffPage.content(all, before, after, revisions.diff(before.bundle(), after.bundle(), today()));
    }

    private Html impact(Question question) {
        List<Revision> all = all(question);
        Revision after = chosen(all, question, "after").orElse(all.get(0));
        Revision before = chosen(all, question, "before").orElseGet(() -> Revisions.before(all, after));
        Map<String, String> given = question.parameters();
        boolean asked = given.containsKey("from") || given.containsKey("until");
        Optional<ImpactReport> report =
                asked ? Optional.of(counted(before.bundle(), after.bundle(), Filters.of(question))) : Optional.empty();
        return ImpactPage.content(all, before, after, given, report);
    }

    /** Those that the reader may see: drafts where a grant says so. */
    private List<Revision> all(Question question) {
        return revisions.all(readers.ask(question.visitor(), DRAFT, clock.instant()) instanceof Admission.Granted);
    }

    private ImpactReport counted(VerifiedBundle before, VerifiedBundle after, QueryFilter window) {
        return revisions.alone(before, after, was -> is -> {
            ImpactMeter meter = new ImpactMeter(was, is);
            DecisionInputs.Asked counted = new DecisionInputs.Asked() {
                @Override
                public void input(String json) {
                    meter.input(json);
                }

                @Override
                public void records(long subject, long records) {
                    meter.records(subject, records);
                }
            };
            desk.inputs(window, new BoundedImpact(counted, System::nanoTime));
            return meter.report();
        });
    }

    private static Optional<Revision> chosen(List<Revision> all, Question question, String parameter) {
        return question.parameter(parameter).map(name -> Revisions.find(all, name));
    }

    private LocalDate today() {
        return clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
    }

    /** Names of revisions that there are, and ids that the rulebook knows; of the rest only that it was there. */
    private String told(String what, Question question) {
        Set<String> said =
                new LinkedHashSet<>(); // a revision is told by its name and as a filter, and stands there once
        List<Revision> all = all(question);
        for (String name : List.of("revision", "before", "after")) {
            chosen(all, question, name).ifPresent(revision -> said.add(name + "=" + revision.name()));
        }
        if (question.granted() != null) {
            String filter = Filters.told(question, question.granted().policy().rulebook());
            said.addAll(List.of(filter.split(" ")));
        }
        return (what + " " + String.join(" ", said)).strip();
    }
}
