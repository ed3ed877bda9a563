package io.sluice.audit.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.audit.log.LogException;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.verify.EntryFixture;
import io.sluice.audit.verify.LogVerifier;
import io.sluice.audit.verify.Verification;
import io.sluice.audit.verify.VerifierConfig;
import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.PemIdentity;
import io.sluice.certs.PkiFiles;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real HTTPS, with the development PKI. */
class AuditServerIT {
    private final SigningKey key = EntryFixture.newKey();

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private PkiFiles pki;

    @BeforeEach
    void writeLog() {
        pki = DevPki.openOrCreate(folder.resolve("pki"), Clock.systemUTC());
        EntryFixture.write(
                log(),
                key,
                EntryFixture.records(0, 0, 200),
                EntryFixture.records(0, 200, 100),
                EntryFixture.records(0, 300, 5));
    }

    @Test
    void aStrangerVerifiesTheServedLog() throws Exception {
        try (AuditServer server = AuditServer.start(AuditServerConfig.local(0, log(), tls(false)))) {
            VerifierConfig config = VerifierConfig.defaults().withKey(key.verifier());

            Verification verification = LogVerifier.verify(URI.create(server.address()), trusting(null), config);

            assertThat(verification.findings()).isEmpty();
            assertThat(verification.passed()).isTrue();
            assertThat(verification.size()).isEqualTo(305);

            Files.write(log().resolve("tile/entries/000"), new byte[10]);
            assertThat(LogVerifier.verify(URI.create(server.address() + "/"), trusting(null), config)
                            .passed())
                    .isFalse();
        }
    }

    @Test
    void asksForAClientCertificateWhereItIsToldTo() throws Exception {
        try (AuditServer server = AuditServer.start(AuditServerConfig.local(0, log(), tls(true)))) {
            URI address = URI.create(server.address());
            assertThat(LogVerifier.verify(address, trusting(DevIdentity.ALAN), VerifierConfig.defaults())
                            .passed())
                    .isTrue();
            assertThatThrownBy(() -> LogVerifier.verify(address, trusting(null), VerifierConfig.defaults()))
                    .isInstanceOf(LogException.class);
        }
    }

    @Test
    void servesTheResourcesOfTheSpecificationWithTheirHeaders() throws Exception {
        try (AuditServer server = AuditServer.start(AuditServerConfig.local(0, log(), tls(false)))) {
            requireResource(server, "/checkpoint", "text/plain; charset=utf-8", "public, max-age=1");
            requireResource(server, "/log.vkey", "text/plain; charset=utf-8", "public, max-age=1");
            String forEver = "public, max-age=31536000, immutable";
            requireResource(server, "/tile/0/000", "application/octet-stream", forEver);
            requireResource(server, "/tile/0/001.p/49", "application/octet-stream", forEver);
            requireResource(server, "/tile/1/000.p/1", "application/octet-stream", forEver);
            requireResource(server, "/tile/entries/001.p/49", "application/octet-stream", forEver);
            // the partial form of an older checkpoint, deleted since, is cut from the full tile
            assertThat(get(server, "/tile/0/000.p/200").body()).hasSize(200 * 32);
            assertThat(get(server, "/tile/entries/000.p/200").statusCode()).isEqualTo(200);
            assertThat(get(server, "/livez").body()).isEqualTo("ok\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void servesNothingElse() throws Exception {
        Files.write(log().resolve("tile/0/002"), new byte[8192]); // written, not yet signed
        try (AuditServer server = AuditServer.start(AuditServerConfig.local(0, log(), null))) {
            for (String path : List.of(
                    "/",
                    "/offsets",
                    "/.lock",
                    "/tile/0/002",
                    "/tile/0/001",
                    "/tile/0/001.p/50",
                    "/tile/0/0",
                    "/tile/8/000",
                    "/tile/0/x000/000",
                    "/tile/0/000/",
                    "//checkpoint",
                    "/./checkpoint",
                    "/tile/../checkpoint",
                    "/tile/0/../../offsets",
                    "/%2e%2e/log.key",
                    "/tile%2f0/000",
                    "/checkpoint%00",
                    "/checkpoint/")) {
                assertThat(raw(server, "GET " + path + " HTTP/1.1")).as(path).startsWith("HTTP/1.1 404");
            }
            for (String method : List.of("POST", "PUT", "DELETE", "HEAD", "OPTIONS")) {
                assertThat(raw(server, method + " /checkpoint HTTP/1.1"))
                        .startsWith("HTTP/1.1 405")
                        .containsIgnoringCase("Allow: GET");
            }
        }
    }

    @Test
    void saysThatAPortIsBusy() {
        try (AuditServer server = AuditServer.start(AuditServerConfig.local(0, log(), null))) {
            AuditServerConfig same = AuditServerConfig.local(server.port(), log(), null);
            assertThatThrownBy(() -> AuditServer.start(same))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("127.0.0.1:" + server.port());
        }
        assertThatThrownBy(() -> new AuditServerConfig("0.0.0.0", 0, log(), null, java.time.Duration.ofSeconds(1)))
                .hasMessageContaining("loopback");
    }

    private void requireResource(AuditServer server, String path, String type, String cache) throws Exception {
        HttpResponse<byte[]> response = get(server, path);
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        assertThat(response.body()).isEqualTo(Files.readAllBytes(log().resolve(path.substring(1))));
        assertThat(response.headers().firstValue("content-type")).contains(type);
        assertThat(response.headers().firstValue("cache-control")).contains(cache);
        assertThat(response.headers().firstValue("x-content-type-options")).contains("nosniff");
    }

    private HttpResponse<byte[]> get(AuditServer server, String path) throws Exception {
        HttpClient client = HttpClient.newBuilder().sslContext(trusting(null)).build();
        return client.send(
                HttpRequest.newBuilder(URI.create(server.address() + path)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Sends the line as it is: HTTP clients tidy paths up. */
    private static String raw(AuditServer server, String line) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write((line + "\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private Path log() {
        return folder.resolve("audit");
    }

    private AuditServerConfig.Tls tls(boolean clients) {
        PemIdentity audit = pki.identity(DevIdentity.AUDIT);
        return new AuditServerConfig.Tls(audit.chain(), audit.key(), clients ? pki.trust() : null, null);
    }

    private SSLContext trusting(@org.jspecify.annotations.Nullable DevIdentity self) {
        return TestTls.context(pki, self == null ? null : pki.identity(self));
    }
}
