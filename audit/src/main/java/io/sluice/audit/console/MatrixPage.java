package io.sluice.audit.console;

import static io.sluice.audit.console.Html.link;
import static io.sluice.audit.console.Html.of;

import io.sluice.core.decision.FieldRule;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.core.rulebook.Recipient;
import io.sluice.policies.matrix.Cells;
import io.sluice.policies.matrix.MatrixRow;
import io.sluice.policies.matrix.PolicyMatrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Who gets which field, and by which rule of which file. For one request. */
final class MatrixPage {
    /** Shows the fields that nobody gets too. */
    static final String ALL = "all";

    private final PolicyMatrix matrix;
    private final Map<String, String> given;
    private final List<String> recipients;

    /**
     * Of a matrix.
     *
     * @param given {@code dataset}, {@code recipient}, {@code field} (a part of its name or class), {@code show}
     */
    MatrixPage(PolicyMatrix matrix, Map<String, String> given) {
        this.matrix = matrix;
        this.given = given;
        this.recipients = matrix.rulebook().recipients().keySet().stream()
                .filter(id -> given.getOrDefault("recipient", id).equals(id))
                .toList();
    }

    Html content(List<Revision> revisions, Revision shown) {
        List<Html> parts = new ArrayList<>(List.of(
                of("h1", "Policy matrix"),
                PolicyForm.tabs(PolicyForm.MATRIX),
                of(
                                "p",
                                "What each recipient gets of each dataset, field by field, under ",
                                shown.named(),
                                " on " + matrix.day() + ". This server asked the policy itself, for every producer,"
                                        + " purpose, choice, region and value of an attribute; a table shows what goes out"
                                        + " under most of them, and above it what else.")
                        .is("lead"),
                form(revisions, shown)));
        if (!given.containsKey("dataset") && !given.containsKey("field")) {
            parts.add(glance());
            return Html.many(parts);
        }
        int before = parts.size();
        matrix.rows().forEach((id, rows) -> {
            if (given.getOrDefault("dataset", id).equals(id)) {
                dataset(id, rows).ifPresent(parts::add);
            }
        });
        if (parts.size() == before) {
            parts.add(Frame.section(
                    "Fields", of("p", "No field that is shown matches.").is("empty")));
        }
        return Html.many(parts);
    }

    private Html form(List<Revision> revisions, Revision shown) {
        return PolicyForm.form(
                PolicyForm.MATRIX,
                "Show",
                PolicyForm.revisions("revision", "Revision", revisions, shown),
                SearchPage.choice(
                        given,
                        "dataset",
                        "Dataset",
                        matrix.rulebook().datasets().keySet()),
                SearchPage.choice(
                        given,
                        "recipient",
                        "Recipient",
                        matrix.rulebook().recipients().keySet()),
                SearchPage.field(given, "field", "Field or class", "birthDate, or health"),
                SearchPage.choice(given, "show", "Fields that nobody gets", List.of(ALL), "left out"));
    }

    /** How many fields of each dataset each recipient gets. */
    private Html glance() {
        List<Html> head = new ArrayList<>(List.of(column("Dataset")));
        for (String id : recipients) {
            Recipient recipient =
                    Objects.requireNonNull(matrix.rulebook().recipients().get(id), id);
            head.add(of("th", id, of("span", recipient.purpose()).is("under"))
                    .with("scope", "col")
                    .is("number"));
        }
        List<Html> rows = new ArrayList<>();
        matrix.rows().forEach((id, of) -> {
            List<Html> cells = new ArrayList<>();
            cells.add(of("th", link(address("dataset", id), id)).with("scope", "row"));
            recipients.forEach(recipient -> cells.add(share(of.get(recipient))));
            rows.add(of("tr", Html.many(cells)));
        });
        return Frame.section(
                "Fields that each recipient gets",
                of("div", of("table", of("thead", of("tr", Html.many(head))), of("tbody", Html.many(rows))))
                        .is("scroll"));
    }

    private static Html share(@Nullable MatrixRow row) {
        if (row == null || row.release().isEmpty()) {
            return of("td", of("span", "nothing").is("quiet")).is("number");
        }
        long open = row.fields().stream().filter(Cells::open).count();
        return of(
                        "td",
                        of("strong", Frame.number(open)),
                        of("span", " of " + Frame.number(row.fields().size())).is("quiet"))
                .is("number");
    }

    private Optional<Html> dataset(String id, Map<String, MatrixRow> rows) {
        Dataset dataset = matrix.rulebook().datasets().get(id);
        List<MatrixRow> shown =
                recipients.stream().map(rows::get).filter(Objects::nonNull).toList();
        List<MatrixRow> served =
                shown.stream().filter(row -> row.release().isPresent()).toList();
        Map<FieldPattern, Map<String, FieldRule>> fields = dataset == null ? Map.of() : fields(dataset, served);
        long closed = fields.values().stream()
                .filter(of -> of.values().stream().noneMatch(Cells::open))
                .count();
        boolean all = ALL.equals(given.get("show"));
        if (!all) {
            fields.values().removeIf(of -> of.values().stream().noneMatch(Cells::open));
        }
        if (given.containsKey("field") && fields.isEmpty()) {
            return Optional.empty();
        }
        List<Object> content = new ArrayList<>();
        content.add(of(
                "summary",
                of("h2", id),
                of("span", fields.size() + (fields.size() == 1 ? " field" : " fields"))
                        .is("quiet")));
        content.add(MatrixTerms.of(shown));
        if (!fields.isEmpty() && dataset != null) {
            content.add(new MatrixTable(dataset, matrix.rulebook().classes(), served).of(fields));
        }
        if (closed > 0 && !all) {
            content.add(of(
                    "p",
                    link(
                            address("dataset", id, "show", ALL),
                            closed == 1 ? "One more that nobody gets" : closed + " more that nobody gets")));
        }
        return Optional.of(of("details", content.toArray()).is("card dataset").with("open", ""));
    }

    /** Patterns that match what was asked for, each with the rule of each recipient. */
    private Map<FieldPattern, Map<String, FieldRule>> fields(Dataset dataset, List<MatrixRow> served) {
        String wanted = given.getOrDefault("field", "").toLowerCase(Locale.ROOT);
        Map<FieldPattern, Map<String, FieldRule>> fields = new LinkedHashMap<>();
        dataset.fields().forEach((pattern, classes) -> {
            String text = (pattern.text() + " " + String.join(" ", classes)).toLowerCase(Locale.ROOT);
            if (text.contains(wanted)) {
                fields.put(pattern, new TreeMap<>());
            }
        });
        for (MatrixRow row : served) {
            for (FieldRule rule : row.fields()) {
                Map<String, FieldRule> known = fields.get(rule.pattern());
                if (known != null) {
                    known.put(row.recipient(), rule);
                }
            }
        }
        return fields;
    }

    private static Html.Element column(String name) {
        return of("th", name).with("scope", "col");
    }

    private String address(String... more) {
        Map<String, String> all = new TreeMap<>(given);
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return Addresses.with(PolicyForm.MATRIX, all);
    }
}
