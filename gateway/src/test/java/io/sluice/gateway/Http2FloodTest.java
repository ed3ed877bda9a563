package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.certs.DevIdentity;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an HTTP/2 client may not do, or not too often: each ends its connection, and nobody else's. */
@Timeout(60)
class Http2FloodTest {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int PRIORITY = 2;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int CONTINUATION = 9;
    private static final int END_HEADERS = 4;
    private static final int END_STREAM = 1;
    private static final int PROTOCOL_ERROR = 1;
    private static final int STREAM_CLOSED = 5;
    private static final int ENHANCE_YOUR_CALM = 11;
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
        running.close();
    }

    @Test // CVE-2023-44487
    void endsRapidResets() throws Exception {
        assertThat(reasonAfter(Http2FloodTest::resets)).isEqualTo(ENHANCE_YOUR_CALM);
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

    private interface Flood {
        void send(OutputStream out) throws IOException;
    }

    private static void resets(OutputStream out) throws IOException {
        for (int stream = 1; stream < 2_000; stream += 2) {
            frame(out, HEADERS, END_HEADERS, stream, head());
            frame(out, RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
        }
    }

    /** One connection of rapid resets, to its end. */
    static void resetUntilEnded(int port) {
        try {
            reason(PRODUCER.getSocketFactory().createSocket("localhost", port), Http2FloodTest::resets);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same by another producer, from another address of this machine; whether it got as far as to flood. */
    static boolean resetsOfAnother(int port) throws Exception {
        SSLContext another = Http.context(TestGateway.pki(), TestGateway.pki().identity(DevIdentity.ST_ELSEWHERE));
        InetAddress elsewhere = InetAddress.getByName("127.0.0.2");
        try {
            return reason(
                            another.getSocketFactory().createSocket("127.0.0.1", port, elsewhere, 0),
                            Http2FloodTest::resets)
                    == ENHANCE_YOUR_CALM;
        } catch (IOException keptOut) {
            return false;
        }
    }

    /** The error code of the GOAWAY; and whoever behaves is served after. */
    private static int reasonAfter(Flood flood) throws Exception {
        int reason = reason(PRODUCER.getSocketFactory().createSocket("localhost", running.gateway.dataPort()), flood);
        HttpRequest request = running.event(
                        "/v1/datasets/orders/events", "application/json", TestGateway.ORDER.getBytes(UTF_8))
                .build();
        assertThat(Http.send(wellBehaved, request).status()).isEqualTo(202);
        return reason;
    }

    private static int reason(Socket open, Flood flood) throws Exception {
        try (SSLSocket socket = (SSLSocket) open) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(20_000);
            socket.startHandshake();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
            frame(all, SETTINGS, 0, 0, new byte[0]);
            flood.send(all);
            Thread writer = new Thread(() -> write(socket, all.toByteArray()));
            writer.start();
            int reason = goAway(new DataInputStream(socket.getInputStream()));
            writer.join();
            return reason;
        }
    }

    /** As much of it as the server takes. */
    private static void write(SSLSocket socket, byte[] all) {
        try {
            socket.getOutputStream().write(all);
            socket.getOutputStream().flush();
        } catch (IOException ended) {
            return; // what it said stands in the input
        }
    }

    private static int goAway(DataInputStream in) throws IOException {
        while (true) {
            byte[] header = in.readNBytes(9);
            if (header.length < 9) {
                throw new IOException("no GOAWAY before the end");
            }
            byte[] payload = in.readNBytes(ByteBuffer.wrap(header).getInt() >>> 8);
            if (header[3] == GOAWAY && ByteBuffer.wrap(payload).getInt(4) != 0) {
                return ByteBuffer.wrap(payload).getInt(4);
            }
        }
    }

    private static void repeat(OutputStream out, int type, int stream, byte[] payload) throws IOException {
        for (int i = 0; i < 2_000; i++) {
            frame(out, type, 0, stream, payload);
        }
    }

    private static void frame(OutputStream out, int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(9);
        header.putInt(payload.length << 8 | type).put((byte) flags).putInt(stream);
        out.write(header.array());
        out.write(payload);
    }

    /** A literal without indexing, its name and value of one letter each. */
    private static byte[] trailer() {
        return new byte[] {0, 1, 'x', 1, 'y'};
    }

    /** HPACK (RFC 7541): POST, https, and path and authority as literals without indexing. */
    private static byte[] head() {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(new byte[] {(byte) 0x83, (byte) 0x87});
        for (String[] field : new String[][] {{"4", "/v1/datasets/orders/events"}, {"1", "localhost"}}) {
            byte[] value = field[1].getBytes(US_ASCII);
            block.write(Integer.parseInt(field[0]));
            block.write(value.length);
            block.writeBytes(value);
        }
        return Arrays.copyOf(block.toByteArray(), block.size());
    }
}
