package io.sluice.audit.console;

import io.sluice.audit.access.ReaderDesk;
import io.sluice.audit.access.Readings;
import io.sluice.audit.access.SignIn;
import io.sluice.audit.access.Visitor;
import io.sluice.audit.api.ProblemCode;
import io.sluice.audit.api.Question;
import io.sluice.audit.api.RefusedException;
import io.sluice.audit.api.Reply;
import io.sluice.audit.api.Route;
import io.sluice.audit.oidc.CodeFlow;
import io.sluice.audit.oidc.NotProvedException;
import io.sluice.audit.oidc.Oidc;
import io.sluice.audit.oidc.ProviderUnavailableException;
import io.sluice.policies.evaluate.ActivePolicy;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Signing in by an OpenID provider, and out. What somebody may read is asked of the policy after it, at each request. Immutable. */
final class OidcRoutes {
    static final String SIGN_IN = CodeFlow.PREFIX + "sign-in";
    static final String SIGN_OUT = CodeFlow.PREFIX + "sign-out";

    /** What providers send back: RFC 6749 section 4.1.2, RFC 9207, OpenID Connect Session Management. */
    private static final Set<String> ANSWER =
            Set.of("code", "state", "iss", "error", "error_description", "error_uri", "session_state", "scope");
    /** Codes of some providers are long. */
    private static final int MAX_CHARS = 3_000;

    private final Oidc oidc;
    private final SignIn sessions;
    private final ReaderDesk readers;
    private final Readings readings;
    private final Clock clock;

    OidcRoutes(Oidc oidc, SignIn sessions, ReaderDesk readers, Readings readings, Clock clock) {
        this.readers = readers;
        this.clock = clock;
        this.oidc = oidc;
        this.sessions = sessions;
        this.readings = readings;
    }

    List<Route> routes() {
        return List.of(
                Route.plain(SIGN_IN, this::signIn),
                Route.plain(CodeFlow.CALLBACK, ANSWER, MAX_CHARS, this::callback),
                Route.plain(SIGN_OUT, this::signOut));
    }

    private Reply signIn(Question question) {
        try {
            CodeFlow.Start start = oidc.browsers().begin();
            return new Reply.Whole(
                    303, Map.of("location", start.location(), "set-cookie", start.cookie()), new byte[0]);
        } catch (ProviderUnavailableException e) {
            throw unavailable();
        }
    }

    private Reply callback(Question question) {
        try {
            Visitor visitor = oidc.browsers().finish(question.cookies().get(CodeFlow.COOKIE), question.parameters());
            requireReader(visitor);
            return page("Signed in", ConsoleRoutes.HOME, "To the overview", sessions.begin(visitor, oidc.session()));
        } catch (NotProvedException e) {
            readings.refused(ReaderDesk.UNKNOWN, question.visitor(), ProblemCode.SIGN_IN_FAILED.code());
            throw new RefusedException(ProblemCode.SIGN_IN_FAILED, String.valueOf(e.getMessage()));
        } catch (ProviderUnavailableException e) {
            throw unavailable();
        }
    }

    /** Who reads nothing gets no session, so that nobody whom the rulebook does not know takes one from a reader. */
    private void requireReader(Visitor visitor) {
        ActivePolicy policy = readers.policy(clock.instant())
                .orElseThrow(() -> new RefusedException(
                        ProblemCode.POLICY_UNAVAILABLE, "No policy is in force here now. Sign in again later."));
        if (!ReaderDesk.knows(policy, visitor)) {
            readings.refused(ReaderDesk.UNKNOWN, visitor, ProblemCode.READER_UNKNOWN.code());
            throw new RefusedException(
                    ProblemCode.READER_UNKNOWN,
                    "The provider signed you in, but access.yaml of the rulebook in force names neither you nor a group of"
                            + " yours.");
        }
    }

    private static RefusedException unavailable() {
        return new RefusedException(
                ProblemCode.PROVIDER_UNAVAILABLE,
                "The OpenID provider does not answer, so nobody can sign in by it. Repeat it later, or connect with a"
                        + " certificate.");
    }

    private Reply signOut(Question question) {
        String cookie = sessions.end(question.cookies().get(SignIn.COOKIE));
        return page("Signed out", SIGN_IN, "Sign in again", cookie);
    }

    /**
     * A page, not a redirect: the session's cookie is sent on the way that begins at a page of this server alone, and a
     * redirect of a navigation that the provider began is none.
     */
    private static Reply page(String title, String next, String label, String cookie) {
        Html content = Html.many(List.of(Html.of("h1", title), Html.of("p", Html.link(next, label))));
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("content-type", "text/html; charset=utf-8");
        headers.put("set-cookie", cookie);
        if (next.equals(ConsoleRoutes.HOME)) {
            headers.put("refresh", "0; url=" + next);
        }
        byte[] page = Html.page(Frame.page(title, "", "", content));
        return new Reply.Whole(200, headers, page);
    }
}
