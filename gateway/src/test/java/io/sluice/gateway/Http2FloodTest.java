package io.sluice.gateway;

import static io.sluice.gateway.RawHttp2.CONTINUATION;
import static io.sluice.gateway.RawHttp2.DATA;
import static io.sluice.gateway.RawHttp2.END_HEADERS;
import static io.sluice.gateway.RawHttp2.END_STREAM;
import static io.sluice.gateway.RawHttp2.ENHANCE_YOUR_CALM;
import static io.sluice.gateway.RawHttp2.HEADERS;
import static io.sluice.gateway.RawHttp2.PING;
import static io.sluice.gateway.RawHttp2.PRIORITY;
import static io.sluice.gateway.RawHttp2.PROTOCOL_ERROR;
import static io.sluice.gateway.RawHttp2.RST_STREAM;
import static io.sluice.gateway.RawHttp2.SETTINGS;
import static io.sluice.gateway.RawHttp2.STREAM_CLOSED;
import static io.sluice.gateway.RawHttp2.frame;
import static io.sluice.gateway.RawHttp2.head;
import static io.sluice.gateway.RawHttp2.reason;
import static io.sluice.gateway.RawHttp2.repeat;
import static io.sluice.gateway.RawHttp2.trailer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.certs.DevIdentity;
import io.sluice.gateway.operate.ConnectionEnd;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an HTTP/2 client may not do, or not too often: each ends its connection, and nobody else's. */
@Timeout(60)
class Http2FloodTest {
    private static final SSLContext PRODUCER =
            Http.context(TestGateway.pki(), TestGateway.pki().identity(DevIdentity.WEBSHOP));
    private static TestGateway running;
    private static HttpClient wellBehaved;

    @BeforeAll
    static void start() {
        running = new TestGateway();
        wellBehaved = Http.client(
                TestGateway.pki(), TestGateway.pki().identity(DevIdentity.WEBSHOP), HttpClient.Version.HTTP_2);
    }

    @AfterAll
    static void stop() {
        double floods = running.gateway.metrics().endedCount(ConnectionEnd.FLOOD);
        double broken = running.gateway.metrics().endedCount(ConnectionEnd.HTTP2_PROTOCOL);
        running.close();
        String trail = running.producer.history().stream()
                .map(record -> new String(record.value(), UTF_8))
                .filter(entry -> entry.contains("\"actor\":\"webshop\""))
                .reduce("", String::concat);

        assertThat(counted(trail, "connection-flood")).isEqualTo((long) floods).isGreaterThanOrEqualTo(6);
        assertThat(counted(trail, "connection-http2-protocol"))
                .isEqualTo((long) broken)
                .isGreaterThanOrEqualTo(4);
    }

    private static long counted(String trail, String code) {
        return Pattern.compile("\"code\":\"" + code + "\",\"count\":(\\d+)")
                .matcher(trail)
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }

    @Test // CVE-2023-44487
    void endsRapidResets() throws Exception {
        assertThat(reasonAfter(RawHttp2::resets)).isEqualTo(ENHANCE_YOUR_CALM);
    }

    @Test // CVE-2024-27316 and its like
    void endsAHeadThatNeverEnds() throws Exception {
        assertThat(reasonAfter(out -> {
                    frame(out, HEADERS, 0, 1, head());
                    for (int i = 0; i < 200; i++) {
                        frame(out, CONTINUATION, 0, 1, new byte[] {0});
                    }
                }))
                .isEqualTo(ENHANCE_YOUR_CALM);
    }

    @Test // CVE-2019-9512
    void endsPings() throws Exception {
        assertThat(reasonAfter(out -> repeat(out, PING, 0, new byte[8]))).isEqualTo(ENHANCE_YOUR_CALM);
    }

    @Test // CVE-2019-9515
    void endsSettings() throws Exception {
        assertThat(reasonAfter(out -> repeat(out, SETTINGS, 0, new byte[0]))).isEqualTo(ENHANCE_YOUR_CALM);
    }

    @Test // CVE-2019-9513
    void endsPriorities() throws Exception {
        assertThat(reasonAfter(out -> repeat(out, PRIORITY, 1, new byte[] {0, 0, 0, 0, 16})))
                .isEqualTo(ENHANCE_YOUR_CALM);
    }

    @Test // RFC 9113 section 5.1
    void endsHeadersOnAnEndedStream() throws Exception {
        assertThat(reasonAfter(out -> {
                    frame(out, HEADERS, END_HEADERS | END_STREAM, 1, head());
                    frame(out, HEADERS, END_HEADERS | END_STREAM, 1, head());
                }))
                .isEqualTo(STREAM_CLOSED);
        assertThat(reasonAfter(out -> {
                    frame(out, HEADERS, END_HEADERS, 1, head());
                    frame(out, DATA, END_STREAM, 1, new byte[3]);
                    frame(out, HEADERS, END_HEADERS | END_STREAM, 1, head());
                }))
                .isEqualTo(STREAM_CLOSED);
        assertThat(reasonAfter(out -> {
                    frame(out, HEADERS, END_HEADERS, 1, head());
                    frame(out, RST_STREAM, 0, 1, new byte[] {0, 0, 0, 8});
                    frame(out, HEADERS, END_HEADERS | END_STREAM, 1, head());
                }))
                .isEqualTo(STREAM_CLOSED);
    }

    @Test // RFC 9113 section 5.1.1
    void endsHeadersOnAStreamThatWasPassedOver() throws Exception {
        assertThat(reasonAfter(out -> {
                    frame(out, HEADERS, END_HEADERS | END_STREAM, 5, head());
                    frame(out, HEADERS, END_HEADERS | END_STREAM, 3, head());
                }))
                .isEqualTo(PROTOCOL_ERROR);
    }

    @Test // the last PING's ENHANCE_YOUR_CALM shows that nothing before ended the connection
    void letsTrailersPassOnAStreamThatIsOpen() throws Exception {
        assertThat(reasonAfter(out -> {
                    frame(out, HEADERS, END_HEADERS, 1, head());
                    frame(out, HEADERS, END_HEADERS, 3, head());
                    frame(out, DATA, 0, 1, new byte[3]);
                    frame(out, HEADERS, END_HEADERS | END_STREAM, 1, trailer());
                    frame(out, HEADERS, END_HEADERS | END_STREAM, 3, trailer());
                    repeat(out, PING, 0, new byte[8]);
                }))
                .isEqualTo(ENHANCE_YOUR_CALM);
    }

    /** One connection of rapid resets, to its end. */
    static void resetUntilEnded(int port) {
        try {
            RawHttp2.reason(PRODUCER.getSocketFactory().createSocket("localhost", port), RawHttp2::resets);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The error code of the GOAWAY; and whoever behaves is served after. */
    private static int reasonAfter(RawHttp2.Frames flood) throws Exception {
        int reason = reason(PRODUCER.getSocketFactory().createSocket("localhost", running.gateway.dataPort()), flood);
        HttpRequest request = running.event(
                        "/v1/datasets/orders/events", "application/json", TestGateway.ORDER.getBytes(UTF_8))
                .build();
        assertThat(Http.send(wellBehaved, request).status()).isEqualTo(202);
        return reason;
    }
}
