package io.sluice.policies.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.FaultyIdentity;
import io.sluice.certs.PemIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.policies.evaluate.Entrypoint;
import io.sluice.policies.evaluate.PolicyEngine;
import io.sluice.policies.evaluate.PolicyUnavailableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS: the named authorities and no others, the host's name, and our own certificate where the server asks for it. */
class OpaRestTlsTest {
    private static final byte[] QUESTION = "{}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private static Path folder;

    private static PkiFiles pki = new PkiFiles(Path.of("."));

    @BeforeAll
    static void certificates() {
        pki = DevPki.openOrCreate(folder.resolve("certs"), Clock.systemUTC());
    }

    private static FakeOpa opa(PemIdentity server, boolean clientCertificate) throws Exception {
        SSLContext tls = OpaTls.context(pki.trust(), server.keystore());
        return new FakeOpa(FakeOpa.result("{}", FakeOpa.REVISION), tls, clientCertificate);
    }

    private static PolicyEngine engine(String server, Path trust, @Nullable Path identity) {
        OpaRestConfig config = new OpaRestConfig(
                List.of(server),
                trust.toString(),
                identity == null ? null : identity.toString(),
                Duration.ofSeconds(10),
                10_000);
        return new OpaRestEngine(new OpaServers(config), FakeOpa.REVISION);
    }

    @Test
    void asksOverHttpsAndShowsItsCertificate() throws Exception {
        try (FakeOpa opa = opa(pki.identity(DevIdentity.GATEWAY), true)) {
            String server = "https://localhost:" + opa.port();
            assertThat(engine(
                                    server,
                                    pki.trust(),
                                    pki.identity(DevIdentity.PROTECT).keystore())
                            .evaluate(Entrypoint.TERMS, QUESTION))
                    .isPresent();
            assertThatThrownBy(() -> engine(server, pki.trust(), null).evaluate(Entrypoint.TERMS, QUESTION))
                    .isInstanceOf(PolicyUnavailableException.class);
        }
    }

    @Test
    void aServerOfAnotherAuthorityIsNotAsked() throws Exception {
        try (FakeOpa opa = opa(pki.identity(DevIdentity.GATEWAY), false)) {
            Path others = pki.otherTrust();
            assertThatThrownBy(() -> engine("https://localhost:" + opa.port(), others, null)
                            .evaluate(Entrypoint.TERMS, QUESTION))
                    .isInstanceOf(PolicyUnavailableException.class)
                    .hasMessageContaining("TLS handshake failed")
                    .hasMessageContaining(others.toString());
            assertThat(opa.questions()).isEmpty();
        }
    }

    @Test
    void aCertificateOfAnotherNameIsNotTheServers() throws Exception {
        try (FakeOpa opa = opa(pki.identity(DevIdentity.WEBSHOP), false)) {
            assertThatThrownBy(() -> engine("https://localhost:" + opa.port(), pki.trust(), null)
                            .evaluate(Entrypoint.TERMS, QUESTION))
                    .isInstanceOf(PolicyUnavailableException.class)
                    .hasMessageContaining("TLS handshake failed");
            assertThat(opa.questions()).isEmpty();
        }
    }

    @Test
    void anExpiredCertificateIsNone() throws Exception {
        try (FakeOpa opa = opa(pki.faulty(FaultyIdentity.EXPIRED), false)) {
            assertThatThrownBy(() -> engine("https://localhost:" + opa.port(), pki.trust(), null)
                            .evaluate(Entrypoint.TERMS, QUESTION))
                    .isInstanceOf(PolicyUnavailableException.class);
            assertThat(opa.questions()).isEmpty();
        }
    }

    @Test
    void filesThatAreNoCertificatesAreNamed() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty.pem"), "nothing");
        assertThatThrownBy(() -> engine("https://localhost:1", empty, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("empty.pem holds no certificate");
        assertThatThrownBy(() -> engine("https://localhost:1", folder.resolve("none.pem"), null))
                .hasMessageContaining("none.pem cannot be read");
        assertThatThrownBy(() -> engine("https://localhost:1", pki.trust(), pki.trust()))
                .hasMessageContaining("must hold one EC, RSA or EdDSA key");
    }
}
