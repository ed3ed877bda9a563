package io.sluice.audit.report;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * When the review of activity falls due (45 CFR 164.308(a)(1)(ii)(D)): so long after the last one that was signed and entered,
 * or after the log's first entry where there is none, as the report's data say.
 *
 * @param last when the last review was entered; empty where none was
 * @param due until when the next one has to be
 */
public record ReviewCadence(Optional<Instant> last, Instant due) {
    /** The report whose data say how often. */
    static final String REPORT = "activity";
    /** Its deadline. */
    static final String TERM = "review";

    /**
     * Of a log.
     *
     * @param last when the last review was entered; empty where none was
     * @param begin when the log began
     */
    public static ReviewCadence of(Optional<Instant> last, Instant begin) {
        ReportSpec.Term term = ReportSpec.of(REPORT).stream()
                .flatMap(spec -> spec.terms().stream())
                .filter(one -> one.id().equals(TERM))
                .findFirst()
                .orElseThrow();
        return new ReviewCadence(
                last, Objects.requireNonNull(Draft.ends(term, last.orElse(begin)), "it counts from something"));
    }

    /** Whether it is too late. */
    public boolean overdue(Instant now) {
        return now.isAfter(due);
    }
}
