package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.certs.DevIdentity;
import io.sluice.gateway.operate.ConnectionRefusal;
import io.sluice.gateway.receive.ReceiveLimits;
import io.sluice.serving.address.AddressBlock;
import io.sluice.serving.tls.HandshakeFault;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A data port behind a balancer that passes TCP on and names its callers. */
@Timeout(60)
class BehindBalancerTest {
    private static final String V2 = "0d0a0d0a000d0a515549540a";
    private static TestGateway running;

    @BeforeAll
    static void start() {
        running = new TestGateway(limits(), List.of(AddressBlock.parse("127.0.0.1")));
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void takesEventsByTheCertificateThroughEitherForm(HttpClient.Version version) throws Exception {
        byte[] line = line("203.0.113.1");
        byte[] binary = HexFormat.of().parseHex(V2 + "2111000ccb0071027f000001c35020fb");
        for (byte[] header : List.of(line, binary)) {
            try (Balancer balancer = new Balancer(port(), header)) {
                assertThat(post(balancer, version)).isEqualTo(202);
            }
        }
    }

    @Test
    void letsABalancersOwnConnectionsIn() throws Exception {
        try (Balancer balancer = new Balancer(port(), HexFormat.of().parseHex(V2 + "20000000"))) {
            assertThat(post(balancer, HttpClient.Version.HTTP_1_1)).isEqualTo(202);
        }
    }

    @Test
    void oneThatFloodsTakesNothingFromAnotherBehindTheSameBalancer() throws Exception {
        while (refused(ConnectionRefusal.ADDRESS_RATE) == 0) {
            try (Socket flood = new Socket("127.0.0.1", port())) {
                flood.getOutputStream().write(line("203.0.113.66"));
            }
        }
        try (Balancer balancer = new Balancer(port(), line("203.0.113.67"))) {
            assertThat(post(balancer, HttpClient.Version.HTTP_1_1)).isEqualTo(202);
        }
    }

    @Test
    void refusesABalancersConnectionThatNamesNobody() {
        double before = refused(ConnectionRefusal.PROXY_HEADER);
        assertThatThrownBy(() -> post(port(), HttpClient.Version.HTTP_1_1)).isInstanceOf(IOException.class);
        Awaitility.await().until(() -> refused(ConnectionRefusal.PROXY_HEADER) > before); // closed first, counted then
        Awaitility.await().until(() -> running.gateway.metrics().handshakesRefused(HandshakeFault.OTHER) > 0);
    }

    @Test
    void doesNotWaitForAHeaderForLong() throws Exception {
        try (Socket silent = new Socket("127.0.0.1", port())) {
            silent.setSoTimeout(20_000);
            silent.getOutputStream().write("PROXY TCP4".getBytes(US_ASCII));
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(refused(ConnectionRefusal.PROXY_LATE)).isPositive();
    }

    @Test
    void aHeaderOfAnybodyElseIsABrokenHandshake() throws Exception {
        try (TestGateway alone = new TestGateway();
                Balancer forger = new Balancer(alone.gateway.dataPort(), line("203.0.113.1"))) {
            assertThatThrownBy(() -> post(forger, HttpClient.Version.HTTP_1_1)).isInstanceOf(IOException.class);
            Awaitility.await().until(() -> alone.gateway.metrics().handshakesRefused(HandshakeFault.OTHER) > 0);
            assertThat(alone.gateway.metrics().refusedCount(ConnectionRefusal.PROXY_HEADER))
                    .isZero();
        }
    }

    private static int post(Balancer balancer, HttpClient.Version version) throws Exception {
        return post(balancer.port(), version);
    }

    private static int post(int port, HttpClient.Version version) throws Exception {
        HttpClient webshop = Http.client(TestGateway.pki(), TestGateway.pki().identity(DevIdentity.WEBSHOP), version);
        HttpRequest order = Http.post(port, "/v1/datasets/orders/events")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(TestGateway.ORDER.getBytes(UTF_8)))
                .build();
        return Http.send(webshop, order).status();
    }

    private static int port() {
        return running.gateway.dataPort();
    }

    private static double refused(ConnectionRefusal why) {
        return running.gateway.metrics().refusedCount(why);
    }

    private static byte[] line(String caller) {
        return ("PROXY TCP4 " + caller + " 127.0.0.1 50000 8443\r\n").getBytes(US_ASCII);
    }

    /** An address has 32 handshakes at once, and then one a second. */
    private static ReceiveLimits limits() {
        ReceiveLimits base = TestGateway.LIMITS;
        return new ReceiveLimits(
                base.maxBodyBytes(),
                base.maxDiscardBytes(),
                base.maxHeaderBytes(),
                base.maxLineBytes(),
                32,
                base.maxHandshakes(),
                1,
                base.calm(),
                base.maxStreams(),
                base.minBodyBytesPerSecond(),
                Duration.ofSeconds(30),
                base.head(),
                base.body(),
                base.answer(),
                base.connectionLife(),
                base.drain());
    }
}
