package io.sluice.audit.console;

import static io.sluice.audit.console.Html.link;
import static io.sluice.audit.console.Html.of;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.policies.verify.VerifiedBundle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The decision of a record made again, here and now, from the input that its entry holds and the bundle that it cites
 * (promise P5); where nobody asked, the way to ask. Stateless.
 */
final class DecidedAgain {
    /** Asks for it. */
    static final String PARAMETER = "again";

    private DecidedAgain() {}

    /**
     * What a record's page says of it.
     *
     * @param asked whether the reader asked
     * @param path the page's own
     */
    static Html section(JsonNode entry, Revisions revisions, boolean asked, String path) {
        if (!entry.path("input").isObject()) {
            return Html.none();
        }
        return Frame.section(
                "The same input, the same policy",
                asked
                        ? answered(entry, revisions)
                        : of(
                                "p",
                                link(
                                        path + (path.indexOf('?') < 0 ? "?" : "&") + PARAMETER + "=yes",
                                        "Decide it again"),
                                ", from the input that the entry holds, by the policy that it cites."));
    }

    private static Html answered(JsonNode entry, Revisions revisions) {
        String cited = entry.path("policy").path("bundle").asText("");
        Optional<VerifiedBundle> bundle = revisions.all(false).stream()
                .map(Revision::bundle)
                .filter(one -> one.digest().equals(cited))
                .findFirst();
        if (bundle.isEmpty()) {
            return of(
                    "p",
                    of("span", "not decided again").is("badge held"),
                    " This server does not know the policy that the entry cites as one that decided; ",
                    of("code", "./sluice policy explain"),
                    " takes it from the archive.");
        }
        List<String> differences;
        try {
            differences = revisions.replay(bundle.get(), entry).differences();
        } catch (IllegalArgumentException e) { // of another version's form
            differences = List.of("the entry's input does not read: " + e.getMessage());
        }
        if (differences.isEmpty()) {
            return of(
                    "p",
                    of("span", "the same answer").is("badge good"),
                    " Dispositions, plans, grounds and rules are those of the entry, for each recipient. What a fault held"
                            + " back is not compared: the policy knows nothing of faults.");
        }
        List<Html> items = new ArrayList<>();
        differences.forEach(difference -> items.add(of("li", difference).is("wrap")));
        return of(
                "div",
                of("p", of("span", "another answer").is("badge bad"), " The entry and the policy do not agree:"),
                of("ul", Html.many(items)));
    }
}
