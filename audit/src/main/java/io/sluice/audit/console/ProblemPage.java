package io.sluice.audit.console;

import static io.sluice.audit.console.Html.link;

import io.sluice.audit.api.ProblemCode;
import io.sluice.audit.api.RefusedException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Why there is no page. Stateless. */
final class ProblemPage {
    /** Where another sign-in may help. */
    private static final Set<ProblemCode> WITHOUT_READER = EnumSet.of(
            ProblemCode.NOT_SIGNED_IN,
            ProblemCode.SIGN_IN_FAILED,
            ProblemCode.READER_UNKNOWN,
            ProblemCode.PROVIDER_UNAVAILABLE);

    private ProblemPage() {}

    /** @param signIn whether somebody may sign in by an OpenID provider */
    static Html.Element page(RefusedException refused, boolean signIn) {
        return Frame.page(
                refused.code().title(),
                "",
                "",
                Html.many(List.of(
                        Html.of("h1", refused.code().title()),
                        Html.of("p", refused.detail()).is("lead"),
                        Html.of("p", Html.of("code", refused.code().code())).is("quiet"),
                        signIn && WITHOUT_READER.contains(refused.code())
                                ? Html.of("p", link(OidcRoutes.SIGN_IN, "Sign in"))
                                : Html.none(),
                        Html.of("p", link(ConsoleRoutes.HOME, "To the overview")))));
    }
}
