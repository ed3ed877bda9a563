package io.sluice.audit.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.audit.access.FakeSink;
import io.sluice.audit.access.ReaderDesk;
import io.sluice.audit.access.Readings;
import io.sluice.audit.access.SetClock;
import io.sluice.audit.access.SignIn;
import io.sluice.audit.api.Answers;
import io.sluice.audit.api.ApiLimits;
import io.sluice.audit.api.ApiServer;
import io.sluice.audit.api.Reply;
import io.sluice.audit.api.Route;
import io.sluice.audit.api.ShippedPolicy;
import io.sluice.audit.api.TrailFixture;
import io.sluice.audit.index.AuditIndexConfig;
import io.sluice.audit.log.LogSource;
import io.sluice.audit.report.Parameter;
import io.sluice.audit.report.ReportSpec;
import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.FaultyIdentity;
import io.sluice.certs.PemIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.serving.operate.OpenApi;
import io.sluice.serving.tls.ServerTls;
import io.sluice.serving.tls.TlsConfig;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real HTTPS: who gets in, what each address answers, and what a page may hold. */
@NullUnmarked // what is null here fails the test
class ConsoleServerIT {
    private static final List<String> PAGES = List.of(
            "/console/",
            "/console/search?recipient=research&order=oldest",
            "/console/entries/0",
            "/console/entries/" + TrailFixture.HOSTILE,
            "/console/records/1/0/7",
            "/console/subjects/" + TrailFixture.SUBJECT,
            "/console/reports",
            "/console/reports/conservation?recipient=research",
            "/console/reports/access",
            "/console/reports/access?subject=" + TrailFixture.SUBJECT,
            "/console/reports/breach?recipient=care",
            "/console/integrity",
            "/console/policy",
            "/console/policy?revision=2&dataset=fhir-patient&field=gender&show=all",
            "/console/policy/diff?before=1&after=2",
            "/console/policy/impact",
            "/console/policy/impact?before=1&after=2&from=2026-01-01T00:00:00Z");

    @TempDir
    private static Path folder;

    private static PkiFiles pki;
    private static TrailFixture trail;
    private static final FakeSink SINK = new FakeSink();
    private static AuditConsole console;

    @BeforeAll
    static void open() {
        pki = DevPki.openOrCreate(folder.resolve("pki"), Clock.systemUTC());
        trail = new TrailFixture(folder);
        console = console(null, SINK);
        awaitIndex(console);
    }

