package io.sluice.audit.console;

import io.sluice.core.decision.Legal;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.policies.matrix.Cells;
import io.sluice.policies.matrix.MatrixRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Of each recipient of a dataset, in words: on what ground it gets it, and what is otherwise when. Stateless. */
final class MatrixTerms {
    private static final int VARIANTS_SHOWN = 3;

    private MatrixTerms() {}

    /** On what ground each recipient gets it, when it gets nothing, and when something else. */
    static Html of(List<MatrixRow> rows) {
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
            terms.add(Html.of("div", Html.of("dt", row.recipient()), Html.of("dd", said.toArray())));
        }
        return Html.of("dl", Html.many(terms)).is("terms");
    }

    private static Optional<Html> variants(MatrixRow row) {
        List<Html> items = Cells.variants(row).stream()
                .map(text -> (Html) Html.of("li", text))
                .toList();
        if (items.isEmpty()) {
            return Optional.empty();
        }
        Html list = Html.of("ul", Html.many(items)).is("plain quiet");
        return Optional.of(
                items.size() <= VARIANTS_SHOWN
                        ? list
                        : Html.of("details", Html.of("summary", items.size() + " fields differ in other cases"), list));
    }
}
