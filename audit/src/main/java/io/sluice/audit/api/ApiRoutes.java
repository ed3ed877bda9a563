package io.sluice.audit.api;

import static io.sluice.core.decision.AccessInput.Act.ENTRY;
import static io.sluice.core.decision.AccessInput.Act.EXPORT;
import static io.sluice.core.decision.AccessInput.Act.OVERVIEW;
import static io.sluice.core.decision.AccessInput.Act.PROOF;
import static io.sluice.core.decision.AccessInput.Act.RECORD;
import static io.sluice.core.decision.AccessInput.Act.SEARCH;
import static io.sluice.core.decision.AccessInput.Act.SUBJECT;

import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.CosignerKey;
import io.sluice.audit.query.QueryFilter;
import io.sluice.audit.query.QueryPage;
import io.sluice.audit.query.RecordExplanation.RecipientView;
import io.sluice.audit.query.Tallies;
import io.sluice.audit.report.ReportSpec;
import io.sluice.core.event.IngressPosition;
import io.sluice.serving.operate.OpenApi;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The routes of the API, version 1 ({@code docs/specs/audit-api.md}). Immutable. */
public final class ApiRoutes {
    /** Entries of a page where a caller says nothing. */
    public static final int DEFAULT_LIMIT = 50;
    /** Longest page: of entries of 64 kB some 13 MB. */
    public static final int MAX_LIMIT = 200;

    private static final String BASE = "/api/v1";

    private final LogDesk desk;
    private final long maxExport;
    private final Packs packs;
    private final Clock clock;

    /**
     * @param maxExport most entries of an export, and most that a report reads
     * @param witnesses keys of those who may have cosigned the log, for evidence packs
     */
    public ApiRoutes(LogDesk desk, long maxExport, List<CosignerKey> witnesses, Clock clock) {
        this.clock = clock;
        this.desk = desk;
        this.maxExport = maxExport;
        this.packs = new Packs(desk.packs(witnesses), maxExport);
    }

    /** All of them. */
    public List<Route> routes() {
        Set<String> paging = Set.of("at", "limit", "order");
        Set<String> search = new TreeSet<>(Filters.NAMES);
        search.addAll(paging);
        List<Route> routes = new ArrayList<>(List.of(
                Route.plain(BASE + "/openapi.json", question -> Reply.of(200, Reply.JSON, OpenApi.of("audit"))),
                Route.reading(BASE + "/overview", OVERVIEW, Set.of(), question -> "overview", this::overview),
                Route.reading(BASE + "/checkpoint", OVERVIEW, Set.of(), question -> "checkpoint", this::checkpoint),
                Route.reading(BASE + "/entries", SEARCH, search, question -> asked("search", question), this::entries),
                Route.reading(BASE + "/entries/{index}", ENTRY, Set.of(), ApiRoutes::place, this::entry),
                Route.reading(BASE + "/entries/{index}/proof", PROOF, Set.of(), ApiRoutes::place, this::proof),
                Route.reading(
                        BASE + "/subjects/{reference}/entries", SUBJECT, paging, ApiRoutes::reference, this::subject),
                Route.reading(
                        BASE + "/records/{generation}/{partition}/{offset}",
                        RECORD,
                        Set.of("attempt"),
                        ApiRoutes::position,
                        this::record),
                Route.reading(BASE + "/reports", OVERVIEW, Set.of(), question -> "reports", this::reports),
                Route.reading(
                        BASE + "/reports/{name}", SEARCH, ReportQuestions.NAMES, ReportQuestions::told, this::report)));
        for (Exports.Format format : Exports.Format.values()) {
            routes.add(Route.reading(
                    BASE + "/exports/" + format.file(),
                    EXPORT,
                    Filters.NAMES,
                    question -> asked("export " + format.code(), question),
                    question -> export(question, format)));
        }
        routes.add(Route.reading(
                BASE + "/exports/" + Packs.FILE,
                EXPORT,
                Filters.NAMES,
                question -> asked("export pack", question),
                this::pack));
        return List.copyOf(routes);
    }

    private Reply reports(Question question) {
        return Reply.json(Map.of(
                "reports", ReportSpec.all().stream().map(ReportSpec::toJson).toList()));
    }

    private Reply report(Question question) {
        return Reply.json(desk.report(ReportQuestions.of(question, clock.instant()), maxExport)
                .toJson());
    }

    private Reply overview(Question question) {
        Tallies.Totals totals = desk.totals();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("log", log(desk.checkpoint()));
        json.put("recipients", totals.recipients());
        json.put("codes", totals.codes());
        json.put("first", totals.first().toString());
        json.put("last", totals.last().toString());
        return Reply.json(json);
    }

    private Reply checkpoint(Question question) {
        return Reply.of(200, "text/plain; charset=utf-8", desk.signedCheckpoint());
    }

    private Reply entries(Question question) {
        return page(question, Filters.of(question));
    }

    private Reply subject(Question question) {
        return page(question, QueryFilter.all().withSubject(Filters.subject(question.place("reference"))));
    }

