package io.sluice.audit.report;

import io.sluice.audit.query.QueryFilter;
import io.sluice.core.decision.Disposition;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which code makes which report of which entries. Stateless. */
final class Bodies {
    /** What 45 CFR 164.528(a)(1) goes back. */
    private static final int ACCOUNTED_YEARS = 6;

    private Bodies() {}

    /**
     * The question with the window that the report has by law where none was given: an accounting goes back six years from the
     * request, else from its end, else from the last entry. It ends where the question ends it.
     *
     * @param last when the last entry was recorded; null in an empty log
     */
    static ReportQuestion window(ReportQuestion question, @Nullable Instant last) {
        if (!question.spec().name().equals("accounting")
                || question.time(Parameter.FROM).isPresent()) {
            return question;
        }
        Instant request = question.time(Parameter.CLOCK)
                .or(() -> question.time(Parameter.UNTIL))
                .orElse(last == null ? Instant.EPOCH : last);
        Instant from =
                request.atOffset(ZoneOffset.UTC).minusYears(ACCOUNTED_YEARS).toInstant();
        return question.since(from.isBefore(Instant.EPOCH) ? Instant.EPOCH : from);
    }

    /** Which entries the report has to see, one kind after the other. */
    static List<QueryFilter> filters(ReportQuestion question) {
        QueryFilter filter = question.filter();
        return switch (question.spec().name()) {
            case "fields" ->
                List.of(filter.withRecipient(question.value(Parameter.RECIPIENT).orElseThrow())
                        .withDisposition(Disposition.RELEASE));
            case "refusals" -> List.of(filter.withCode("admission-refused"));
            case "controls" -> List.of(question.filterAsOf().withCode("audit-read"));
            case "holds" ->
                Stream.of("legal-hold-set", "legal-hold-released", "erasure-held", "subject-erased")
                        .map(code -> question.filterAsOf().withCode(code))
                        .toList();
            default -> List.of(filter(question, filter));
        };
    }

    private static QueryFilter filter(ReportQuestion question, QueryFilter filter) {
        return switch (question.spec().name()) {
            case "dpia" -> filter.between(question.time(Parameter.BASELINE).orElse(null), filter.to());
            case "accounting" -> filter.between(null, null); // whenever a suspension was noted, it counts
            default -> filter;
        };
    }

    /**
     * What makes it of them.
     *
     * @param declared null for the rulebook that the last decided record cites
     * @param finder what else it may look up
     * @param last when the last entry of the log was recorded; null where that is not known
     */
    static Body of(
            ReportQuestion question,
            PolicyAtHand policies,
            @Nullable Declared declared,
            Finder finder,
            @Nullable Instant last) {
        return switch (question.spec().name()) {
            case "conservation" -> new ConservationBody(question, policies);
            case "activity" -> new ActivityBody();
            case "access" -> new AccessBody(policies);
            case "portability" -> new PortabilityBody(policies);
            case "processing" -> new ProcessingBody(question, policies, declared);
            case "dpia" -> new DpiaBody(question, policies);
            case "accounting" -> new AccountingBody(question, policies, last);
            case "safe-harbor" -> new SafeHarborBody(question, policies);
            case "breach" -> new BreachBody(question, policies);
            case "fields" -> new FieldsBody(question.value(Parameter.RECIPIENT).orElseThrow(), policies);
            case "refusals" -> new RefusalsBody();
            case "holds" -> new HoldsBody(question, policies, finder, last);
            case "controls" -> new ControlsBody(question, Control.of(ReportSpec.file("controls")), finder, last);
            default ->
                throw new IllegalStateException(
                        "no code makes the report " + question.spec().name());
        };
    }
}
