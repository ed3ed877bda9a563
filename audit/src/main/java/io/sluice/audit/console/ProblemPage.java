package io.sluice.audit.console;

import static io.sluice.audit.console.Html.link;

import io.sluice.audit.api.RefusedException;
import java.util.List;

/** Why there is no page. Stateless. */
final class ProblemPage {
    private ProblemPage() {}

    static Html.Element page(RefusedException refused) {
        return Frame.page(
                refused.code().title(),
                "",
                "",
                Html.many(List.of(
                        Html.of("h1", refused.code().title()),
                        Html.of("p", refused.detail()).is("lead"),
                        Html.of("p", Html.of("code", refused.code().code())).is("quiet"),
                        Html.of("p", link(ConsoleRoutes.HOME, "To the overview")))));
    }
}
