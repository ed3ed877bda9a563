package io.sluice.audit.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.sluice.audit.oidc.CodeFlow;
import io.sluice.audit.oidc.OidcConfig;
import io.sluice.audit.serve.TestTls;
import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.FaultyIdentity;
import io.sluice.certs.PemIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.core.encoding.Sha256;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.serving.tls.ServerTls;
import io.sluice.serving.tls.TlsConfig;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.BindException;
import java.net.CookieManager;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Console and API before a certified OpenID provider: people in a browser, programs with tokens, and certificates as ever. */
@NullUnmarked // what is null here fails the test
class OidcIT {
    @TempDir
    private static Path folder;

    private static final FakeSink SINK = new FakeSink();
    private static final SetClock CLOCK = new SetClock(Instant.now());
    private static PkiFiles pki;
    private static OidcProviderProcess provider;
    private static AuditConsole console;

    @BeforeAll
    static void open() throws Exception {
        if (!OidcProviderProcess.isInstalled()) {
            assertThat(System.getenv("CI")).as(OidcProviderProcess.INSTALL).isNotEqualTo("true");
            Assumptions.abort(OidcProviderProcess.INSTALL);
        }
        pki = DevPki.openOrCreate(folder.resolve("pki"), Clock.systemUTC());
        TrailFixture trail = new TrailFixture(folder);
        while (console == null) {
            int port = OidcProviderProcess.freePort();
            try {
                console = open(trail, port);
            } catch (IllegalStateException e) { // the provider has to know the port before it is bound
                provider.close();
                assertThat(e).as("somebody else took the port meanwhile").hasRootCauseInstanceOf(BindException.class);
            }
        }
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(console.finding()).isEmpty());
    }

    private static AuditConsole open(TrailFixture trail, int port) throws Exception {
        URI redirect = URI.create("https://127.0.0.1:" + port + "/console/oidc/callback");
        provider = OidcProviderProcess.start(folder, redirect);
        ActivePolicy policy = ShippedPolicy.withAccess(
                folder.resolve("rulebook-" + port),
                "\ngroups: {\"" + provider.issuer() + "\": {sluice-auditors: [auditor]}}\n");
        PemIdentity server = pki.identity(DevIdentity.AUDIT);
        return AuditConsole.start(
                new AuditConsoleConfig(
                                ShippedPolicy.TENANT,
                                "127.0.0.1",
                                port,
                                new TlsConfig(
                                        server.chain(),
                                        server.key(),
                                        pki.trust(),
                                        List.of(pki.crls()),
                                        TlsConfig.DEFAULT_RELOAD),
                                trail.indexConfig(),
                                trail.archive(),
                                List.of(),
                                null,
                                ApiLimits.DEFAULT)
                        .withOidc(new OidcConfig(
                                provider.issuer(),
                                "sluice-console",
                                "console-secret",
                                "sluice-audit",
                                "groups",
                                redirect,
                                null,
                                Duration.ofSeconds(30),
                                Duration.ofMinutes(5),
                                Duration.ofHours(1))),
                now -> Optional.of(policy),
                () -> List.of(),
                SINK,
                CLOCK);
    }

    @AfterAll
    static void close() {
        if (console != null) {
            console.close();
        }
        if (provider != null) {
            provider.close();
        }
    }

    // --- programs

    @Test
    void aProgramReadsWithAnAccessTokenAndTheEntryNamesItsSubject() throws Exception {
        HttpResponse<String> answer = api(token("auditor-program", "sluice-audit"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String identity = provider.issuer() + "#auditor-program";
        assertThat(SINK.entries()).anySatisfy(entry -> {
            assertThat(entry.path("actor").asText()).isEqualTo(identity);
            assertThat(entry.at("/detail/state").asText()).isEqualTo("opened");
            assertThat(entry.at("/detail/credential").asText()).isEqualTo("oidc " + identity);
            assertThat(entry.at("/detail/input/identity").asText()).isEqualTo("oidc");
            assertThat(entry.at("/detail/input/issuer").asText()).isEqualTo(provider.issuer());
            assertThat(entry.at("/detail/input/groups").toString()).isEqualTo("[\"sluice-auditors\"]");
        });
        assertThat(SINK.entries().toString()).doesNotContain("example.org");
    }

    @Test
    void whoIsInNoGroupThatTheRulebookNamesReadsNothing() throws Exception {
        HttpResponse<String> answer = api(token("clerk-program", "sluice-audit"));
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("\"code\":\"reader-unknown\"").doesNotContain("clerk");
        assertRefused("reader-unknown", hashed("clerk-program"));
        assertThat(SINK.entries().toString()).as("a subject may be a name").doesNotContain("clerk-program");
    }

    @Test
    void aTokenForSomebodyElseOrNoneIsRefused() throws Exception {
        String other = token("auditor-program", "another-api");
        for (String bad : List.of(other, other.substring(0, other.length() - 3), "nonsense")) {
            HttpResponse<String> answer = api(bad);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
            assertThat(answer.headers().firstValue("www-authenticate")).hasValue("Bearer error=\"invalid_token\"");
            assertThat(answer.body()).contains("\"code\":\"token-invalid\"");
        }
        assertThat(get(client(null), "/api/v1/entries").body()).contains("not-signed-in");
        assertRefused("token-invalid", "token");
    }

    @Test
    void certificatesCountAsBeforeAndABadTokenIsNotMadeGoodByOne() throws Exception {
        HttpClient alan = client(pki.identity(DevIdentity.ALAN));
        assertThat(get(alan, "/api/v1/entries").statusCode()).isEqualTo(200);
        HttpRequest withBadToken = HttpRequest.newBuilder(uri("/api/v1/entries"))
                .header("Authorization", "Bearer nonsense")
                .build();
        assertThat(alan.send(withBadToken, BodyHandlers.ofString()).statusCode())
                .isEqualTo(401);
    }

    /** The port asks for a certificate and takes none; one that is shown must be good all the same. */
    @ParameterizedTest
    @EnumSource(names = {"OTHER_CA", "SELF_SIGNED", "EXPIRED", "REVOKED"})
    void aBadCertificateIsNotTakenForNone(FaultyIdentity bad) {
        assertThatThrownBy(() -> get(client(pki.faulty(bad)), "/api/v1/entries"))
                .isInstanceOf(IOException.class);
    }

    /** Whoever has no certificate holds not all connections, and of one network not all of those. */
    @Test
    void strangersTakeNoConnectionFromThoseWithACertificate() throws Exception {
        Vertx vertx = Vertx.vertx();
        List<Socket> open = new ArrayList<>();
        try {
            ApiServer server = small(vertx, Duration.ofHours(1));
            for (int network = 1; network <= 3; network++) { // 2 of 8 for one of them, 6 for all
                open.add(stranger(server, "127.0.0." + network));
                open.add(stranger(server, "127.0.0." + network));
                assertClosed(stranger(server, "127.0.0." + network));
            }
            assertClosed(stranger(server, "127.0.0.4"));
            assertThat(status(client(pki.identity(DevIdentity.ALAN)), server)).isEqualTo(200);
            open.get(0).close();
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .ignoreExceptions()
                    .until(() -> status(client(null), server) == 200);
        } finally {
            for (Socket one : open) {
                one.close();
            }
            vertx.close().toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
        }
    }

    /** As many as there are workers, and one more, wait for the provider: others are answered. */
    @Test
    void aSilentProviderKeepsNobodyElseWaiting() throws Exception {
        Vertx vertx = Vertx.vertx();
        CountDownLatch silent = new CountDownLatch(1);
        AtomicInteger entered = new AtomicInteger();
        try {
            Route waiting = Route.plain(CodeFlow.PREFIX + "wait", question -> {
                entered.incrementAndGet();
                try {
                    return Reply.of(200, "text/plain", "over " + silent.await(1, TimeUnit.MINUTES));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            ApiServer server = small(vertx, Duration.ofHours(1), waiting);
            HttpClient alan = client(pki.identity(DevIdentity.ALAN));
            URI address = URI.create("https://127.0.0.1:" + server.port() + CodeFlow.PREFIX + "wait");
            List<CompletableFuture<HttpResponse<Void>>> held = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                held.add(alan.sendAsync(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding()));
            }

            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> entered.get() >= 2);
            for (int i = 0; i < 50; i++) { // while the others arrive
                assertThat(status(alan, server)).isEqualTo(200);
            }
            assertThat(held).noneMatch(CompletableFuture::isDone);
            silent.countDown();
            for (CompletableFuture<HttpResponse<Void>> one : held) {
                assertThat(one.get(1, TimeUnit.MINUTES).statusCode()).isEqualTo(200);
            }
        } finally {
            silent.countDown();
            vertx.close().toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
        }
    }

    /** Bytes that come one by one are no request, and keep no connection. */
    @Test
    void aRequestThatDoesNotEndIsHungUpOn() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (Socket slow = stranger(small(vertx, Duration.ofSeconds(2)), "127.0.0.1")) {
            slow.getOutputStream().write("y\r\nContent-Length: 90000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> isClosedAfter(slow, 'x'));
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
        }
    }

    private static ApiServer small(Vertx vertx, Duration idle, Route... more) throws Exception {
        PemIdentity self = pki.identity(DevIdentity.AUDIT);
        List<Route> routes = new ArrayList<>(List.of(more));
        routes.add(Route.plain("/here", question -> Reply.of(200, "text/plain", "here")));
        ServerTls tls = new ServerTls(
                new TlsConfig(self.chain(), self.key(), pki.trust(), List.of(pki.crls()), TlsConfig.DEFAULT_RELOAD),
                CLOCK);
        ApiLimits all = ApiLimits.DEFAULT;
        Readings readings = new Readings(ShippedPolicy.TENANT, new FakeSink(), CLOCK, all.reading(), all.entry());
        ApiServer server = new ApiServer(
                vertx,
                "127.0.0.1",
                0,
                new ApiLimits(8, all.maxRequests(), all.maxExport(), all.answer(), idle, all.entry(), all.reading()),
                tls,
                new SignIn("", CLOCK),
                null,
                new Answers(routes, new ReaderDesk(now -> Optional.empty()), readings, CLOCK),
                (path, refused) -> Reply.problem(refused));
        server.listen().await(1, TimeUnit.MINUTES);
        return server;
    }

    private static int status(HttpClient client, ApiServer server) throws Exception {
        URI address = URI.create("https://127.0.0.1:" + server.port() + "/here");
        return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding())
                .statusCode();
    }

    /** A connection that has said half of a request. */
    private static Socket stranger(ApiServer server, String from) throws IOException {
        SSLSocket socket =
                (SSLSocket) TestTls.context(pki, null).getSocketFactory().createSocket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        socket.getOutputStream().write("GET /here HTTP/1.1\r\nX: ".getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void assertClosed(Socket socket) throws IOException {
        try (socket) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (SocketException e) {
            assertThat(e).as("reset").hasMessageContaining("reset");
        }
    }

    private static boolean isClosedAfter(Socket socket, int written) {
        try {
            socket.getOutputStream().write(written);
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static String hashed(String subject) {
        String identity = provider.issuer() + "#" + subject;
        return "oidc sha256:" + Sha256.hex(identity.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertRefused(String code, String credential) {
        CLOCK.pass(Duration.ofMinutes(1));
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(SINK.entries()).anySatisfy(entry -> {
                    assertThat(entry.at("/detail/code").asText()).isEqualTo(code);
                    assertThat(entry.at("/detail/credential").asText()).isEqualTo(credential);
                    assertThat(entry.at("/detail/count").asLong()).isPositive();
                }));
    }

    private static String token(String name, String audience) throws Exception {
        String secret = Base64.getEncoder().encodeToString((name + ":program-secret").getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(provider.issuer() + "/token"))
                                .header("Authorization", "Basic " + secret)
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString(
                                        "grant_type=client_credentials&scope=read&resource=urn:test:" + audience))
                                .build(),
                        BodyHandlers.ofString());
        JsonNode json = new JsonMapper().readTree(answer.body());
        assertThat(json.path("access_token").asText()).as(answer.body()).isNotEmpty();
        return json.path("access_token").asText();
    }

    private static HttpResponse<String> api(String token) throws Exception {
        return client(null)
                .send(
                        HttpRequest.newBuilder(uri("/api/v1/entries"))
                                .header("Authorization", "Bearer " + token)
                                .build(),
                        BodyHandlers.ofString());
    }

    // --- people

    @Test
    void aPersonSignsInReadsAndSignsOut() throws Exception {
        HttpClient browser = client(null);
        assertThat(get(browser, "/console/").body()).contains("not-signed-in", "href=\"/console/oidc/sign-in\"");

        HttpResponse<String> back = signIn(browser, "auditor-ann");

        assertThat(back.statusCode()).as(back.body()).isEqualTo(200);
        assertThat(back.headers().firstValue("set-cookie").orElse(""))
                .startsWith(SignIn.COOKIE + "=")
                .contains("; Path=/; Secure; HttpOnly; SameSite=Strict;");
        assertThat(get(browser, "/console/").body())
                .contains("<strong>" + provider.issuer() + "#auditor-ann</strong>", "/console/oidc/sign-out");
        HttpResponse<String> again = get(browser, back.uri());
        assertThat(again.statusCode()).as("a callback counts once").isEqualTo(403);

        assertThat(get(browser, "/console/oidc/sign-out").statusCode()).isEqualTo(200);
        assertThat(get(browser, "/console/").body()).contains("not-signed-in");
    }

    @Test
    void whatSomebodyElseBeganSignsNobodyIn() throws Exception {
        HttpClient victim = client(null);
        get(victim, "/console/oidc/sign-in");
        HttpClient attacker = HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(TestTls.context(pki, null))
                .build();
        URI callback = callback(attacker, "auditor-eve");

        HttpResponse<String> answer = get(victim, callback);

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("sign-in-failed");
        assertThat(get(victim, "/console/").body()).contains("not-signed-in");
    }

    @Test
    void whoIsSignedInIsNotYetAReader() throws Exception {
        HttpClient browser = client(null);
        HttpResponse<String> back = signIn(browser, "clerk-bob");
        assertThat(back.statusCode()).isEqualTo(403);
        assertThat(back.body()).contains("reader-unknown");
        assertThat(back.headers().firstValue("set-cookie")).isEmpty();
        assertThat(get(browser, "/console/").body()).contains("not-signed-in");
        assertRefused("reader-unknown", hashed("clerk-bob"));
    }

    /** A real browser: it sends the session's cookie, which is Strict, though it came from the provider's pages. */
    @Test
    void aRealBrowserStaysSignedIn() throws Exception {
        Optional<Path> binary = Chromium.find();
        Assumptions.assumeTrue(binary.isPresent(), "no Chromium here");
        try (Chromium browser = new Chromium(binary.get())) {
            browser.go(uri("/console/oidc/sign-in").toString());
            browser.value("document.querySelector('[name=login]').value = 'auditor-carl'");
            browser.value("document.querySelector('[name=password]').value = 'x'");
            browser.value("document.querySelector('form').submit()");
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> text(browser).contains("Authorize"));
            browser.value("document.querySelector('form').submit()");
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> text(browser).contains("reading as")
                            && text(browser).contains("#auditor-carl"));
            String pictures = System.getProperty("sluice.pictures");
            if (pictures != null) {
                browser.window(1280, "light");
                browser.picture(Path.of(pictures, "oidc.png"));
            }
        }
    }

    private static String text(Chromium browser) throws Exception {
        return browser.value("document.body.innerText").asText();
    }

    /** The pages of the provider, as a browser goes through them; the answer of the console at their end. */
    private static HttpResponse<String> signIn(HttpClient browser, String name) throws Exception {
        return get(browser, callback(browser, name));
    }

    private static URI callback(HttpClient browser, String name) throws Exception {
        HttpResponse<String> page = get(browser, "/console/oidc/sign-in");
        for (int step = 0; step < 12; step++) {
            Optional<String> location = page.headers().firstValue("location");
            if (location.isPresent()) {
                URI next = page.uri().resolve(location.get());
                if (next.getPath().equals("/console/oidc/callback")) {
                    return next;
                }
                page = get(browser, next);
            } else {
                Matcher form = Pattern.compile("action=\"([^\"]+)\"").matcher(page.body());
                Matcher prompt =
                        Pattern.compile("name=\"prompt\" value=\"([^\"]+)\"").matcher(page.body());
                assertThat(form.find() && prompt.find()).as(page.body()).isTrue();
                page = browser.send(
                        HttpRequest.newBuilder(page.uri().resolve(form.group(1)))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString(
                                        form(Map.of("prompt", prompt.group(1), "login", name, "password", "x"))))
                                .build(),
                        BodyHandlers.ofString());
            }
        }
        throw new AssertionError("the provider does not end: " + page.uri());
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static URI uri(String path) {
        return URI.create("https://127.0.0.1:" + console.port() + path);
    }

    private static HttpResponse<String> get(HttpClient client, String path) throws Exception {
        return get(client, uri(path));
    }

    private static HttpResponse<String> get(HttpClient client, URI address) throws Exception {
        return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }

    private static HttpClient client(PemIdentity self) {
        return HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(TestTls.context(pki, self))
                .build();
    }
}
