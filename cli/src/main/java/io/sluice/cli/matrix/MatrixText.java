package io.sluice.cli.matrix;

import io.sluice.cli.output.Table;
import io.sluice.cli.output.Terminal;
import io.sluice.cli.output.Terminal.Style;
import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.Legal;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.policies.matrix.Cells;
import io.sluice.policies.matrix.MatrixRow;
import io.sluice.policies.matrix.PolicyMatrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A table for each dataset: fields down, recipients across, as many as the terminal is wide; the others in a further table. Below
 * it why, and when not.
 */
public final class MatrixText {
    private static final int GAP = 2;
    /** Fewest characters of a field's name: longer ones lose their middle before a table is split. */
    private static final int LEAST_NAME = 44;

    private final PolicyMatrix matrix;
    private final boolean all;
    private final Terminal terminal;

    private MatrixText(PolicyMatrix matrix, boolean all, Terminal terminal) {
        this.matrix = matrix;
        this.all = all;
        this.terminal = terminal;
    }

    /** @param all whether fields that nobody gets are shown too */
    public static String of(PolicyMatrix matrix, boolean all, Terminal terminal) {
        MatrixText text = new MatrixText(matrix, all, terminal);
        List<String> datasets = new ArrayList<>();
        matrix.rows().forEach((id, rows) -> datasets.add(text.dataset(id, List.copyOf(rows.values()))));
        return String.join("\n\n", datasets);
    }

    private String dataset(String id, List<MatrixRow> rows) {
        List<String> lines = new ArrayList<>();
        lines.add(terminal.styled(Style.BOLD, id));
        List<MatrixRow> served =
                rows.stream().filter(row -> row.release().isPresent()).toList();
        Dataset dataset = matrix.rulebook().datasets().get(id);
        if (dataset != null && !served.isEmpty()) {
            tables(dataset, served).forEach(table -> lines.add(table.toString()));
        }
        rows.forEach(row -> lines.addAll(below(row)));
        return String.join("\n", lines);
    }

    private List<Table> tables(Dataset dataset, List<MatrixRow> served) {
        Map<FieldPattern, Map<String, FieldRule>> fields = new LinkedHashMap<>();
        dataset.fields().keySet().forEach(pattern -> fields.put(pattern, new LinkedHashMap<>()));
        for (MatrixRow row : served) {
            row.fields()
                    .forEach(rule -> fields.computeIfAbsent(rule.pattern(), first -> new LinkedHashMap<>())
                            .put(row.recipient(), rule));
        }
        if (!all) {
            fields.values().removeIf(cells -> cells.values().stream().noneMatch(Cells::open));
        }
        List<Table> tables = new ArrayList<>();
        int name = nameWidth(fields, served);
        for (List<MatrixRow> columns : fitting(fields, served, name)) {
            String[] headings = new String[columns.size() + 1];
            headings[0] = "field";
            for (int i = 0; i < columns.size(); i++) {
                headings[i + 1] = columns.get(i).recipient();
            }
            Table table = new Table(headings);
            fields.forEach((pattern, cells) -> table.row(row(shortened(pattern.text(), name), cells, columns)));
            int hidden = dataset.fields().size() - fields.size();
            if (hidden > 0) {
                Object[] last = new Object[headings.length];
                java.util.Arrays.fill(last, "");
                last[0] = "(" + hidden + " more that nobody gets)";
                table.row(last);
            }
            tables.add(table);
        }
        return tables;
    }

    private static Object[] row(String name, Map<String, FieldRule> cells, List<MatrixRow> columns) {
        Object[] row = new Object[columns.size() + 1];
        row[0] = name;
        for (int i = 0; i < columns.size(); i++) {
            FieldRule rule = cells.get(columns.get(i).recipient());
            row[i + 1] = rule == null ? "-" : Cells.text(rule);
        }
        return row;
    }

    /** As wide as names are, or as the terminal leaves beside all recipients. */
    private int nameWidth(Map<FieldPattern, Map<String, FieldRule>> fields, List<MatrixRow> served) {
        int longest = fields.keySet().stream()
                .mapToInt(pattern -> pattern.text().length())
                .max()
                .orElse(0);
        int beside = served.stream().mapToInt(row -> width(fields, row)).sum();
        return Math.min(longest, Math.max(LEAST_NAME, terminal.columns() - beside));
    }

    private static int width(Map<FieldPattern, Map<String, FieldRule>> fields, MatrixRow row) {
        return GAP
                + Math.max(
                        row.recipient().length(),
                        fields.values().stream()
                                .map(cells -> cells.get(row.recipient()))
                                .mapToInt(rule ->
                                        rule == null ? 1 : Cells.text(rule).length())
                                .max()
                                .orElse(1));
    }

    /** What tells fields apart is at both ends of a name. */
    private static String shortened(String name, int width) {
        if (name.length() <= width) {
            return name;
        }
        int head = width / 3;
        return name.substring(0, head) + "…" + name.substring(name.length() - (width - head - 1));
    }

    /** As many columns together as fit the terminal; at least one. */
    private List<List<MatrixRow>> fitting(
            Map<FieldPattern, Map<String, FieldRule>> fields, List<MatrixRow> served, int name) {
        List<List<MatrixRow>> groups = new ArrayList<>();
        List<MatrixRow> group = new ArrayList<>();
        int width = name;
        for (MatrixRow row : served) {
            int own = width(fields, row);
            if (!group.isEmpty() && width + own > terminal.columns()) {
                groups.add(group);
                group = new ArrayList<>();
                width = name;
            }
            group.add(row);
            width += own;
        }
        groups.add(group);
        return groups;
    }

    private List<String> below(MatrixRow row) {
        List<String> lines = new ArrayList<>();
        List<String> rules = Cells.withheldFor(row);
        if (row.cases().isEmpty()) {
            lines.add("  " + row.recipient() + ": no producer may post the dataset");
        } else if (row.release().isEmpty()) {
            lines.add("  " + row.recipient() + " gets nothing: " + String.join(", ", rules));
        } else {
            Legal legal = row.release().get().legal();
            lines.add("  " + row.recipient() + " for " + (legal == null ? "?" : Cells.ground(legal))
                    + (rules.isEmpty() ? "" : "; nothing where " + String.join(", ", rules)));
        }
        Cells.variants(row).forEach(variant -> lines.add("    " + variant));
        return lines;
    }
}
