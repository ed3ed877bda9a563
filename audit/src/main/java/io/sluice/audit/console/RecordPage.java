package io.sluice.audit.console;

import static io.sluice.audit.console.Html.link;
import static io.sluice.audit.console.Html.of;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.api.LogDesk;
import io.sluice.audit.query.QueryPage;
import io.sluice.audit.query.RecordExplanation.Because;
import io.sluice.audit.query.RecordExplanation.FieldView;
import io.sluice.audit.query.RecordExplanation.RecipientView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What each recipient got of a record, field by field, and why. Never a value: neither entry nor plan holds one. Stateless. */
final class RecordPage {
    /** Words before what a legal ground says, by its name in entries. */
    private static final Map<String, String> GROUNDS = grounds();

    private RecordPage() {}

    /** @param beside what else is said of an entry */
    static Html content(LogDesk desk, List<QueryPage.Found> entries, Function<JsonNode, Html> beside) {
        List<Html> parts = new ArrayList<>();
        for (QueryPage.Found found : entries) {
            parts.add(of("p", link(Addresses.entry(found.index()), "Entry " + Frame.number(found.index())))
                    .is("crumbs"));
            parts.add(of("h1", "Record ", of("code", found.entry().path("id").asText("?"))));
            parts.add(of("p", desk.sentence(found)).is("lead"));
            List<RecipientView> views = desk.views(found);
            parts.add(contents(views));
            views.forEach(view -> parts.add(view(view)));
            parts.add(beside.apply(found.entry()));
        }
        return Html.many(parts);
    }

    private static Html contents(List<RecipientView> views) {
        List<Html> items = new ArrayList<>();
        views.forEach(view -> items.add(
                of("li", link("#" + view.recipient(), view.recipient()), " ", Frame.badge(view.disposition()))));
        return of("nav", of("ul", Html.many(items)).is("chips")).with("aria-label", "Recipients");
    }

    private static Html view(RecipientView view) {
        List<Object> content = new ArrayList<>();
        content.add(of("p", Frame.badge(view.disposition()), " ", view.code().isEmpty() ? "" : view.code()));
        content.add(Frame.facts(
                "Rules", view.because().isEmpty() ? "" : reasons(view),
                "Ground", view.legal().isEmpty() ? "" : ground(view),
                "Released as",
                        view.releasedId().isEmpty()
                                ? ""
                                : of("code", view.releasedId()).is("wrap"),
                "Undeclared fields", view.undeclared() == 0 ? "" : Frame.number(view.undeclared()) + " dropped",
                "Masked in texts", counts(view.masked()),
                "Texts dropped", counts(view.dropped()),
                "Keys", String.join(", ", view.keys())));
        if (!view.fields().isEmpty()) {
            content.add(fields(view.fields()));
        } else if (!view.plan().isEmpty() && !view.planKept()) {
            content.add(of("p", "The plan is not kept here, so what was done to each field cannot be shown.")
                    .is("empty"));
        }
        return Frame.section(view.recipient(), content.toArray()).with("id", view.recipient());
    }

    private static Html fields(List<FieldView> fields) {
        List<Html> rows = new ArrayList<>();
        for (FieldView field : fields) {
            rows.add(of(
                    "tr",
                    of("th", of("code", field.pattern()).is("wrap")).with("scope", "row"),
                    of("td", Frame.number(field.count())).is("number"),
                    of(
                            "td",
                            of("span", field.transform()).is("badge " + kind(field.transform())),
                            of("span", parameters(field.params())).is("quiet")),
                    of("td", of("code", field.rule()).is("wrap"))));
        }
        return of(
                        "div",
                        of(
                                        "table",
                                        of(
                                                "thead",
                                                of(
                                                        "tr",
                                                        of("th", "Field").with("scope", "col"),
                                                        of("th", "Matched")
                                                                .with("scope", "col")
                                                                .is("number"),
                                                        of("th", "What was done")
                                                                .with("scope", "col"),
                                                        of("th", "By rule").with("scope", "col"))),
                                        of("tbody", Html.many(rows)))
                                .is("fields"))
                .is("scroll");
    }

    private static String kind(String transform) {
        return switch (transform.split("\\.", 2)[0]) {
            case "keep" -> "open";
            case "drop", "redact" -> "held";
            default -> "good";
        };
    }

    private static String parameters(Map<String, String> parameters) {
        return parameters.isEmpty()
                ? ""
                : " "
                        + parameters.entrySet().stream()
                                .map(pair -> pair.getKey() + " " + pair.getValue())
                                .collect(Collectors.joining(", "));
    }

    private static String counts(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .map(pair -> pair.getKey() + " " + pair.getValue())
                .collect(Collectors.joining(", "));
    }

    /** The rules about the whole view, each with its clause. */
    static Html reasons(RecipientView view) {
        List<Html> reasons = new ArrayList<>();
        for (Because because : view.because()) {
            reasons.add(of(
                    "li",
                    of("code", because.rule()),
                    of("span", " " + because.clause()).is("quiet")));
        }
        return reasons.isEmpty()
                ? Html.text(view.code())
                : of("ul", Html.many(reasons)).is("plain");
    }

    /** The legal ground. */
    static Html ground(RecipientView view) {
        Map<String, String> said = new LinkedHashMap<>(); // the purpose first, what no word is known for last
        GROUNDS.forEach((name, word) -> {
            String value = view.legal().get(name);
            if (value != null) {
                said.put(name, word + value);
            }
        });
        view.legal().forEach((name, value) -> said.putIfAbsent(name, name + " " + value));
        return Html.text(String.join(", ", said.values()));
    }

    private static Map<String, String> grounds() {
        Map<String, String> words = new LinkedHashMap<>();
        words.put("purpose", "purpose ");
        words.put("gdpr6", "GDPR Art. 6 ");
        words.put("gdpr9", "GDPR Art. 9 ");
        words.put("hipaa", "HIPAA ");
        words.put("consent", "consent ");
        words.put("accounting528", "exempt from accounting as ");
        return Collections.unmodifiableMap(words);
    }
}
