package io.sluice.cli.check;

import io.sluice.cli.output.Table;
import io.sluice.cli.output.Terminal;
import io.sluice.cli.output.Terminal.Style;
import io.sluice.policies.check.Review;
import io.sluice.policies.check.StageResult;
import io.sluice.policies.load.Finding;
import io.sluice.policies.load.Finding.Severity;
import java.util.ArrayList;
import java.util.List;

/** A review for people: the findings, what each stage looked at, a last line that says it all. Stateless. */
public final class ReviewText {
    private ReviewText() {}

    /** @param notes whether notes are shown one by one, and not only counted */
    public static String of(Review review, boolean notes, Terminal terminal) {
        List<String> parts = new ArrayList<>();
        String findings = review.findings().stream()
                .filter(finding -> notes || finding.severity() != Severity.NOTE)
                .map(finding -> styled(finding, terminal))
                .reduce((one, next) -> one + "\n" + next)
                .orElse("");
        if (!findings.isEmpty()) {
            parts.add(findings + "\n");
        }
        parts.add(stages(review));
        parts.add("");
        parts.add(verdict(review, notes, terminal));
        return String.join("\n", parts);
    }

    private static String styled(Finding finding, Terminal terminal) {
        Style style =
                switch (finding.severity()) {
                    case ERROR -> Style.RED;
                    case WARNING -> Style.YELLOW;
                    case NOTE -> Style.CYAN;
                };
        String word = finding.severity().word();
        return finding.text().replaceFirst(": " + word + ": ", ": " + terminal.styled(style, word) + ": ");
    }

    private static String stages(Review review) {
        Table table = new Table("stage", "result", "what was looked at");
        review.stages().forEach(stage -> table.row(stage.stage().word(), result(stage), stage.summary()));
        return table.toString();
    }

    private static String result(StageResult stage) {
        if (!stage.ran()) {
            return "not run";
        }
        long errors = stage.count(Severity.ERROR);
        long warnings = stage.count(Severity.WARNING);
        if (errors > 0) {
            return counted(errors, "error");
        }
        return warnings > 0 ? counted(warnings, "warning") : "ok";
    }

    private static String verdict(Review review, boolean notes, Terminal terminal) {
        long errors = review.count(Severity.ERROR);
        long warnings = review.count(Severity.WARNING);
        long noted = review.count(Severity.NOTE);
        String more = noted == 0 || notes ? "" : " (" + counted(noted, "note") + " more: --notes)";
        if (errors == 0 && warnings == 0) {
            return terminal.styled(Style.GREEN, "The rulebook is in order.") + more;
        }
        String said = counted(errors, "error") + ", " + counted(warnings, "warning");
        return terminal.styled(errors > 0 ? Style.RED : Style.YELLOW, said) + more;
    }

    private static String counted(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
