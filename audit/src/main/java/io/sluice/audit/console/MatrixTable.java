package io.sluice.audit.console;

import io.sluice.core.decision.FieldRule;
import io.sluice.core.rulebook.DataClass;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.policies.matrix.Cells;
import io.sluice.policies.matrix.MatrixRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The fields of a dataset against its recipients: what each gets, and by which rule of which file. For one request. */
final class MatrixTable {
    private final Dataset dataset;
    private final Map<String, DataClass> known;
    private final List<MatrixRow> served;

    /**
     * Of a dataset.
     *
     * @param known the classes of the rulebook
     * @param served the recipients that get something
     */
    MatrixTable(Dataset dataset, Map<String, DataClass> known, List<MatrixRow> served) {
        this.dataset = dataset;
        this.known = known;
        this.served = served;
    }

    /** @param fields patterns, each with the rule of each recipient */
    Html of(Map<FieldPattern, Map<String, FieldRule>> fields) {
        List<Html> head =
                new ArrayList<>(List.of(Html.of("th", "Field and class").with("scope", "col")));
        Map<String, Optional<String>> files = new TreeMap<>();
        for (MatrixRow row : served) {
            TreeSet<String> named = new TreeSet<>();
            row.fields().stream()
                    .map(FieldRule::rule)
                    .filter(MatrixTable::isFiled)
                    .map(MatrixTable::file)
                    .forEach(named::add);
            files.put(row.recipient(), named.size() == 1 ? Optional.of(named.first()) : Optional.empty());
            head.add(Html.of(
                            "th",
                            row.recipient(),
                            named.isEmpty()
                                    ? Html.none()
                                    : Html.of("code", String.join(", ", named)).is("under"))
                    .with("scope", "col"));
        }
        List<Html> rows = new ArrayList<>();
        fields.forEach((pattern, rules) -> {
            List<Html> cells = new ArrayList<>();
            cells.add(Html.of(
                            "th",
                            Html.of("code", pattern.text()).is("wrap"),
                            classes(dataset.fields().getOrDefault(pattern, List.of())))
                    .with("scope", "row"));
            served.forEach(row -> cells.add(cell(
                    row.recipient(),
                    rules.get(row.recipient()),
                    files.getOrDefault(row.recipient(), Optional.empty()))));
            rows.add(Html.of("tr", Html.many(cells)));
        });
        return Html.of(
                        "div",
                        Html.of(
                                        "table",
                                        Html.of("thead", Html.of("tr", Html.many(head))),
                                        Html.of("tbody", Html.many(rows)))
                                .is("matrix"))
                .is("scroll sticky")
                .with("tabindex", "0")
                .with("role", "region")
                .with("aria-label", "Fields of " + dataset.id());
    }

    private Html classes(List<String> classes) {
        boolean special = classes.stream()
                .map(known::get)
                .filter(Objects::nonNull)
                .map(DataClass::kind)
                .anyMatch(kind -> kind == DataClass.Kind.SPECIAL_CATEGORY || kind == DataClass.Kind.CRIMINAL);
        return Html.of(
                        "span",
                        String.join(", ", classes),
                        special ? Html.of("span", " special category").is("special") : Html.none())
                .is("under");
    }

    private static Html cell(String recipient, @Nullable FieldRule rule, Optional<String> file) {
        Html who = Html.of("span", recipient).is("whose");
        if (rule == null) {
            return Html.of("td", who, Html.of("span", "closed").is("quiet"));
        }
        String params = Cells.params(rule.transform());
        return Html.of(
                "td",
                who,
                Html.of("span", Cells.open(rule) ? rule.transform().name() : "closed")
                        .is("badge " + kind(rule)),
                params.isEmpty() ? Html.none() : Html.of("span", " " + params).is("quiet"),
                Html.of("span", why(rule, file)).is("under"));
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
            return Html.of("code", file.isPresent() ? of : file(id) + "#" + of);
        }
        return switch (id) {
            case "default" -> Html.text("no rule opens it");
            case "profile" -> Html.text("above the profile's ceiling");
            case "gdpr/art-9" -> Html.text("no condition of Art. 9(2)");
            default -> Html.of("code", id); // a rule in Rego names itself
        };
    }

    private static boolean isFiled(String rule) {
        return rule.indexOf('#') > 0;
    }

    private static String file(String rule) {
        return "protections/" + rule.substring(0, rule.indexOf('#')) + ".yaml";
    }
}
