package io.sluice.reveal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.FaultyIdentity;
import io.sluice.certs.PemIdentity;
import io.sluice.protection.transform.FieldKeys;
import io.sluice.reveal.answer.RevealService;
import io.sluice.reveal.operate.RevealMetrics;
import io.sluice.reveal.serve.RevealServer;
import io.sluice.reveal.value.Revealer;
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
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The door: who gets in, and what of HTTP is answered. */
class RevealServerTest {
    private static final FakeTrail TRAIL = new FakeTrail();
    private static Vertx vertx = Vertx.vertx();
    private static RevealServer server = server();

    private static RevealServer server() {
        TlsConfig tls = new TlsConfig(
                Views.pki().identity(DevIdentity.REVEAL).chain(),
                Views.pki().identity(DevIdentity.REVEAL).key(),
                Views.pki().trust(),
                List.of(Views.pki().crls()),
                Duration.ofSeconds(30));
        RevealMetrics metrics = new RevealMetrics();
        RevealService service = new RevealService(
                Views.TENANT,
                RevealLimits.DEFAULT,
                now -> Optional.of(Views.shared()),
                new Revealer(Views.keys().ring(), FieldKeys.ofRing(Views.keys().ring()), Views.TENANT),
                TRAIL,
                TRAIL.reviews,
                metrics,
                Clock.systemUTC(),
                System::nanoTime);
        return new RevealServer(
                vertx, "127.0.0.1", 0, RevealLimits.DEFAULT, new ServerTls(tls, Clock.systemUTC()), service, metrics);
    }

    @BeforeAll
    static void open() throws Exception {
        server.listen().await(30, TimeUnit.SECONDS);
    }

    @AfterAll
    static void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void aCallerWithAGoodCertificateIsAnswered() throws Exception {
        String body = Views.MAPPER.writeValueAsString(Map.of(
                "purpose",
                "payment",
                "items",
                List.of(Map.of(
                        "value",
                        Views.view().at("/identifier/1/value").asText(),
                        "dataset",
                        "fhir-patient",
                        "releasedFor",
                        "treatment",
                        "record",
                        Views.RECORD,
                        "subject",
                        Views.SUBJECT,
                        "path",
                        "/identifier/1/value"))));

        HttpResponse<String> answer = send(DevIdentity.ADA, post("/v1/reveal", body));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"answer\":\"OK\"", "999-12-3456");
        assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
    }

    @Test
    void aCallerThatTheRulebookDoesNotKnowIsRefused() throws Exception {
        HttpResponse<String> answer = send(DevIdentity.WEBSHOP, post("/v1/reveal", "{}"));

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("caller-unknown");
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
    }

    @Test
    void aBadCertificateDoesNotGetIn() {
        for (FaultyIdentity faulty : List.of(FaultyIdentity.EXPIRED, FaultyIdentity.REVOKED, FaultyIdentity.OTHER_CA)) {
            assertThatThrownBy(
                            () -> client(Views.pki().faulty(faulty)).send(get("/v1/reviews"), BodyHandlers.ofString()))
                    .as(faulty.name())
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void onlyItsAddressesAreAnswered() throws Exception {
        assertThat(code(send(DevIdentity.ADA, get("/v1/secrets")))).isEqualTo("404 not-found");
        assertThat(code(send(DevIdentity.ADA, get("/v1/reveal")))).isEqualTo("405 method-not-allowed");
        assertThat(code(send(DevIdentity.ADA, post("/v1/reviews", "{}")))).isEqualTo("405 method-not-allowed");
        assertThat(send(DevIdentity.ADA, get("/v1/reviews")).statusCode()).isEqualTo(200);
        HttpRequest form = HttpRequest.newBuilder(uri("/v1/reveal"))
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("{}"))
                .build();
        assertThat(code(send(DevIdentity.ADA, form))).isEqualTo("415 content-type-unsupported");
    }

    @Test
    void aBodyHasALimit() throws Exception {
        String body = "{\"purpose\":\"" + "x".repeat(RevealLimits.DEFAULT.maxBodyBytes()) + "\"}";

        assertThat(code(send(DevIdentity.ADA, post("/v1/reveal", body)))).isEqualTo("413 body-too-large");
    }

    private static String code(HttpResponse<String> answer) throws Exception {
        return answer.statusCode() + " "
                + Views.MAPPER.readTree(answer.body()).path("code").asText();
    }

    private static HttpRequest post(String path, String body) {
        return HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private static HttpRequest get(String path) {
        return HttpRequest.newBuilder(uri(path)).build();
    }

    private static URI uri(String path) {
        return URI.create("https://localhost:" + server.port() + path);
    }

    private static HttpResponse<String> send(DevIdentity who, HttpRequest request) throws Exception {
        return client(Views.pki().identity(who)).send(request, BodyHandlers.ofString());
    }

    private static HttpClient client(PemIdentity identity) throws Exception {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(Views.tls(identity))
                .build();
    }
}
