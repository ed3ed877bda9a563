package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.FaultyIdentity;
import io.sluice.certs.PemIdentity;
import io.sluice.serving.tls.HandshakeFault;
import io.sluice.serving.tls.OwnCertificate;
import io.sluice.serving.tls.TlsConfig;
import io.sluice.serving.tls.TlsEngine;
import io.sluice.serving.tls.TlsFilesException;
import io.sluice.serving.tls.TlsOptions;
import java.io.ByteArrayInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind of bad certificate is refused in the handshake: the alert as its sender sees it, and the entry in the trail. */
@Timeout(120)
class BadCertificatesTest {
    private static final String UNKNOWN = "certificate_unknown";
    private static final String UNKNOWN_CA = "unknown_ca";
    private static final String BAD = "bad_certificate";

    @TempDir
    static Path folder;

    /**
     * One kind.
     *
     * @param identity who comes; null for nobody
     * @param fault what is counted
     * @param jdk the alert of the JDK, which has one for all
     * @param openSsl the alert of BoringSSL (RFC 8446 section 6.2)
     */
    private record Bad(@Nullable PemIdentity identity, HandshakeFault fault, String jdk, String openSsl) {
        static Bad of(FaultyIdentity identity, HandshakeFault fault, String openSsl) {
            return new Bad(TestGateway.pki().faulty(identity), fault, UNKNOWN, openSsl);
        }

        static Bad denied(DevIdentity identity) {
            return new Bad(TestGateway.pki().identity(identity), HandshakeFault.DENIED, UNKNOWN, "certificate_revoked");
        }
    }

    private static List<Bad> all() {
        return List.of(
                new Bad(null, HandshakeFault.NO_CERTIFICATE, BAD, "certificate_required"),
                Bad.of(FaultyIdentity.EXPIRED, HandshakeFault.EXPIRED, "certificate_expired"),
                Bad.of(FaultyIdentity.NOT_YET_VALID, HandshakeFault.NOT_YET_VALID, BAD),
                Bad.of(FaultyIdentity.REVOKED, HandshakeFault.REVOKED, "certificate_revoked"),
                Bad.denied(DevIdentity.LAB),
                Bad.denied(DevIdentity.GRACE),
                Bad.of(FaultyIdentity.OTHER_CA, HandshakeFault.UNTRUSTED, UNKNOWN_CA),
                Bad.of(FaultyIdentity.FORGED, HandshakeFault.UNTRUSTED, UNKNOWN_CA),
                Bad.of(FaultyIdentity.SELF_SIGNED, HandshakeFault.UNTRUSTED, UNKNOWN_CA),
                Bad.of(FaultyIdentity.MISSING_INTERMEDIATE, HandshakeFault.UNTRUSTED, UNKNOWN_CA),
                Bad.of(FaultyIdentity.SERVER_ONLY, HandshakeFault.WRONG_USAGE, "unsupported_certificate"),
                Bad.of(FaultyIdentity.WEAK_KEY, HandshakeFault.WEAK, BAD),
                Bad.of(FaultyIdentity.SHA1, HandshakeFault.WEAK, BAD),
                Bad.of(FaultyIdentity.OUTSIDE_CONSTRAINT, HandshakeFault.NAME_CONSTRAINT, BAD),
                Bad.of(FaultyIdentity.SAN_SPOOF, HandshakeFault.NAME_INVALID, BAD),
                Bad.of(FaultyIdentity.WILDCARD, HandshakeFault.NAME_INVALID, BAD),
                Bad.of(FaultyIdentity.NUL_IN_SAN, HandshakeFault.NAME_INVALID, BAD));
    }

