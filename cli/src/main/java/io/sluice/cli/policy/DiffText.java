package io.sluice.cli.policy;

import io.sluice.policies.diff.Direction;
import io.sluice.policies.diff.FieldChange;
import io.sluice.policies.diff.RevisionDiff;
import io.sluice.policies.diff.ViewDiff;
import io.sluice.policies.impact.ImpactReport;
import java.util.List;
import java.util.Locale;

/** Changes of views, for people. {@code -o json} has everything. */
public final class DiffText {
    private static final int FIELDS_SHOWN = 25;
    private static final int WHEN_SHOWN = 3;

    private DiffText() {}

    /** The whole of a comparison. */
    public static String of(RevisionDiff diff) {
        StringBuilder text = new StringBuilder();
        if (diff.decidesAlike()) {
            text.append("The two decide alike, whoever posts what for what purpose.\n");
        }
        for (RevisionDiff.ViewChange view : diff.views()) {
            if (view.diff().fields().isEmpty() && view.diff().terms().isEmpty()) {
                continue; // withheld under both: told below
            }
            text.append(view.dataset())
                    .append(" for ")
                    .append(view.recipient())
                    .append(": ")
                    .append(dispositions(view.diff()))
                    .append('\n');
            when(text, view.when().stream().map(Object::toString).toList());
            details(text, view.diff());
        }
        long withheld = diff.views().stream()
                .filter(view ->
                        view.diff().fields().isEmpty() && view.diff().terms().isEmpty())
                .count();
        if (withheld > 0) {
            text.append("Withheld as before, for other reasons: ")
                    .append(count(withheld, "case"))
                    .append(" (-o json).\n");
        }
        if (!diff.tables().isEmpty()) {
            text.append("Files: ").append(String.join(", ", diff.tables())).append(".\n");
        }
        if (!diff.opensSpecial().isEmpty()) {
            text.append("It opens a special category: an officer of the role dpo has to approve it, and policy activate"
                    + " asks for --acknowledge.\n");
        }
        return text.toString();
    }

    /** A report of an impact. */
    public static String of(ImpactReport report) {
        StringBuilder text = new StringBuilder();
        for (ImpactReport.ViewImpact view : report.views()) {
            text.append(view.dataset())
                    .append(" for ")
                    .append(view.recipient())
                    .append(": ")
                    .append(dispositions(view.diff()))
                    .append(", ")
                    .append(count(view.records(), "record"))
                    .append(" of ")
                    .append(count(view.subjects(), "subject"))
                    .append('\n');
            details(text, view.diff());
        }
        text.append(count(report.changedRecords(), "record"))
                .append(" of ")
                .append(report.records())
                .append(" and ")
                .append(count(report.changedSubjects(), "subject"))
                .append(" of ")
                .append(report.subjects())
                .append(" would have another view (")
                .append(count(report.inputs(), "decision input"))
                .append(" decided under both).\n");
        if (report.unreadable() > 0) {
            text.append(count(report.unreadable(), "decision input"))
                    .append(" of an older version could not be decided again and are not counted.\n");
        }
        return text.toString();
    }

    private static String count(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    /** What goes out, and what of it changes. */
    public static String dispositions(ViewDiff diff) {
        return diff.before().equals(diff.after()) ? diff.after() : diff.before() + " -> " + diff.after();
    }

    private static void when(StringBuilder text, List<String> when) {
        text.append("  when ").append(String.join("; or ", when.subList(0, Math.min(WHEN_SHOWN, when.size()))));
        text.append(when.size() > WHEN_SHOWN ? "; or in " + (when.size() - WHEN_SHOWN) + " more cases\n" : "\n");
    }

    /** Fields and terms, a line each, indented. */
    public static void details(StringBuilder text, ViewDiff diff) {
        for (FieldChange field :
                diff.fields().subList(0, Math.min(FIELDS_SHOWN, diff.fields().size()))) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %-7s  %s  %s -> %s%s (%s)\n",
                    field.direction().code(),
                    field.pattern(),
                    field.before(),
                    field.after(),
                    field.special() && field.direction() != Direction.CLOSES ? ", SPECIAL CATEGORY" : "",
                    String.join(", ", field.classes())));
        }
        if (diff.fields().size() > FIELDS_SHOWN) {
            text.append("  and ").append(diff.fields().size() - FIELDS_SHOWN).append(" more fields (-o json)\n");
        }
        for (ViewDiff.TermChange term : diff.terms()) {
            text.append("  ")
                    .append(term.what())
                    .append(": ")
                    .append(term.before())
                    .append(" -> ")
                    .append(term.after())
                    .append('\n');
        }
    }
}
