package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.query.QueryFilter;
import io.sluice.audit.query.QueryPage;
import io.sluice.audit.report.Report.Kind;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Of each control the freshest evidence that the log holds, and whether that is fresh enough. It is shown the readings. */
final class ControlsBody implements Body {
    private static final String REPORT = "report ";

    private final ReportQuestion question;
    private final List<Control> controls;
    private final Finder finder;
    private final @Nullable Instant now;
    /** By report, the newest reading in which one was given. */
    private final Map<String, Evidence> reports = new HashMap<>();

    private record Evidence(String time, long place) {}

    /** @param last when the last entry was recorded; what the question counts by goes before */
    ControlsBody(ReportQuestion question, List<Control> controls, Finder finder, @Nullable Instant last) {
        this.question = question;
        this.controls = controls;
        this.finder = finder;
        this.now = question.time(Parameter.CLOCK)
                .or(() -> question.time(Parameter.UNTIL))
                .orElse(last);
    }

    @Override
    public void take(long place, JsonNode entry) {
        for (JsonNode asked : entry.path("detail").path("questions")) {
            String said = asked.path("asked").asText("");
            if (said.startsWith(REPORT) && asked.path("answered").asLong(0) > 0) { // not a form, not what was refused
                String name = said.substring(REPORT.length()).split(" ", 2)[0];
                reports.put(name, new Evidence(Times.of(entry), place));
            }
        }
    }

    @Override
    public void write(Draft draft) {
        Draft.Table table = draft.table(
                        "controls",
                        "Controls and their evidence",
                        "Fresh or not as of the time that was asked for, else of the log's last entry. How often is this"
                                + " report's own rule where the clause names no term.")
                .column("clause", "Clause", Kind.TEXT)
                .column("shows", "What shows it", Kind.TEXT)
                .column("source", "Entry", Kind.CODE)
                .column("cadence", "How often", Kind.TEXT)
                .column("last", "Freshest", Kind.TIME)
                .column("entry", "Place", Kind.ENTRY)
                .column("state", "State", Kind.STATE);
        for (Control control : controls) {
            Evidence found = freshest(control);
            String state = state(control, found);
            table.row(
                    control.clause(),
                    control.shows(),
                    control.source(),
                    control.cadence(),
                    found == null ? "" : found.time(),
                    found == null ? "" : (Object) found.place(),
                    state);
            if (state.equals("missing")) {
                draft.finding("missing", control.clause() + ": the log holds no " + control.source() + ".", List.of());
            } else if (found != null && state.equals("stale")) {
                draft.finding(
                        "stale",
                        control.clause() + ": the last " + control.source() + " was at " + found.time() + ", due "
                                + control.cadence() + ".",
                        List.of(found.place()));
            }
        }
    }

    private @Nullable Evidence freshest(Control control) {
        if (control.report() != null) {
            return reports.get(control.report());
        }
        QueryFilter window = question.filterAsOf();
        return finder.newest(window.withCode(String.valueOf(control.code())))
                .map(ControlsBody::evidence)
                .orElse(null);
    }

    private static Evidence evidence(QueryPage.Found found) {
        return new Evidence(Times.of(found.entry()), found.index());
    }

    private String state(Control control, @Nullable Evidence found) {
        if (found == null) {
            return control.within() == null ? "none yet" : "missing";
        }
        try {
            Instant until = control.freshUntil(Instant.parse(found.time()));
            return until == null ? "on occasion" : now != null && now.isAfter(until) ? "stale" : "fresh";
        } catch (DateTimeException e) {
            return "stale"; // what has no time proves no freshness
        }
    }
}
