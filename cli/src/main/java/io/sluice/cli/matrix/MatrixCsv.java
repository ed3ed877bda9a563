package io.sluice.cli.matrix;

import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.Legal;
import io.sluice.policies.matrix.Cells;
import io.sluice.policies.matrix.MatrixCell;
import io.sluice.policies.matrix.MatrixRow;
import io.sluice.policies.matrix.PolicyMatrix;
import java.util.List;
import java.util.stream.Collectors;

/** A line for each cell (RFC 4180); one without a field for a recipient that gets nothing. Stateless. */
public final class MatrixCsv {
    private MatrixCsv() {}

    /** The whole file, its header first. */
    public static String of(PolicyMatrix matrix) {
        StringBuilder text = new StringBuilder();
        text.append(line(List.of(
                "dataset",
                "recipient",
                "field",
                "classes",
                "transform",
                "parameters",
                "rule",
                "disposition",
                "ground")));
        for (MatrixRow row : matrix.all()) {
            if (row.release().isEmpty()) {
                text.append(line(List.of(
                        row.dataset(),
                        row.recipient(),
                        "",
                        "",
                        "",
                        "",
                        String.join(" ", Cells.withheldFor(row)),
                        "withhold",
                        "")));
            }
        }
        for (MatrixCell cell : matrix.cells()) {
            FieldRule rule = cell.rule();
            Legal legal = matrix.row(cell.dataset(), cell.recipient())
                    .flatMap(MatrixRow::release)
                    .map(decision -> decision.legal())
                    .orElse(null);
            text.append(line(List.of(
                    cell.dataset(),
                    cell.recipient(),
                    rule.pattern().text(),
                    String.join(" ", cell.classes()),
                    rule.transform().name(),
                    Cells.params(rule.transform()),
                    rule.rule(),
                    "release",
                    legal == null ? "" : Cells.ground(legal))));
        }
        return text.toString();
    }

    private static String line(List<String> cells) {
        return cells.stream().map(MatrixCsv::cell).collect(Collectors.joining(",")) + "\r\n";
    }

    private static String cell(String text) {
        boolean quoted = text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
