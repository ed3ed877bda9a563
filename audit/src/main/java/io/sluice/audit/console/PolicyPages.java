package io.sluice.audit.console;

import static io.sluice.core.decision.AccessInput.Act.OVERVIEW;
import static io.sluice.core.decision.AccessInput.Act.SEARCH;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The pages about the policy: what revisions do, what differs, and what that would have meant. Thread-safe. */
final class PolicyPages {
    private static final String PLACE = PolicyForm.MATRIX;

    private final LogDesk desk;
    private final Revisions revisions;
    private final Clock clock;

    PolicyPages(LogDesk desk, Revisions revisions, Clock clock) {
        this.desk = desk;
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
        VerifiedBundle shown = chosen(question, "revision").orElseGet(revisions::inForce);
        PolicyMatrix matrix = revisions.matrix(shown, today());
        return new MatrixPage(matrix, question.parameters()).content(revisions.all(), shown);
    }

    private Html diff(Question question) {
        VerifiedBundle after = chosen(question, "after").orElseGet(revisions::inForce);
        VerifiedBundle before = chosen(question, "before").orElseGet(() -> revisions.before(after));
        return DiffPage.content(revisions.all(), before, after, revisions.diff(before, after, today()));
    }

    private Html impact(Question question) {
        VerifiedBundle after = chosen(question, "after").orElseGet(revisions::inForce);
        VerifiedBundle before = chosen(question, "before").orElseGet(() -> revisions.before(after));
        Map<String, String> given = question.parameters();
        boolean asked = given.containsKey("from") || given.containsKey("until");
        Optional<ImpactReport> report =
                asked ? Optional.of(counted(before, after, Filters.of(question))) : Optional.empty();
        return ImpactPage.content(revisions.all(), before, after, given, report);
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

    private Optional<VerifiedBundle> chosen(Question question, String parameter) {
        return question.parameter(parameter).map(revisions::find);
    }

    private LocalDate today() {
        return clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
    }

    /** Numbers of revisions that there are, and ids that the rulebook knows; of the rest only that it was there. */
    private String told(String what, Question question) {
        StringBuilder said = new StringBuilder(what);
        for (String name : List.of("revision", "before", "after")) {
            chosen(question, name)
                    .ifPresent(
                            bundle -> said.append(' ').append(name).append('=').append(bundle.revision()));
        }
        String filter = question.granted() == null
                ? ""
                : Filters.told(question, question.granted().policy().rulebook());
        return (said + " " + filter).strip();
    }
}
