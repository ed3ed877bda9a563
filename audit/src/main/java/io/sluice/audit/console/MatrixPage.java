package io.sluice.audit.console;

import static io.sluice.audit.console.Html.link;
import static io.sluice.audit.console.Html.of;

import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.Legal;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.core.rulebook.DataClass;
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
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Who gets which field, and by which rule of which file. For one request. */
final class MatrixPage {
    /** Shows the fields that nobody gets too. */
    static final String ALL = "all";

    private static final int VARIANTS_SHOWN = 3;

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
        content.add(terms(shown));
        if (!fields.isEmpty() && dataset != null) {
            content.add(table(dataset, served, fields));
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

    /** On what ground each recipient gets it, when it gets nothing, and when something else. */
    private static Html terms(List<MatrixRow> rows) {
        List<Html> terms = new ArrayList<>();
        for (MatrixRow row : rows) {
            List<Object> said = new ArrayList<>();
            List<String> rules = Cells.withheldFor(row);
            Legal legal = row.release().map(RecipientDecision::legal).orElse(null);
            if (row.cases().isEmpty()) {
                said.add("no producer may post it");
            } else if (legal == null) {
                said.add("nothing: " + String.join(", ", rules));
            } else {
                said.add("for " + Cells.ground(legal)
                        + (rules.isEmpty() ? "" : "; nothing where " + String.join(", ", rules)));
            }
            variants(row).ifPresent(said::add);
            terms.add(of("div", of("dt", row.recipient()), of("dd", said.toArray())));
        }
        return of("dl", Html.many(terms)).is("terms");
    }

    private static Optional<Html> variants(MatrixRow row) {
        List<Html> items =
                Cells.variants(row).stream().map(text -> (Html) of("li", text)).toList();
        if (items.isEmpty()) {
            return Optional.empty();
        }
        Html list = of("ul", Html.many(items)).is("plain quiet");
        return Optional.of(
                items.size() <= VARIANTS_SHOWN
                        ? list
                        : of("details", of("summary", items.size() + " fields differ in other cases"), list));
    }

    private Html table(Dataset dataset, List<MatrixRow> served, Map<FieldPattern, Map<String, FieldRule>> fields) {
        List<Html> head = new ArrayList<>(List.of(column("Field and class")));
        Map<String, Optional<String>> files = new TreeMap<>();
        for (MatrixRow row : served) {
            TreeSet<String> named = new TreeSet<>();
            row.fields().stream()
                    .map(FieldRule::rule)
                    .filter(MatrixPage::isFiled)
                    .map(MatrixPage::file)
                    .forEach(named::add);
            files.put(row.recipient(), named.size() == 1 ? Optional.of(named.first()) : Optional.empty());
            head.add(of(
                            "th",
                            row.recipient(),
                            named.isEmpty()
                                    ? Html.none()
                                    : of("code", String.join(", ", named)).is("under"))
                    .with("scope", "col"));
        }
        List<Html> rows = new ArrayList<>();
        fields.forEach((pattern, rules) -> {
            List<Html> cells = new ArrayList<>();
            cells.add(of(
                            "th",
                            of("code", pattern.text()).is("wrap"),
                            classes(dataset.fields().getOrDefault(pattern, List.of())))
                    .with("scope", "row"));
            served.forEach(row -> cells.add(cell(
                    row.recipient(),
                    rules.get(row.recipient()),
                    files.getOrDefault(row.recipient(), Optional.empty()))));
            rows.add(of("tr", Html.many(cells)));
        });
        return of(
                        "div",
                        of("table", of("thead", of("tr", Html.many(head))), of("tbody", Html.many(rows)))
                                .is("matrix"))
                .is("scroll sticky")
                .with("tabindex", "0")
                .with("role", "region")
                .with("aria-label", "Fields of " + dataset.id());
    }

    private Html classes(List<String> classes) {
        boolean special = classes.stream()
                .map(matrix.rulebook().classes()::get)
                .filter(Objects::nonNull)
                .map(DataClass::kind)
                .anyMatch(kind -> kind == DataClass.Kind.SPECIAL_CATEGORY || kind == DataClass.Kind.CRIMINAL);
        return of(
                        "span",
                        String.join(", ", classes),
                        special ? of("span", " special category").is("special") : Html.none())
                .is("under");
    }

    private static Html cell(String recipient, @Nullable FieldRule rule, Optional<String> file) {
        Html who = of("span", recipient).is("whose");
        if (rule == null) {
            return of("td", who, of("span", "closed").is("quiet"));
        }
        String params = Cells.params(rule.transform());
        return of(
                "td",
                who,
                of("span", Cells.open(rule) ? rule.transform().name() : "closed")
                        .is("badge " + kind(rule)),
                params.isEmpty() ? Html.none() : of("span", " " + params).is("quiet"),
                of("span", why(rule, file)).is("under"));
    }

    private static String kind(FieldRule rule) {
        return switch (rule.transform().kind()) {
            case KEEP -> "open";
            case REDACT, DROP -> "plain";
            default -> "good";
        };
    }

    /** The rule, with its file where the head of the column does not name it. */
    private static Html why(FieldRule rule, Optional<String> file) {
        String id = rule.rule();
        if (isFiled(id)) {
            String of = id.substring(id.indexOf('#') + 1);
            return of("code", file.isPresent() ? of : file(id) + "#" + of);
        }
        return switch (id) {
            case "default" -> Html.text("no rule opens it");
            case "profile" -> Html.text("above the profile's ceiling");
            case "gdpr/art-9" -> Html.text("no condition of Art. 9(2)");
            default -> of("code", id); // a rule in Rego names itself
        };
    }

    private static boolean isFiled(String rule) {
        return rule.indexOf('#') > 0;
    }

    private static String file(String rule) {
        return "protections/" + rule.substring(0, rule.indexOf('#')) + ".yaml";
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
