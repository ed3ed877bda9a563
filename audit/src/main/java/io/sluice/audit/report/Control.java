package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What shows that a clause is lived, as {@code controls.json} has it.
 *
 * @param clause its citation
 * @param shows what the entry shows, in words
 * @param code of the act or outcome that shows it; null where a report does
 * @param report whose making shows it, as a reading of the log tells; null where an act or outcome does
 * @param within how old the newest one may be, as ISO 8601 has it; null for what happens on occasion
 */
record Control(
        String clause,
        String shows,
        @Nullable String code,
        @Nullable String report,
        @Nullable String within) {
    Control {
        if ((code == null) == (report == null)) {
            throw new IllegalArgumentException("either an act or a report shows that " + clause + " is lived");
        }
    }

    /** Those of a report's file. */
    static List<Control> of(JsonNode file) {
        List<Control> controls = new ArrayList<>();
        for (JsonNode control : file.path("controls")) {
            for (JsonNode evidence : control.path("evidence")) {
                controls.add(new Control(
                        control.path("clause").asText(),
                        evidence.path("shows").asText(),
                        evidence.path("code").textValue(),
                        evidence.path("report").textValue(),
                        evidence.path("within").textValue()));
            }
        }
        if (controls.isEmpty()) {
            throw new IllegalStateException("a report's file lists no control");
        }
        return controls;
    }

    /** Code or report, as people say it. */
    String source() {
        return code != null ? code : "report " + report;
    }

    /** How often, in words. */
    String cadence() {
        return within == null
                ? "on occasion"
                : "every " + ReportSpec.Term.length(within).replaceFirst("^1 ", "");
    }

    /** Until when one of that time is fresh; null where it never ages. */
    @Nullable
    Instant freshUntil(Instant time) {
        if (within == null) {
            return null;
        }
        TemporalAmount amount =
                within.startsWith("PT") ? java.time.Duration.parse(within) : java.time.Period.parse(within);
        return time.atZone(ZoneOffset.UTC).plus(amount).toInstant();
    }
}
