package io.sluice.audit.report;

import io.sluice.audit.query.QueryFilter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Which code makes which report. Stateless. */
final class Bodies {
    private Bodies() {}

    /** The question with the window that the report has by law where none was given. @param last null in an empty log */
    static ReportQuestion window(ReportQuestion question, @Nullable Instant last) {
        return question;
    }

    /** Which entries the report has to see. */
    static QueryFilter filter(ReportQuestion question) {
        return question.filter();
    }

    /** What makes it of them. @param declared null for the rulebook that the last decided record cites */
    static Body of(ReportQuestion question, PolicyAtHand policies, @Nullable Declared declared) {
        return switch (question.spec().name()) {
            case "conservation" -> new ConservationBody(question, policies);
            default ->
                throw new IllegalStateException(
                        "no code makes the report " + question.spec().name());
        };
    }
}