    private Reply page(Question question, QueryFilter filter) {
        Paging paging = Paging.of(question, false);
        QueryPage page = paging.find(desk, filter, limit(question));
        List<Map<String, Object>> entries = new ArrayList<>();
        page.entries().forEach(found -> entries.add(entry(found)));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("entries", entries);
        page.next().ifPresent(next -> json.put("next", Cursor.text(next)));
        json.put("logSize", page.logSize());
        return Reply.json(json);
    }

    private Reply entry(Question question) {
        return Reply.json(entry(desk.entry(question.number("index"))));
    }

    private Map<String, Object> entry(QueryPage.Found found) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("index", found.index());
        json.put("sentence", desk.sentence(found));
        json.put("entry", found.entry());
        return json;
    }

    private Reply proof(Question question) {
        long place = question.number("index");
        return new Reply.Whole(
                200,
                Map.of(
                        "content-type",
                        "text/plain; charset=utf-8",
                        "content-disposition",
                        "attachment; filename=\"entry-" + place + ".tlog-proof\""),
                desk.proof(place).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private Reply record(Question question) {
        List<Map<String, Object>> found = new ArrayList<>();
        for (QueryPage.Found entry : desk.entries(id(question))) {
            List<Map<String, Object>> recipients = new ArrayList<>();
            desk.views(entry).forEach(view -> recipients.add(view(view)));
            Map<String, Object> json = new LinkedHashMap<>(entry(entry));
            json.put("recipients", recipients);
            found.add(json);
        }
        if (found.isEmpty()) {
            throw new RefusedException(ProblemCode.NOT_FOUND, "The log has no entry of this record and attempt.");
        }
        return Reply.json(Map.of("record", id(question), "entries", found));
    }

    /** The entry id that a question names. @throws RefusedException where it cannot be one */
    public static String id(Question question) {
        long attempt = question.parameter("attempt").map(ApiRoutes::attempt).orElse(0);
        long generation = question.number("generation");
        long partition = question.number("partition");
        if (generation < 1 || generation > 999_999_999 || partition > 999_999_999) {
            throw new RefusedException(ProblemCode.NOT_FOUND, "There is no such position.");
        }
        return new IngressPosition((int) generation, (int) partition, question.number("offset")).entryId((int) attempt);
    }

    private static int attempt(String text) {
        if (!text.matches("0|[1-9][0-9]{0,8}")) {
            throw Question.invalid("The parameter attempt is a number from 0.");
        }
        return Integer.parseInt(text);
    }

    private static Map<String, Object> view(RecipientView view) {
        List<Map<String, Object>> fields = new ArrayList<>();
        view.fields().forEach(field -> {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("pattern", field.pattern());
            json.put("count", field.count());
            json.put("transform", field.transform());
            json.put("params", field.params());
            json.put("rule", field.rule());
            fields.add(json);
        });
        List<Map<String, Object>> because = new ArrayList<>();
        view.because().forEach(reason -> because.add(Map.of("rule", reason.rule(), "clause", reason.clause())));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("recipient", view.recipient());
        json.put("disposition", view.disposition());
        put(json, "code", view.code());
        put(json, "releasedId", view.releasedId());
        put(json, "plan", view.plan());
        if (!view.plan().isEmpty()) {
            json.put("planKept", view.planKept());
        }
        json.put("fields", fields);
        json.put("undeclared", view.undeclared());
        json.put("masked", view.masked());
        json.put("dropped", view.dropped());
        json.put("legal", view.legal());
        json.put("because", because);
        json.put("keys", view.keys());
        return json;
    }

    private static void put(Map<String, Object> json, String name, String text) {
        if (!text.isEmpty()) {
            json.put(name, text);
        }
    }

    private Reply export(Question question, Exports.Format format) {
        QueryFilter filter = Filters.of(question);
        long found = desk.count(filter);
        if (found > maxExport) {
            throw new RefusedException(
                    ProblemCode.EXPORT_TOO_LARGE,
                    "It has " + found + " entries, an export " + maxExport
                            + " at most. Narrow it, by from and until for example.");
        }
        return Exports.of(desk, filter, format, desk.checkpoint());
    }

    private Reply pack(Question question) {
        QueryFilter filter = Filters.of(question);
        desk.count(filter); // refused while the index is built
        return packs.of(question, filter);
    }

    private Map<String, Object> log(Checkpoint checkpoint) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("origin", checkpoint.origin());
        json.put("size", checkpoint.size());
        json.put("root", checkpoint.root().toBase64());
        json.put("key", desk.key().toString());
        return json;
    }

    private static int limit(Question question) {
        String text = question.parameter("limit").orElse("" + DEFAULT_LIMIT);
        if (!text.matches("[1-9][0-9]{0,3}") || Integer.parseInt(text) > MAX_LIMIT) {
            throw Question.invalid("The parameter limit is 1 to " + MAX_LIMIT + ".");
        }
        return Integer.parseInt(text);
    }

    private static String asked(String what, Question question) {
        return (what + " " + told(question)).strip();
    }

    private static String told(Question question) {
        return question.granted() == null
                ? ""
                : Filters.told(question, question.granted().policy().rulebook());
    }

    private static String place(Question question) {
        return "entry " + question.number("index");
    }

    private static String reference(Question question) {
        return "subject " + Filters.subject(question.place("reference"));
    }

    private static String position(Question question) {
        return "record " + id(question);
    }
}
