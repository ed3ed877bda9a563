package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.serving.tls.TlsConfig;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files of TLS that change while the gateway runs. */
@Timeout(60)
class CertificateReloadTest {
    @TempDir
    Path folder;

    @Test
    void takesTheTrustAwayFromAConnectionThatIsOpen() throws Exception {
        PkiFiles pki = TestGateway.pki();
        Path trust = folder.resolve("trust.pem");
        Files.copy(pki.trust(), trust);
        GatewayConfig base = TestGateway.config(TestGateway.LIMITS, TestGateway.PUBLISH, 0);
        TlsConfig tls = new TlsConfig(
                base.dataPort().tls().chain(),
                base.dataPort().tls().key(),
                trust,
                List.of(pki.crls()),
                Duration.ofMillis(100));
        try (TestGateway other = new TestGateway();
                Gateway gateway = Gateway.start(
                        TestGateway.withTls(base, tls),
                        other.keys,
                        new TestPolicy(),
                        () -> new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()),
                        Clock.systemUTC())) {
            HttpClient webshop = TestGateway.client(DevIdentity.WEBSHOP);
            HttpRequest request = Http.post(gateway.dataPort(), "/v1/datasets/orders/events")
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(TestGateway.ORDER.getBytes(UTF_8)))
                    .build();
            assertThat(Http.send(webshop, request).status()).isEqualTo(202);

            Files.copy(pki.otherTrust(), trust, StandardCopyOption.REPLACE_EXISTING);

            Awaitility.await().ignoreExceptions().until(() -> {
                Http.Answer answer = Http.send(webshop, request);
                return answer.status() == 403 && answer.code().equals("certificate-invalid");
            });
        }
    }

    @Test
    void keepsTheOldFilesWhereTheNewOnesCannotBeUsed() throws Exception {
        PkiFiles pki = TestGateway.pki();
        Path crl = folder.resolve("crls.pem");
        Files.copy(pki.crls(), crl);
        TlsConfig base = TestGateway.config(TestGateway.LIMITS, TestGateway.PUBLISH, 0)
                .dataPort()
                .tls();
        io.sluice.serving.tls.ServerTls tls = new io.sluice.serving.tls.ServerTls(
                new TlsConfig(base.chain(), base.key(), base.trust(), List.of(crl), Duration.ofSeconds(1)),
                Clock.systemUTC());

        Files.writeString(crl, "-----BEGIN X509 CRL-----\nbroken\n-----END X509 CRL-----\n");

        assertThat(tls.reload()).isFalse();
        assertThat(tls.ends()).isAfter(Clock.systemUTC().instant());
    }
}