    @ParameterizedTest
    @EnumSource
    void refusesEachWithItsAlertAndEntry(TlsEngine engine) throws Exception {
        TestGateway running = new TestGateway(tls(new TlsOptions(true, engine, denied()), pkcs12()));
        try (running) {
            SoftAssertions softly = new SoftAssertions();
            for (Bad bad : all()) {
                double before = running.gateway.metrics().handshakesRefused(bad.fault);
                String what = engine + " "
                        + (bad.identity == null ? "none" : bad.identity.chain().getFileName());
                softly.assertThat(alert(bad.identity, running.gateway.dataPort(), "TLSv1.3"))
                        .as(what)
                        .isEqualTo(engine == TlsEngine.JDK ? bad.jdk : bad.openSsl);
                Awaitility.await(what)
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> running.gateway.metrics().handshakesRefused(bad.fault) == before + 1);
            }
            softly.assertAll();
            assertThat(alert(TestGateway.pki().identity(DevIdentity.WEBSHOP), running.gateway.dataPort(), "TLSv1.2"))
                    .as("a sound one, over TLS 1.2")
                    .isEqualTo("none");
        }
        String entries = running.producer.history().stream()
                .map(record -> new String(record.value(), UTF_8))
                .reduce("", String::concat);
        for (Bad bad : all()) {
            long count =
                    all().stream().filter(other -> other.fault == bad.fault).count();
            assertThat(counted(entries, "tls-" + bad.fault.code()))
                    .as(bad.fault.code())
                    .isEqualTo(count);
        }
        assertThat(entries.split("\"actor\":\"webshop\"", -1))
                .as("of the sound one's request alone")
                .hasSize(2);
        assertThat(counted(entries, "not-found")).isEqualTo(1);
    }

    @Test
    void speaksNoTls12WhereItIsNotConfigured() throws Exception {
        try (TestGateway running = new TestGateway()) {
            PemIdentity webshop = TestGateway.pki().identity(DevIdentity.WEBSHOP);

            assertThat(alert(webshop, running.gateway.dataPort(), "TLSv1.2")).isEqualTo("protocol_version");
        }
    }

    @Test
    void refusesFilesThatDoNotBelongTogether() throws Exception {
        var gateway = TestGateway.pki().identity(DevIdentity.GATEWAY);
        var audit = TestGateway.pki().identity(DevIdentity.AUDIT);
        Path broken = Files.writeString(folder.resolve("broken.txt"), "serial 1f\n\nkey sha256:12 # too short\n");

        assertThatThrownBy(() -> new io.sluice.serving.tls.ServerTls(
                        tls(TlsOptions.DEFAULT, new OwnCertificate.Pem(gateway.chain(), audit.key())),
                        Clock.systemUTC()))
                .isInstanceOf(TlsFilesException.class)
                .hasMessageContaining("audit.key.pem is not the key of the certificate");
        assertThatThrownBy(() -> new io.sluice.serving.tls.ServerTls(
                        tls(
                                new TlsOptions(false, TlsEngine.JDK, broken),
                                new OwnCertificate.Pem(gateway.chain(), gateway.key())),
                        Clock.systemUTC()))
                .isInstanceOf(TlsFilesException.class)
                .hasMessageContaining("broken.txt, line 3: write \"serial HEX\"");
    }

    /** What the server says: the alert's name, or "none" where it let us speak. */
    private static String alert(@Nullable PemIdentity identity, int port, String protocol) throws Exception {
        try (Socket deaf = new Deaf(port);
                SSLSocket socket = (SSLSocket) Http.context(TestGateway.pki(), identity)
                        .getSocketFactory()
                        .createSocket(deaf, "localhost", port, true)) {
            socket.setSoTimeout(10_000);
            socket.setEnabledProtocols(new String[] {protocol});
            Throwable thrown = catchThrowable(() -> {
                socket.startHandshake();
                if (protocol.equals("TLSv1.2")) { // the handshake's end is the server's word
                    OutputStream out = socket.getOutputStream();
                    out.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
                }
                assertThat(socket.getInputStream().read()).isEqualTo('H');
            });
            if (thrown == null) {
                return "none";
            }
            assertThat(thrown).isInstanceOf(SSLException.class).hasMessageContaining("Received fatal alert: ");
            return String.valueOf(thrown.getMessage()).replace("Received fatal alert: ", "");
        }
    }

    /** A client still writes its last flight when the server has closed behind the alert; that must not hide the alert. */
    private static final class Deaf extends Socket {
        Deaf(int port) throws IOException {
            super("localhost", port);
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    try {
                        out.write(bytes, from, length);
                    } catch (SocketException closed) {
                        return; // what it said stands in the input
                    }
                }
            };
        }
    }

    private static long counted(String entries, String code) {
        var matcher = java.util.regex.Pattern.compile("\"code\":\"" + code + "\",\"count\":(\\d+)")
                .matcher(entries);
        long sum = 0;
        while (matcher.find()) {
            sum += Long.parseLong(matcher.group(1));
        }
        return sum;
    }

    private static TlsConfig tls(TlsOptions options, OwnCertificate own) {
        return new TlsConfig(
                own, TestGateway.pki().trust(), List.of(TestGateway.pki().crls()), options, Duration.ofSeconds(30));
    }

    /** The gateway's own certificate as a store. */
    private static OwnCertificate pkcs12() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "open sesame\n");
        Path store = folder.resolve("gateway.p12");
        Http.pkcs12(TestGateway.pki().identity(DevIdentity.GATEWAY), store, "open sesame");
        return new OwnCertificate.Pkcs12(store, password);
    }

    /** The laboratory's key and Grace's serial. */
    private static Path denied() throws Exception {
        String key = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256")
                        .digest(leaf(DevIdentity.LAB).getPublicKey().getEncoded()));
        String serial = leaf(DevIdentity.GRACE).getSerialNumber().toString(16);
        return Files.writeString(
                folder.resolve("denied.txt"), "# lost\nkey sha256:" + key + " # laptop\nserial " + serial + "\n");
    }

    private static X509Certificate leaf(DevIdentity identity) throws Exception {
        byte[] pem = Files.readAllBytes(TestGateway.pki().identity(identity).chain());
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
    }
}
