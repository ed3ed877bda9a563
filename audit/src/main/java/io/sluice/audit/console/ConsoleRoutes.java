package io.sluice.audit.console;

import static io.sluice.core.decision.AccessInput.Act.ENTRY;
import static io.sluice.core.decision.AccessInput.Act.OVERVIEW;
import static io.sluice.core.decision.AccessInput.Act.RECORD;
import static io.sluice.core.decision.AccessInput.Act.SEARCH;
import static io.sluice.core.decision.AccessInput.Act.SUBJECT;

import io.sluice.audit.access.ReaderDesk;
import io.sluice.audit.access.Readings;
import io.sluice.audit.access.SignIn;
import io.sluice.audit.api.ApiRoutes;
import io.sluice.audit.api.Filters;
import io.sluice.audit.api.LogDesk;
import io.sluice.audit.api.Paging;
import io.sluice.audit.api.ProblemCode;
import io.sluice.audit.api.Question;
import io.sluice.audit.api.RefusedException;
import io.sluice.audit.api.Reply;
import io.sluice.audit.api.ReportQuestions;
import io.sluice.audit.api.Route;
import io.sluice.audit.query.QueryFilter;
import io.sluice.audit.query.QueryPage;
import io.sluice.audit.report.Report;
import io.sluice.audit.report.ReportSpec;
import io.sluice.core.decision.AccessInput;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.verify.VerifiedBundle;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** The console's pages. They ask and tell what the API does; nothing can be changed here. Immutable. */
final class ConsoleRoutes {
    static final String SIGN_IN = "/console/sign-in/";
    static final String HOME = "/console/";
    private static final int PAGE = 25;

    private final LogDesk desk;
    private final LiveFigures live;
    private final ReaderDesk readers;
    private final SignIn signIn;
    private final Readings readings;
    private final Clock clock;
    private final long maxReport;
    private final Revisions revisions;
    private final PolicyPages policy;
    private final RollingVerification rolling;
    private final Supplier<OptionalLong> waiting;

    /**
     * @param maxReport how many entries a report may read
     * @param decided every revision that decided, newest first
     * @param drafts those that wait to be looked at
     * @param rolling what this server's own verifications came to
     * @param waiting how much of audit.entries is not in the log yet; empty where nobody here knows
     */
    ConsoleRoutes(
            LogDesk desk,
            ReaderDesk readers,
            SignIn signIn,
            Readings readings,
            Clock clock,
            long maxReport,
            Supplier<List<VerifiedBundle>> decided,
            Supplier<List<VerifiedBundle>> drafts,
            RollingVerification rolling,
            Supplier<OptionalLong> waiting) {
        this.desk = desk;
        this.live = new LiveFigures(desk);
        this.readers = readers;
        this.signIn = signIn;
        this.readings = readings;
        this.clock = clock;
        this.maxReport = maxReport;
        this.rolling = rolling;
        this.waiting = waiting;
        this.revisions = new Revisions(() -> readers.policy(clock.instant()), decided, drafts);
        this.policy = new PolicyPages(desk, revisions, readers, clock);
    }

    /** All pages. @param links whether one-time links are taken */
    List<Route> routes(boolean links) {
        Set<String> search = new TreeSet<>(Filters.NAMES);
        search.addAll(Set.of("at", "order"));
        List<Route> routes = new ArrayList<>(List.of(
                Route.plain("/", question -> Reply.seeOther(HOME)),
                Route.plain("/console", question -> Reply.seeOther(HOME)),
                Route.plain("/console/style.css", question -> file("style.css", "text/css; charset=utf-8")),
                Route.plain("/console/console.js", question -> file("console.js", "text/javascript; charset=utf-8")),
                Route.plain("/console/icon.svg", question -> file("icon.svg", "image/svg+xml")),
                Route.reading(HOME, OVERVIEW, Set.of(), question -> "overview", this::overview),
                Route.reading(LivePart.PATH, OVERVIEW, Set.of(), question -> "overview", this::part),
                Route.reading("/console/search", SEARCH, search, ConsoleRoutes::searched, this::search),
                Route.reading(
                        "/console/entries/{index}",
                        ENTRY,
                        Set.of(),
                        question -> "entry " + question.number("index"),
                        this::entry),
                Route.reading(
                        "/console/records/{generation}/{partition}/{offset}",
                        RECORD,
                        Set.of("attempt", DecidedAgain.PARAMETER),
                        question -> "record " + ApiRoutes.id(question),
                        this::record),
                Route.reading(
                        "/console/subjects/{reference}",
                        SUBJECT,
                        Set.of("at", "order"),
                        question -> "subject " + Filters.subject(question.place("reference")),
                        this::subject),
                Route.reading(ReportPages.PATH, OVERVIEW, Set.of(), question -> "reports", this::reports),
                Route.reading(
                        ReportPages.PATH + "/{name}",
                        SEARCH,
                        ReportQuestions.NAMES,
                        ReportQuestions::toldOfPage,
                        this::report),
                Route.reading(
                        ReportPages.PATH + "/{name}/document",
                        SEARCH,
                        ReportQuestions.NAMES,
                        ReportQuestions::told,
                        this::document),
                Route.reading("/console/integrity", OVERVIEW, Set.of(), question -> "checkpoint", this::integrity)));
        routes.addAll(policy.routes());
        if (links) {
            routes.add(Route.plain(SIGN_IN + "{token}", this::enter));
        }
        return routes;
    }

