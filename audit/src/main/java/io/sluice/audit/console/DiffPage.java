package io.sluice.audit.console;

import static io.sluice.audit.console.Html.of;

import io.sluice.policies.diff.RevisionDiff;
import io.sluice.policies.diff.ViewDiff;
import java.util.ArrayList;
import java.util.List;

/** What two revisions decide differently: the page of {@code policy diff}. Stateless. */
final class DiffPage {
    private static final int CASES_SHOWN = 3;

    private DiffPage() {}

    static Html content(List<Revision> revisions, Revision before, Revision after, RevisionDiff diff) {
        List<Html> parts = new ArrayList<>(List.of(
                of("h1", "Differences"),
                PolicyForm.tabs(PolicyForm.DIFF),
                of(
                                "p",
                                "What ",
                                after.named(),
                                " decides otherwise than ",
                                before.named(),
                                ", whoever posts what for what purpose. Both were asked the same questions in this server;"
                                        + " files that read differently and decide alike do not count.")
                        .is("lead"),
                PolicyForm.form(
                        PolicyForm.DIFF,
                        "Compare",
                        PolicyForm.revisions("before", "Before", revisions, before),
                        PolicyForm.revisions("after", "After", revisions, after))));
        if (!diff.opensSpecial().isEmpty()) {
            parts.add(Frame.section("It opens a special category", list(diff.opensSpecial()))
                    .is("card alarm"));
        }
        List<RevisionDiff.ViewChange> seen = diff.views().stream()
                .filter(view ->
                        !view.diff().fields().isEmpty() || !view.diff().terms().isEmpty())
                .toList();
        int reasons = diff.views().size() - seen.size();
        if (diff.decidesAlike()) {
            parts.add(Frame.section(
                    "Nothing differs",
                    of(
                                    "p",
                                    before.equals(after)
                                            ? "It is the same revision twice. Choose another one."
                                            : "The two decide alike, whoever posts what for what purpose.")
                            .is("empty")));
        } else {
            List<ViewDiff> diffs =
                    seen.stream().map(RevisionDiff.ViewChange::diff).toList();
            parts.add(ViewChanges.tiles(diffs));
        }
        seen.forEach(view -> parts.add(view(view)));
        if (reasons > 0) {
            parts.add(Frame.section(
                    "Withheld as before",
                    of("p", "for other reasons, in " + reasons + (reasons == 1 ? " case." : " cases."))));
        }
        if (!diff.tables().isEmpty()) {
            parts.add(Frame.section("Files", list(diff.tables())));
        }
        return Html.many(parts);
    }

    private static Html view(RevisionDiff.ViewChange view) {
        List<Object> content = new ArrayList<>(ViewChanges.told(view.diff()));
        List<String> when = view.when().stream().map(Object::toString).toList();
        content.add(of(
                        "p",
                        "When "
                                + String.join("; or ", when.subList(0, Math.min(CASES_SHOWN, when.size())))
                                + (when.size() > CASES_SHOWN
                                        ? "; or in " + Frame.number(when.size() - CASES_SHOWN) + " more cases"
                                        : ""))
                .is("quiet"));
        return Frame.section(view.dataset() + " for " + view.recipient(), content.toArray());
    }

    private static Html list(List<String> lines) {
        return of(
                        "ul",
                        Html.many(lines.stream()
                                .map(line -> (Html) of("li", line))
                                .toList()))
                .is("plain");
    }
}
