package io.sluice.cli.matrix;

import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.Legal;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.core.rulebook.Recipient;
import io.sluice.core.rulebook.TransformKind;
import io.sluice.policies.matrix.Cells;
import io.sluice.policies.matrix.MatrixRow;
import io.sluice.policies.matrix.PolicyMatrix;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The matrix as a page of its own: no script, nothing from elsewhere, light and dark, fit to print. Everything from the rulebook is
 * escaped. One instance makes one page.
 */
public final class MatrixHtml {
    private static final String STYLE = "/io/sluice/cli/matrix.css";

    private final PolicyMatrix matrix;
    private final StringBuilder html = new StringBuilder();

    private MatrixHtml(PolicyMatrix matrix) {
        this.matrix = matrix;
    }

    /**
     * The whole page.
     *
     * @param title what it is of
     */
    public static String of(PolicyMatrix matrix, String title) {
        return new MatrixHtml(matrix).page(title);
    }

    private String page(String title) {
        html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append(
                        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<meta name=\"color-scheme\" content=\"light dark\">\n<title>")
                .append(text(title))
                .append("</title>\n<style>\n")
                .append(style())
                .append("</style>\n</head>\n<body>\n<header>\n<h1>")
                .append(text(title))
                .append("</h1>\n<p>Who gets which field, and how, under this rulebook on ")
                .append(matrix.day())
                .append(". What no rule names is closed.</p>\n")
                .append(legend())
                .append("</header>\n<main>\n");
        overview();
        matrix.rows().forEach((id, rows) -> dataset(id, List.copyOf(rows.values())));
        return html.append("</main>\n</body>\n</html>\n").toString();
    }

    private static String legend() {
        return "<ul class=\"legend\"><li class=\"kept\">as it is</li><li class=\"changed\">coarser or masked</li>"
                + "<li class=\"coded\">a code or a ciphertext in its place</li><li class=\"closed\">closed</li></ul>\n";
    }

    /** How much of each dataset each recipient gets. */
    private void overview() {
        html.append(
                "<section>\n<h2>At a glance</h2>\n<div class=\"scroll\"><table class=\"glance\">\n<thead><tr><th>dataset</th>");
        for (Recipient recipient : matrix.rulebook().recipients().values()) {
            if (matrix.rows().values().stream().noneMatch(rows -> rows.containsKey(recipient.id()))) {
                continue;
            }
            html.append("<th>")
                    .append(text(recipient.id()))
                    .append("<small>")
                    .append(text(recipient.purpose()))
                    .append("</small></th>");
        }
        html.append("</tr></thead>\n<tbody>\n");
        matrix.rows().forEach((id, rows) -> {
            html.append("<tr><th><a href=\"#")
                    .append(text(id))
                    .append("\">")
                    .append(text(id))
                    .append("</a></th>");
            rows.values().forEach(row -> html.append(share(row)));
            html.append("</tr>\n");
        });
        html.append("</tbody>\n</table></div>\n</section>\n");
    }

    private static String share(MatrixRow row) {
        long open = row.fields().stream().filter(Cells::open).count();
        if (row.release().isEmpty()) {
            return "<td class=\"closed\">nothing</td>";
        }
        long percent = row.fields().isEmpty()
                ? 0
                : Math.round(100.0 * open / row.fields().size());
        return String.format(
                Locale.ROOT,
                "<td><meter min=\"0\" max=\"100\" value=\"%d\"></meter><small>%d of %d fields</small></td>",
                percent,
                open,
                row.fields().size());
    }

    private void dataset(String id, List<MatrixRow> rows) {
        Dataset dataset = matrix.rulebook().datasets().get(id);
        List<MatrixRow> served =
                rows.stream().filter(row -> row.release().isPresent()).toList();
        html.append("<section id=\"")
                .append(text(id))
                .append("\">\n<h2>")
                .append(text(id))
                .append("</h2>\n<dl>\n");
        rows.forEach(this::recipient);
        html.append("</dl>\n");
        if (dataset != null && !served.isEmpty()) {
            fields(dataset, served);
        }
        html.append("</section>\n");
    }

    private void recipient(MatrixRow row) {
        Legal legal = row.release().map(decision -> decision.legal()).orElse(null);
        List<String> rules = Cells.withheldFor(row);
        html.append("<div><dt>").append(text(row.recipient())).append("</dt><dd>");
        if (row.cases().isEmpty()) {
            html.append("no producer may post the dataset");
        } else if (legal == null) {
            html.append("gets nothing: ").append(text(String.join(", ", rules)));
        } else {
            html.append("for ").append(text(Cells.ground(legal)));
            if (!rules.isEmpty()) {
                html.append("; nothing where ").append(text(String.join(", ", rules)));
            }
        }
        Cells.variants(row).forEach(variant -> html.append("<br>").append(text(variant)));
        html.append("</dd></div>\n");
    }

    private void fields(Dataset dataset, List<MatrixRow> served) {
        html.append("<div class=\"scroll\"><table>\n<thead><tr><th>field</th><th>class</th>");
        served.forEach(row -> html.append("<th>").append(text(row.recipient())).append("</th>"));
        html.append("</tr></thead>\n<tbody>\n");
        for (Map.Entry<FieldPattern, List<String>> field : dataset.fields().entrySet()) {
            Map<String, FieldRule> cells = new TreeMap<>();
            served.forEach(row -> row.fields().stream()
                    .filter(rule -> rule.pattern().equals(field.getKey()))
                    .forEach(rule -> cells.put(row.recipient(), rule)));
            boolean anybody = cells.values().stream().anyMatch(Cells::open);
            html.append(anybody ? "<tr>" : "<tr class=\"nobody\">")
                    .append("<th>")
                    .append(text(field.getKey().text()))
                    .append("</th><td class=\"class\">")
                    .append(text(String.join(", ", field.getValue())))
                    .append("</td>");
            served.forEach(row -> html.append(cell(cells.get(row.recipient()))));
            html.append("</tr>\n");
        }
        html.append("</tbody>\n</table></div>\n");
    }

    private static String cell(@org.jspecify.annotations.Nullable FieldRule rule) {
        if (rule == null || rule.transform().kind() == TransformKind.DROP) {
            return "<td class=\"closed\" title=\"" + (rule == null ? "" : text("rule " + rule.rule())) + "\">–</td>";
        }
        String params = Cells.params(rule.transform());
        return "<td class=\"" + look(rule.transform().kind()) + "\" title=\"" + text("rule " + rule.rule()) + "\">"
                + text(rule.transform().name())
                + (params.isEmpty() ? "" : "<small>" + text(params) + "</small>")
                + "</td>";
    }

    private static String look(TransformKind kind) {
        return switch (kind) {
            case KEEP -> "kept";
            case GENERALISE, DATE_SHIFT, MASK -> "changed";
            case TOKENISE_FPE, TOKENISE, PSEUDONYMISE, ENCRYPT_DETERMINISTIC, ENCRYPT -> "coded";
            case REDACT, DROP -> "closed";
        };
    }

    private static String text(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static String style() {
        try (InputStream in = MatrixHtml.class.getResourceAsStream(STYLE)) {
            if (in == null) {
                throw new IllegalStateException("The module lacks " + STYLE);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The module's " + STYLE + " cannot be read", e);
        }
    }
}