    private static void awaitIndex(AuditConsole opened) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(opened.finding()).isEmpty());
    }

    @AfterAll
    static void close() {
        console.close();
        assertThat(SINK.entries())
                .anySatisfy(
                        entry -> assertThat(entry.at("/detail/state").asText()).isEqualTo("closed"));
    }

    private static AuditConsole console(@Nullable String linkIdentity, FakeSink sink) {
        return console(linkIdentity, sink, trail.indexConfig(), Clock.systemUTC());
    }

    private static AuditConsole console(
            @Nullable String linkIdentity, FakeSink sink, AuditIndexConfig index, Clock clock) {
        PemIdentity server = pki.identity(DevIdentity.AUDIT);
        return AuditConsole.start(
                new AuditConsoleConfig(
                        ShippedPolicy.TENANT,
                        "127.0.0.1",
                        0,
                        new TlsConfig(
                                server.chain(),
                                server.key(),
                                pki.trust(),
                                List.of(pki.crls()),
                                TlsConfig.DEFAULT_RELOAD),
                        index,
                        trail.archive(),
                        List.of(),
                        linkIdentity,
                        ApiLimits.DEFAULT),
                now -> Optional.of(ShippedPolicy.policy()),
                () -> List.of(ShippedPolicy.other(), ShippedPolicy.policy().bundle()),
                sink,
                clock);
    }

    /** Every path of the description, with real values in its places. */
    @Test
    void answersAllThatItDescribes() throws Exception {
        JsonNode api = new JsonMapper().readTree(OpenApi.of("audit"));
        List<String> paths = new ArrayList<>();
        api.path("paths").fieldNames().forEachRemaining(paths::add);
        Map<String, String> places = Map.of(
                "{index}",
                "5",
                "{reference}",
                TrailFixture.SUBJECT,
                "{generation}",
                "1",
                "{partition}",
                "0",
                "{offset}",
                "7",
                "{name}",
                "conservation");
        HttpClient alan = client(pki.identity(DevIdentity.ALAN));
        for (String path : paths) {
            String asked = path;
            for (Map.Entry<String, String> place : places.entrySet()) {
                asked = asked.replace(place.getKey(), place.getValue());
            }
            HttpResponse<String> answer = get(alan, console, asked);
            assertThat(answer.statusCode()).as(asked + " " + answer.body()).isEqualTo(200);
            String type = answer.headers().firstValue("content-type").orElse("").split(";")[0];
            assertThat(api.path("paths")
                            .path(path)
                            .at("/get/responses/200/content")
                            .has(type))
                    .as(path + " " + type)
                    .isTrue();
        }
    }

    @Test
    void letsInReadersOfTheRulebookAlone() throws Exception {
        HttpResponse<String> stranger = get(client(pki.identity(DevIdentity.WEBSHOP)), console, "/api/v1/entries");
        assertThat(stranger.statusCode()).isEqualTo(403);
        assertThat(stranger.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(stranger.body()).contains("\"code\":\"reader-unknown\"").doesNotContain("webshop");
        assertThat(get(client(pki.identity(DevIdentity.ADA)), console, "/api/v1/entries")
                        .statusCode())
                .isEqualTo(200);
        for (FaultyIdentity faulty : List.of(FaultyIdentity.EXPIRED, FaultyIdentity.REVOKED, FaultyIdentity.OTHER_CA)) {
            assertThatThrownBy(() -> get(client(pki.faulty(faulty)), console, "/api/v1/entries"))
                    .as(faulty.name())
                    .isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> get(client(null), console, "/api/v1/entries")).isInstanceOf(IOException.class);
    }

    @Test
    void changesNothing() throws Exception {
        HttpClient alan = client(pki.identity(DevIdentity.ALAN));
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
            HttpResponse<String> answer = alan.send(
                    HttpRequest.newBuilder(uri(console, "/api/v1/entries"))
                            .method(method, BodyPublishers.ofString("{}"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(method).isEqualTo(405);
            assertThat(answer.headers().firstValue("allow")).hasValue("GET");
        }
    }

    @Test
    void noPageHoldsWhatItsPolicyForbids() throws Exception {
        HttpClient alan = client(pki.identity(DevIdentity.ALAN));
        Pattern inline = Pattern.compile(
                "<script(?! src=\"/console/)|<style|<iframe|style=|\\son[a-z]+=|javascript:|=\"https?://");
        for (String page : PAGES) {
            HttpResponse<String> answer = get(alan, console, page);
            assertThat(answer.statusCode()).as(page + " " + answer.body()).isEqualTo(200);
            assertThat(answer.headers().firstValue("content-security-policy").orElse(""))
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
            assertThat(answer.headers().firstValue("referrer-policy")).hasValue("no-referrer");
            assertThat(answer.body()).as(page).doesNotContainPattern(inline).contains("<h1>");
        }
        assertThat(get(alan, console, "/console/entries/" + TrailFixture.HOSTILE)
                        .body())
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;");
        assertThat(get(alan, console, "/console/entries/999").body()).contains("not-found", "<h1>");
        assertThat(get(alan, console, "/console/search?code=%3Cscript%3E").statusCode())
                .isEqualTo(400);
        for (String own : List.of("/console/style.css", "/console/console.js", "/console/icon.svg")) {
            assertThat(get(alan, console, own).statusCode()).as(own).isEqualTo(200);
        }
    }

    @Test
    void everyLinkOfEveryPageLeadsSomewhere() throws Exception {
        HttpClient alan = client(pki.identity(DevIdentity.ALAN));
        Pattern href = Pattern.compile("href=\"(/[^\"]*)\"");
        java.util.TreeSet<String> links = new java.util.TreeSet<>();
        for (String page : PAGES) {
            href.matcher(get(alan, console, page).body())
                    .results()
                    .forEach(found -> links.add(found.group(1).replace("&amp;", "&")));
        }
        assertThat(links).hasSizeGreaterThan(20);
        for (String link : links) {
            assertThat(get(alan, console, link).statusCode()).as(link).isIn(200, 303);
        }
    }

    /** The matrix, a difference and its impact are what the policy answers, in words that officers know. */
    @Test
    void thePolicyIsShownFieldByField() throws Exception {
        HttpClient alan = client(pki.identity(DevIdentity.ALAN));
        String patient = get(alan, console, "/console/policy?dataset=fhir-patient&recipient=research&field=birthDate")
                .body();
        assertThat(patient)
                .contains("/birthDate", "generalise.age90", "protections/research-fhir.yaml", "nothing where")
                .doesNotContain("/gender");
        assertThat(get(alan, console, "/console/policy?dataset=fhir-patient&recipient=research")
                        .body())
                .contains("more that nobody gets");

        String diff =
                get(alan, console, "/console/policy/diff?before=1&after=2").body();
        assertThat(diff)
                .contains("fhir-patient for research", "/gender", "<td>keep</td><td>closed</td>", ">closes<")
                .contains("protections/research-fhir changed")
                .doesNotContain(">opens<");
        assertThat(get(alan, console, "/console/policy/diff?before=2&after=2").body())
                .contains("same revision twice");

        String impact = get(alan, console, "/console/policy/impact?before=1&after=2&from=2026-01-01T00:00:00Z")
                .body();
        assertThat(impact)
                .contains("of 60 records with another view", "of 2 subjects with such a record")
                .contains("fhir-patient for research", "/gender");
        assertThat(get(alan, console, "/console/policy/impact?before=1&after=2&until=2026-01-01T00:00:00Z")
                        .body())
                .contains("Nothing was decided in this window");

        assertThat(get(alan, console, "/console/policy?revision=3").statusCode())
                .isEqualTo(404);
    }

    /** What the server verified by itself, in the background, and that this is no proof. */
    @Test
    void theVerdictsAreThisServersOwn() throws Exception {
        HttpClient alan = client(pki.identity(DevIdentity.ALAN));
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(
                                get(alan, console, "/console/integrity").body())
                        .contains("intact <span class=\"badge good\">holds", "of 63 entries")
                        .contains("proves nothing to a stranger", "./sluice audit verify"));
        assertThat(get(alan, console, "/console/live").body())
                .startsWith("<section")
                .contains("Nothing was decided in the last hour", "witnessed", "Policy in force");
    }

    /** An index is not made of such a log; that it was altered is found and shown all the same. */
    @Test
    void aLogThatWasAlteredBeforeTheStartIsFound() throws Exception {
        LogSource files = trail.indexConfig().source();
        LogSource altered = path -> files.read(path)
                .map(bytes -> path.startsWith("tile/entries/")
                        ? new String(bytes, StandardCharsets.ISO_8859_1)
                                .replace("st-elsewhere", "st-elsewherf")
                                .getBytes(StandardCharsets.ISO_8859_1)
                        : bytes);
        AuditIndexConfig index = new AuditIndexConfig(
                folder.resolve("altered.sqlite"), altered, trail.indexConfig().key());
        HttpClient alan = client(pki.identity(DevIdentity.ALAN));
        try (AuditConsole started = console(null, new FakeSink(), index, Clock.systemUTC())) {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(
                                    get(alan, started, "/console/integrity").body())
                            .contains("intact <span class=\"badge bad\">fails", "tile/entries/"));
            assertThat(started.finding())
                    .hasValueSatisfying(found -> assertThat(found).contains("run audit verify"));
        }
    }

    @Test
    void aLinkSignsInOnce() throws Exception {
        try (AuditConsole demo = console("spiffe://sluice.dev/auditor/alan", new FakeSink())) {
            awaitIndex(demo);
            HttpClient browser = client(null);
            assertThat(get(browser, demo, "/console/").body()).contains("not-signed-in");
            assertThat(get(browser, demo, "/console/sign-in/" + "x".repeat(43)).statusCode())
                    .isEqualTo(403);

            String link = demo.newLink();
            HttpResponse<String> entered = get(browser, demo, link);

            assertThat(entered.statusCode()).isEqualTo(303);
            assertThat(entered.headers().firstValue("location")).hasValue("/console/");
            String cookie = entered.headers().firstValue("set-cookie").orElseThrow();
            assertThat(cookie)
                    .startsWith(SignIn.COOKIE + "=")
                    .contains("; Path=/;", "; Secure;", "; HttpOnly;", "; SameSite=Strict;");
            HttpRequest overview = HttpRequest.newBuilder(uri(demo, "/console/"))
                    .header("Cookie", cookie.substring(0, cookie.indexOf(';')))
                    .build();
            assertThat(browser.send(overview, BodyHandlers.ofString()).body()).contains("<strong>alan</strong>");
            assertThat(get(browser, demo, link).statusCode()).isEqualTo(403);
        }
        assertThatThrownBy(() -> console.newLink()).isInstanceOf(IllegalStateException.class);
        assertThat(get(client(pki.identity(DevIdentity.ALAN)), console, "/console/sign-in/abc")
                        .statusCode())
                .isEqualTo(404);
    }

    /** A log of years takes long to index: what is refused meanwhile is told. */
    @Test
    void whileTheIndexIsBuiltRefusalsAreTold() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        LogSource files = trail.indexConfig().source();
        LogSource slow = path -> {
            try {
                assertThat(goOn.await(2, TimeUnit.MINUTES)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return files.read(path);
        };
        FakeSink sink = new FakeSink();
        SetClock clock = new SetClock(Instant.now());
        AuditConsole building = console(
                null,
                sink,
                new AuditIndexConfig(
                        folder.resolve("building.sqlite"),
                        slow,
                        trail.indexConfig().key()),
                clock);
        try {
            assertThat(get(client(pki.identity(DevIdentity.WEBSHOP)), building, "/api/v1/entries")
                            .statusCode())
                    .isEqualTo(403);
            clock.pass(Duration.ofMinutes(1));
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(sink.entries()).hasSize(1));
        } finally {
            goOn.countDown();
            building.close();
        }
    }

    // --- the server itself, with one request at a time

    private static ApiServer server(Vertx vertx, Clock clock, Duration answer, Readings readings, Route... routes)
            throws Exception {
        PemIdentity self = pki.identity(DevIdentity.AUDIT);
        ServerTls tls = new ServerTls(
                new TlsConfig(self.chain(), self.key(), pki.trust(), List.of(pki.crls()), TlsConfig.DEFAULT_RELOAD),
                clock);
        ApiLimits all = ApiLimits.DEFAULT;
        ApiLimits limits =
                new ApiLimits(all.maxConnections(), 1, all.maxExport(), answer, all.idle(), all.entry(), all.reading());
        ReaderDesk readers = new ReaderDesk(now -> Optional.of(ShippedPolicy.policy()));
        ApiServer server = new ApiServer(
                vertx,
                "127.0.0.1",
                0,
                limits,
                tls,
                null,
                null,
                new Answers(List.of(routes), readers, readings, clock),
                (path, refused) -> Reply.problem(refused));
        server.listen().await(1, TimeUnit.MINUTES);
        return server;
    }

    private static Readings readings(FakeSink sink, Clock clock) {
        return new Readings(ShippedPolicy.TENANT, sink, clock, Duration.ofMinutes(5), Duration.ofSeconds(10));
    }

    private static HttpResponse<String> get(HttpClient client, ApiServer of, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("https://localhost:" + of.port() + path))
                        .build(),
                BodyHandlers.ofString());
    }

    private static Route fast() {
        return Route.plain("/fast", question -> Reply.of(200, "text/plain", "here"));
    }

    /** Whoever gives up waiting does not make room for more work. */
    @Test
    void aRequestIsUnderWayAsLongAsItWorks() throws Exception {
        Vertx vertx = Vertx.vertx();
        CountDownLatch goOn = new CountDownLatch(1);
        Route slow = Route.plain("/slow", question -> {
            try {
                return Reply.of(200, "text/plain", "late " + goOn.await(1, TimeUnit.MINUTES));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        try {
            Clock clock = Clock.systemUTC();
            ApiServer server =
                    server(vertx, clock, Duration.ofSeconds(1), readings(new FakeSink(), clock), slow, fast());
            HttpClient alan = client(pki.identity(DevIdentity.ALAN));

            assertThat(get(alan, server, "/slow").body()).contains("back-pressure", "took too long");
            assertThat(get(alan, server, "/fast").body()).contains("back-pressure", "Too many");
            goOn.countDown();
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .untilAsserted(
                            () -> assertThat(get(alan, server, "/fast").body()).isEqualTo("here"));
        } finally {
            goOn.countDown();
            vertx.close().await(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void aFaultCostsNoRoomAndAnEndedCertificateIsTold() throws Exception {
        Vertx vertx = Vertx.vertx();
        AtomicReference<Supplier<Instant>> now = new AtomicReference<>(Instant::now);
        Clock clock = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now.get().get();
            }
        };
        FakeSink sink = new FakeSink();
        try (Readings readings = readings(sink, clock)) {
            ApiServer server = server(vertx, clock, Duration.ofMinutes(1), readings, fast());
            HttpClient alan = client(pki.identity(DevIdentity.ALAN));
            assertThat(get(alan, server, "/fast").body()).isEqualTo("here");

            now.set(() -> {
                throw new IllegalStateException("no clock");
            });
            assertThat(get(alan, server, "/fast").body()).contains("\"code\":\"internal\"");
            now.set(Instant::now);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .untilAsserted(
                            () -> assertThat(get(alan, server, "/fast").body()).isEqualTo("here"));

            now.set(() -> Instant.parse("2999-01-01T00:00:00Z"));
            assertThat(get(alan, server, "/fast").body()).contains("\"code\":\"certificate-invalid\"");
        } finally {
            now.set(Instant::now);
            vertx.close().await(1, TimeUnit.MINUTES);
        }
        assertThat(sink.entries()).singleElement().satisfies(entry -> {
            assertThat(entry.path("code").asText()).isEqualTo("audit-refused");
            assertThat(entry.at("/detail/code").asText()).isEqualTo("certificate-invalid");
            assertThat(entry.at("/detail/credential").asText()).matches("[0-9a-f]{64}");
        });
    }

    /** An answer of any number of pieces takes the stack of one. */
    @Test
    void anExportMayHaveManyPieces() throws Exception {
        int pieces = 5_000;
        Vertx vertx = Vertx.vertx();
        Route export = Route.plain("/export", question -> {
            AtomicInteger next = new AtomicInteger();
            return new Reply.Stream(
                    200,
                    Map.of("content-type", "text/plain"),
                    () -> next.getAndIncrement() < pieces ? Optional.of(new byte[] {'x'}) : Optional.empty());
        });
        try {
            Clock clock = Clock.systemUTC();
            ApiServer server =
                    server(vertx, clock, Duration.ofMinutes(5), readings(new FakeSink(), clock), export, fast());
            HttpClient alan = client(pki.identity(DevIdentity.ALAN));

            assertThat(get(alan, server, "/export").body()).hasSize(pieces);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .untilAsserted(
                            () -> assertThat(get(alan, server, "/fast").body()).isEqualTo("here"));
        } finally {
            vertx.close().await(1, TimeUnit.MINUTES);
        }
    }

    /** In a real Chromium: signed in by the link, light and dark, wide and narrow. Pictures are left in {@code target/console}. */
    @Test
    void everyPageIsFitToBeReadAndBreaksNoPolicy() throws Exception {
        Optional<Path> binary = Chromium.find();
        assumeTrue(binary.isPresent(), "chromium is not at hand: apt-get install chromium");
        Path pictures = Files.createDirectories(Path.of("target", "console"));
        Map<String, String> pages = new TreeMap<>(Map.of(
                "overview", "/console/",
                "search", "/console/search?recipient=research",
                "entry", "/console/entries/3",
                "hostile", "/console/entries/" + TrailFixture.HOSTILE,
                "record", "/console/records/1/0/7",
                "subject", "/console/subjects/" + TrailFixture.SUBJECT,
                "integrity", "/console/integrity"));
        pages.put("reports", "/console/reports");
        pages.put("policy", "/console/policy");
        pages.put("policy-dataset", "/console/policy?dataset=fhir-patient");
        pages.put("policy-diff", "/console/policy/diff?before=1&after=2");
        pages.put("policy-impact", "/console/policy/impact?before=1&after=2&from=2026-01-01T00:00:00Z");
        ReportSpec.all().stream() // all are drawn alike; -Dsluice.console.all looks at each
                .filter(spec -> spec.name().equals("access") || Boolean.getBoolean("sluice.console.all"))
                .forEach(spec -> pages.put("report-" + spec.name(), "/console/reports/" + spec.name() + asked(spec)));
        SetClock clock = new SetClock(ShippedPolicy.NOW.plusSeconds(150)); // when the records of the log were new
        try (AuditConsole demo =
                        console("spiffe://sluice.dev/auditor/alan", new FakeSink(), trail.indexConfig(), clock);
                Chromium browser = new Chromium(binary.get())) {
            awaitIndex(demo);
            String origin = "https://localhost:" + demo.port();

            browser.go(origin + demo.newLink());
            assertThat(browser.value("location.pathname").asText()).isEqualTo("/console/");
            assertThat(browser.value("document.cookie").asText()).isEmpty(); // no script may see it

            for (Map.Entry<String, String> page : pages.entrySet()) {
                browser.go(origin + page.getValue());
                for (String scheme : List.of("light", "dark")) {
                    browser.window(1_280, scheme);
                    assertThat(browser.inaccessible())
                            .as(page.getKey() + " " + scheme)
                            .isEmpty();
                    browser.picture(pictures.resolve(page.getKey() + "-" + scheme + ".png"));
                }
                browser.window(360, "light");
                assertThat(browser.value("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                                .asInt())
                        .as("what sticks out of " + page.getKey())
                        .isZero();
                browser.picture(pictures.resolve(page.getKey() + "-narrow.png"));
                assertThat(browser.value("document.querySelectorAll('script').length")
                                .asInt())
                        .as("scripts of " + page.getKey())
                        .isEqualTo(1);
            }

            browser.go(origin + "/console/");
            browser.value("document.querySelector('#live > section').id = 'old'");
            Awaitility.await() // its script puts in the place of the old part what the server says now
                    .atMost(Duration.ofMinutes(1))
                    .untilAsserted(
                            () -> assertThat(browser.value("document.querySelectorAll('#live > section').length == 1"
                                                    + " && document.getElementById('old') == null")
                                            .asBoolean())
                                    .isTrue());
            browser.press("/");
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .untilAsserted(
                            () -> assertThat(browser.value("location.pathname").asText())
                                    .isEqualTo("/console/search"));
            assertThat(browser.complaints()).isEmpty();
        }
    }

    private static String asked(ReportSpec spec) {
        return spec.needs().contains(Parameter.SUBJECT)
                ? "?subject=" + TrailFixture.SUBJECT
                : spec.needs().isEmpty() ? "" : "?from=" + ShippedPolicy.NOW.plusSeconds(30);
    }

    private static URI uri(AuditConsole of, String path) {
        return URI.create("https://localhost:" + of.port() + path);
    }

    private static HttpResponse<String> get(HttpClient client, AuditConsole of, String path) throws Exception {
        return client.send(HttpRequest.newBuilder(uri(of, path)).build(), BodyHandlers.ofString());
    }

    private static HttpClient client(@Nullable PemIdentity self) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(io.sluice.audit.serve.TestTls.context(pki, self))
                .build();
    }
}
