package io.sluice.audit.console;

import static io.sluice.audit.console.Html.of;

import io.sluice.policies.diff.Direction;
import io.sluice.policies.diff.FieldChange;
import io.sluice.policies.diff.ViewDiff;
import java.util.ArrayList;
import java.util.List;

/** What differs in one recipient's view, as officers read it. Stateless. */
final class ViewChanges {
    private ViewChanges() {}

    /** What goes out before and after, each field and term that differs. */
    static List<Object> told(ViewDiff diff) {
        List<Object> content = new ArrayList<>();
        content.add(
                diff.before().equals(diff.after())
                        ? of("p", disposition(diff.after()))
                        : of("p", disposition(diff.before()), " before, ", disposition(diff.after()), " after"));
        if (!diff.fields().isEmpty()) {
            content.add(fields(diff.fields()));
        }
        if (!diff.terms().isEmpty()) {
            List<Html> terms = new ArrayList<>();
            diff.terms()
                    .forEach(term -> terms.add(of(
                            "div",
                            of("dt", term.what()),
                            of(
                                    "dd",
                                    of("code", term.before()).is("wrap"),
                                    " before, ",
                                    of("code", term.after()).is("wrap")))));
            content.add(of("dl", Html.many(terms)).is("terms"));
        }
        return content;
    }

    /** As {@code withhold (rule, clause)}: the word as a label, the rest as it is. */
    private static Html disposition(String text) {
        int end = text.indexOf(' ');
        return end < 0
                ? Frame.badge(text)
                : of(
                        "span",
                        Frame.badge(text.substring(0, end)),
                        of("span", text.substring(end)).is("quiet"));
    }

    private static Html fields(List<FieldChange> fields) {
        List<Html> rows = new ArrayList<>();
        for (FieldChange field : fields) {
            rows.add(of(
                    "tr",
                    of(
                                    "th",
                                    of("code", field.pattern()).is("wrap"),
                                    of(
                                                    "span",
                                                    String.join(", ", field.classes()),
                                                    field.special()
                                                            ? of("span", " special category")
                                                                    .is("special")
                                                            : Html.none())
                                            .is("under"))
                            .with("scope", "row"),
                    of("td", of("span", field.direction().code()).is("badge " + kind(field.direction()))),
                    of("td", field.before()),
                    of("td", field.after()),
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
                                                        column("Field and class"),
                                                        column("Change"),
                                                        column("Before"),
                                                        column("After"),
                                                        column("By rule"))),
                                        of("tbody", Html.many(rows)))
                                .is("changes"))
                .is("scroll");
    }

    private static Html column(String name) {
        return of("th", name).with("scope", "col");
    }

    private static String kind(Direction direction) {
        return switch (direction) {
            case OPENS -> "bad";
            case CLOSES -> "good";
            case CHANGES -> "held";
        };
    }

    /** Counts of fields by which way they go. */
    static Html tiles(List<ViewDiff> diffs) {
        List<Html> tiles = new ArrayList<>();
        for (Direction direction : Direction.values()) {
            long count = diffs.stream()
                    .flatMap(diff -> diff.fields().stream())
                    .filter(field -> field.direction() == direction)
                    .count();
            tiles.add(tile(
                    Frame.number(count),
                    switch (direction) {
                        case OPENS -> "fields open";
                        case CLOSES -> "fields close";
                        case CHANGES -> "fields change";
                    }));
        }
        return of("div", Html.many(tiles)).is("tiles");
    }

    /** A figure with what it counts. */
    static Html tile(String figure, String of) {
        return of("div", of("span", figure).is("figure"), of("span", of).is("quiet"))
                .is("tile");
    }
}