    /** The page of a refusal. @param signIn whether somebody may sign in by an OpenID provider */
    Reply problem(RefusedException refused, boolean signIn) {
        return html(refused.code().status(), ProblemPage.page(refused, signIn));
    }

    private Reply enter(Question question) {
        Optional<String> cookie = signIn.open(question.place("token"));
        if (cookie.isEmpty()) {
            readings.refused(ReaderDesk.UNKNOWN, question.visitor(), ProblemCode.LINK_INVALID.code());
            throw new RefusedException(
                    ProblemCode.LINK_INVALID,
                    "A link is good once, and for 30 minutes. Start the demo again for another.");
        }
        return new Reply.Whole(303, Map.of("location", HOME, "set-cookie", cookie.get()), new byte[0]);
    }

    private Reply overview(Question question) {
        return page(question, "Overview", HOME, new OverviewPage(desk).content(live(), clock.instant()));
    }

    /** A part of a page, which its script puts in the place of what it shows. */
    private Reply part(Question question) {
        return Reply.of(200, "text/html; charset=utf-8", Html.part(live()));
    }

    private Html live() {
        Instant now = clock.instant();
        return LivePart.content(live.of(now), rolling, readers.policy(now), waiting.get(), now);
    }

    private Reply search(Question question) {
        QueryFilter filter = Filters.of(question);
        QueryPage found = Paging.of(question, true).find(desk, filter, PAGE);
        Optional<Rulebook> rulebook = readers.policy(clock.instant()).map(ActivePolicy::rulebook);
        return page(
                question,
                "Search",
                "/console/search",
                SearchPage.content(desk, question.parameters(), found, rulebook));
    }

    private Reply entry(Question question) {
        QueryPage.Found found = desk.entry(question.number("index"));
        return page(question, "Entry " + found.index(), "", EntryPage.content(desk, found));
    }

    private Reply record(Question question) {
        List<QueryPage.Found> entries = desk.entries(ApiRoutes.id(question));
        if (entries.isEmpty()) {
            throw new RefusedException(ProblemCode.NOT_FOUND, "The log has no entry of this record and attempt.");
        }
        return page(
                question,
                "Record",
                "",
                RecordPage.content(
                        desk,
                        entries,
                        entry -> DecidedAgain.section(
                                entry,
                                revisions,
                                question.parameters().containsKey(DecidedAgain.PARAMETER),
                                Addresses.record(entry).orElse(""))));
    }

    private Reply subject(Question question) {
        String reference = Filters.subject(question.place("reference"));
        QueryPage found =
                Paging.of(question, false).find(desk, QueryFilter.all().withSubject(reference), PAGE);
        return page(question, "Subject", "", SubjectPage.content(desk, reference, question.parameters(), found));
    }

    private Reply integrity(Question question) {
        return page(question, "Integrity", "/console/integrity", IntegrityPage.content(desk, rolling));
    }

    private Reply reports(Question question) {
        return page(question, "Reports", ReportPages.PATH, ReportPages.list());
    }

    /** Where a parameter is missing, the form that asks for it and no report: nobody made a mistake yet. */
    private Reply report(Question question) {
        ReportSpec spec = ReportQuestions.spec(question);
        Optional<Rulebook> rulebook = readers.policy(clock.instant()).map(ActivePolicy::rulebook);
        boolean asked = ReportQuestions.isWhole(question);
        Html shown = asked
                ? ReportPage.content(desk.report(ReportQuestions.of(question, clock.instant()), maxReport), true)
                : ReportPages.unasked(spec);
        return page(
                question,
                spec.title(),
                ReportPages.PATH,
                ReportPages.with(spec, question.parameters(), rulebook, shown, asked));
    }

    private Reply document(Question question) {
        Report report = desk.report(ReportQuestions.of(question, clock.instant()), maxReport);
        return new Reply.Whole(
                200,
                Map.of(
                        "content-type",
                        "text/html; charset=utf-8",
                        "content-disposition",
                        "attachment; filename=\"" + report.spec().name() + ".html\""),
                ReportDocument.of(report));
    }

    static Reply page(Question question, String title, String here, Html content) {
        String reader = question.granted() == null ? "" : question.granted().reader();
        boolean signedIn = question.visitor().kind() == AccessInput.Kind.OIDC;
        return html(200, Frame.page(title, here, reader, signedIn, content));
    }

    private static Reply html(int status, Html.Element page) {
        return Reply.of(status, "text/html; charset=utf-8", Html.page(page));
    }

    private static String searched(Question question) {
        return question.granted() == null
                ? "search"
                : ("search "
                                + Filters.told(
                                        question, question.granted().policy().rulebook()))
                        .strip();
    }

    private static Reply file(String name, String type) {
        try (InputStream resource = ConsoleRoutes.class.getResourceAsStream("/io/sluice/audit/console/" + name)) {
            if (resource == null) {
                throw new IllegalStateException(name + " is missing from the jar");
            }
            return Reply.of(200, type, resource.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
