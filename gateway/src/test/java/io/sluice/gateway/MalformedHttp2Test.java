package io.sluice.gateway;

import static io.sluice.gateway.RawHttp2.CONTINUATION;
import static io.sluice.gateway.RawHttp2.DATA;
import static io.sluice.gateway.RawHttp2.END_HEADERS;
import static io.sluice.gateway.RawHttp2.END_STREAM;
import static io.sluice.gateway.RawHttp2.GOAWAY;
import static io.sluice.gateway.RawHttp2.HEADERS;
import static io.sluice.gateway.RawHttp2.RST_STREAM;
import static io.sluice.gateway.RawHttp2.SETTINGS;
import static io.sluice.gateway.RawHttp2.frame;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.sluice.certs.DevIdentity;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests over HTTP/2 that RFC 9113 calls malformed, or that its readers take for two things: but for their one fault each would
 * be a sound order. Each gets exactly the answer, reset or end beside it, and no event is accepted.
 */
@Timeout(60)
class MalformedHttp2Test {
    private static final SSLContext PRODUCER =
            Http.context(TestGateway.pki(), TestGateway.pki().identity(DevIdentity.WEBSHOP));
    private static final byte[] ORDER = TestGateway.ORDER.getBytes(UTF_8);
    private static final String PATH = "/v1/datasets/orders/events";
    private static final int PRIORITIES = 0x20;
    private static final Pattern CODE = Pattern.compile("\"code\":\"([a-z-]+)\"");
    private static final String RESET = "reset PROTOCOL_ERROR";
    private static final String END = "end PROTOCOL_ERROR";
    private static TestGateway running;

    /** @param expected status and code, or what ends the stream or the connection */
    private record Case(String name, String expected, RawHttp2.Frames frames) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void start() {
        running = new TestGateway();
    }

    @AfterAll
    static void stop() {
        running.close();
        assertThat(events()).as("accepted, of the sound one alone").isEqualTo(1);
    }

    private static Stream<Case> heads() {
        return Stream.of(
                // section 8.2.1: names and values
                head("upper-case name", RESET, with("X-Tag", "a")),
                head("empty name", RESET, with("", "a")),
                head("space in a name", RESET, with("x tag", "a")),
                head("NUL in a name", RESET, with("x\0tag", "a")),
                head("line feed in a name", RESET, with("x\ntag", "a")),
                head("colon in a name", RESET, with("x:tag", "a")),
                head("no ASCII in a name", RESET, with("x\u00e9", "a")),
                head("DEL in a name", RESET, with("x\u007f", "a")),
                head("NUL in a value", RESET, with("x-tag", "a\0b")),
                head("carriage return in a value", RESET, with("x-tag", "a\rb")),
                head("line feed in a value", RESET, with("x-tag", "a\nb")),
                head("CRLF and a field in a value", RESET, with("x-tag", "a\r\nsluice-purpose: newsletter")),
                head("space before a value", RESET, with("x-tag", " a")),
                head("space behind a value", RESET, with("x-tag", "a ")),
                head("tab behind a value", RESET, with("x-tag", "a\t")),
                head("escape in a value", RESET, with("x-tag", "a\u001bb")),
                head("DEL in a value", RESET, with("x-tag", "a\u007fb")),
                // section 8.2.2: fields of a connection
                head("connection", RESET, with("connection", "close")),
                head("connection naming a field", RESET, with("connection", "content-type")),
                head("proxy-connection", RESET, with("proxy-connection", "close")),
                head("keep-alive", RESET, with("keep-alive", "timeout=5")),
                head("transfer-encoding", RESET, with("transfer-encoding", "chunked")),
                head("upgrade", RESET, with("upgrade", "h2c")),
                head("te but trailers", RESET, with("te", "gzip")),
                // section 8.3: pseudo-headers
                head("two methods", RESET, with(":method", "POST")),
                head("two other methods", RESET, with(":method", "GET")),
                head("two paths", RESET, with(":path", "/v1/datasets/other/events")),
                head("two schemes", RESET, with(":scheme", "https")),
                head("two authorities", RESET, with(":authority", "localhost")),
                head("no method", RESET, without(":method")),
                head("no path", RESET, without(":path")),
                head("no scheme", RESET, without(":scheme")),
                head("no authority and no host", RESET, without(":authority")),
                head("unknown pseudo-header", RESET, with(":protocolx", "a")),
                head("pseudo-header of an answer", RESET, with(":status", "200")),
                head("extended CONNECT", RESET, with(":protocol", "websocket")),
                head(
                        "pseudo-header behind a field",
                        RESET,
                        fields(
                                ":method",
                                "POST",
                                ":scheme",
                                "https",
                                ":authority",
                                "localhost",
                                "content-type",
                                "application/json",
                                ":path",
                                PATH)),
                head("empty method", RESET, changed(":method", "")),
                head("space in the method", RESET, changed(":method", "POST /x")),
                head("line feed in the method", RESET, changed(":method", "POST\n")),
                head("method in lower case", "405 method-not-allowed", changed(":method", "post")),
                head("CONNECT with a path", RESET, changed(":method", "CONNECT")),
                head("empty path", RESET, changed(":path", "")),
                head("path without a slash", "404 not-found", changed(":path", PATH.substring(1))),
                head("path of a star", "404 not-found", changed(":path", "*")),
                head("path of a whole address", "404 not-found", changed(":path", "https://localhost" + PATH)),
                head("NUL in the path", RESET, changed(":path", PATH + "\0")),
                head("CRLF in the path", RESET, changed(":path", PATH + " HTTP/1.1\r\nx-tag: a")),
                head("space in the path", "404 not-found", changed(":path", PATH + " x")),
                head("fragment in the path", "404 not-found", changed(":path", PATH + "#x")),
                head("empty scheme", RESET, changed(":scheme", "")),
                head("line feed in the scheme", RESET, changed(":scheme", "https\n")),
                head("empty authority", RESET, changed(":authority", "")),
                head("user in the authority", RESET, changed(":authority", "a@localhost")),
                head("line feed in the authority", RESET, changed(":authority", "localhost\n")),
                head("host that is not the authority", RESET, with("host", "elsewhere.example")),
                head("two hosts", RESET, with("host", "localhost", "host", "localhost")),
                // section 8.1.1: the length
                head(
                        "length above the body's",
                        "400 http-malformed",
                        with("content-length", String.valueOf(ORDER.length + 1))),
                head(
                        "length below the body's",
                        "400 http-malformed",
                        with("content-length", String.valueOf(ORDER.length - 1))),
                head("length of nothing", "400 http-malformed", with("content-length", "0")),
                head("negative length", RESET, with("content-length", "-1")),
                head("signed length", RESET, with("content-length", "+" + ORDER.length)),
                head("length in hexadecimal", RESET, with("content-length", "0x5e")),
                head("empty length", RESET, with("content-length", "")),
                head("length beyond 64 bits", RESET, with("content-length", "18446744073709551710")),
                head("two lengths", RESET, with("content-length", String.valueOf(ORDER.length), "content-length", "1")),
                head("two types", "400 header-invalid", with("content-type", "application/x-ndjson")),
                head("two keys", "400 header-invalid", with("idempotency-key", "a", "idempotency-key", "b")));
    }

    private static Stream<Case> frames() {
        byte[] sound = block(sound());
        return Stream.of(
                new Case(
                        "length and no body",
                        RESET,
                        out -> frame(out, HEADERS, END_HEADERS | END_STREAM, 1, block(with("content-length", "5")))),
                new Case("pseudo-header in the trailers", "400 http-malformed", out -> {
                    frame(out, HEADERS, END_HEADERS, 1, sound);
                    frame(out, DATA, 0, 1, ORDER);
                    frame(out, HEADERS, END_HEADERS | END_STREAM, 1, block(fields(":path", PATH)));
                }),
                new Case("line feed in a trailer", "400 http-malformed", out -> {
                    frame(out, HEADERS, END_HEADERS, 1, sound);
                    frame(out, DATA, 0, 1, ORDER);
                    frame(out, HEADERS, END_HEADERS | END_STREAM, 1, block(fields("x-tag", "a\nb")));
                }),
                new Case("trailers that do not end the stream", "400 http-malformed", out -> {
                    frame(out, HEADERS, END_HEADERS, 1, sound);
                    frame(out, DATA, 0, 1, ORDER);
                    frame(out, HEADERS, END_HEADERS, 1, block(fields("x-tag", "a")));
                }),
                new Case("stream of the server's number", END, out -> order(out, 2, sound)),
                new Case("no stream", END, out -> order(out, 0, sound)),
                new Case("body of no stream", END, out -> frame(out, DATA, END_STREAM, 0, ORDER)),
                new Case("body before its head", END, out -> frame(out, DATA, END_STREAM, 1, ORDER)),
                new Case("head that another frame cuts", END, out -> {
                    frame(out, HEADERS, 0, 1, sound);
                    frame(out, DATA, END_STREAM, 1, ORDER);
                }),
                new Case("head that another stream goes on with", END, out -> {
                    frame(out, HEADERS, 0, 1, sound);
                    frame(out, CONTINUATION, END_HEADERS, 3, block(fields("x-tag", "a")));
                }),
                new Case("continuation of nothing", END, out -> frame(out, CONTINUATION, END_HEADERS, 1, sound)),
                new Case("promise of a client", END, out -> {
                    frame(out, HEADERS, END_HEADERS, 1, sound);
                    frame(out, 5, END_HEADERS, 1, new byte[] {0, 0, 0, 2});
                }),
                new Case("padding longer than the frame", END, out -> {
                    frame(out, HEADERS, END_HEADERS, 1, sound);
                    frame(out, DATA, 8 | END_STREAM, 1, new byte[] {9, 1});
                }),
                new Case("frame above the agreed size", "end FRAME_SIZE_ERROR", out -> {
                    frame(out, HEADERS, END_HEADERS, 1, sound);
                    frame(out, DATA, END_STREAM, 1, new byte[16_385]);
                }),
                new Case(
                        "index that no table has",
                        "end COMPRESSION_ERROR",
                        out -> order(out, 1, new byte[] {(byte) 0xff, 0x7f})),
                new Case(
                        "head that ends in a field",
                        "end COMPRESSION_ERROR",
                        out -> order(out, 1, new byte[] {0, 5, 'x'})),
                new Case("window that overflows", "reset FLOW_CONTROL_ERROR", out -> {
                    frame(out, HEADERS, END_HEADERS, 1, sound);
                    frame(out, 8, 0, 1, new byte[] {0x7f, -1, -1, -1});
                }),
                new Case("window by nothing", "400 http-malformed", out -> {
                    frame(out, HEADERS, END_HEADERS, 1, sound);
                    frame(out, 8, 0, 1, new byte[4]);
                }),
                new Case("stream that depends on itself", END, out -> {
                    ByteArrayOutputStream head = new ByteArrayOutputStream();
                    head.writeBytes(new byte[] {0, 0, 0, 1, 16});
                    head.writeBytes(sound);
                    frame(out, HEADERS, END_HEADERS | PRIORITIES, 1, head.toByteArray());
                    frame(out, DATA, END_STREAM, 1, ORDER);
                }),
                new Case(
                        "settings with half a value",
                        "end FRAME_SIZE_ERROR",
                        out -> frame(out, SETTINGS, 0, 0, new byte[5])),
                new Case("settings of a stream", END, out -> frame(out, SETTINGS, 0, 1, new byte[0])));
    }

    @Test // else each case might be refused for something else
    void theSoundOneIsAccepted() throws Exception {
        assertThat(ending(out -> order(out, 1, block(sound())))).isEqualTo("202");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"heads", "frames"})
    void isRefused(Case bad) throws Exception {
        long before = events();

        assertThat(ending(bad.frames)).isEqualTo(bad.expected);

        assertThat(events()).as("accepted events").isEqualTo(before);
    }

    private static Case head(String name, String expected, List<String[]> fields) {
        return new Case(name, expected, out -> order(out, 1, block(fields)));
    }

    private static void order(java.io.OutputStream out, int stream, byte[] head) throws IOException {
        frame(out, HEADERS, END_HEADERS, stream, head);
        frame(out, DATA, END_STREAM, stream, ORDER);
    }

    private static List<String[]> sound() {
        return fields(
                ":method",
                "POST",
                ":scheme",
                "https",
                ":path",
                PATH,
                ":authority",
                "localhost",
                "content-type",
                "application/json");
    }

    private static List<String[]> fields(String... namesAndValues) {
        List<String[]> fields = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(new String[] {namesAndValues[i], namesAndValues[i + 1]});
        }
        return fields;
    }

    /** A pseudo-header goes before the fields. */
    private static List<String[]> with(String... namesAndValues) {
        List<String[]> fields = sound();
        for (String[] more : fields(namesAndValues)) {
            fields.add(more[0].startsWith(":") ? 0 : fields.size(), more);
        }
        return fields;
    }

    private static List<String[]> without(String name) {
        List<String[]> fields = sound();
        fields.removeIf(field -> field[0].equals(name));
        return fields;
    }

    private static List<String[]> changed(String name, String value) {
        List<String[]> fields = sound();
        fields.replaceAll(field -> field[0].equals(name) ? new String[] {name, value} : field);
        return fields;
    }

    /** HPACK (RFC 7541 section 6.2.2): literals without indexing, each shorter than 127 bytes. */
    private static byte[] block(List<String[]> fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (String[] field : fields) {
            block.write(0);
            for (String text : field) {
                byte[] bytes = text.getBytes(ISO_8859_1);
                assertThat(bytes).hasSizeLessThan(127);
                block.write(bytes.length);
                block.writeBytes(bytes);
            }
        }
        return block.toByteArray();
    }

    private static String ending(RawHttp2.Frames frames) throws Exception {
        try (SSLSocket socket =
                (SSLSocket) PRODUCER.getSocketFactory().createSocket("localhost", running.gateway.dataPort())) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(20_000);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));
            frame(all, SETTINGS, 0, 0, new byte[0]);
            frames.send(all);
            socket.getOutputStream().write(all.toByteArray());
            socket.getOutputStream().flush();
            return ending(new DataInputStream(socket.getInputStream()));
        }
    }

    /** An answer to its end, or what came in its place. */
    private static String ending(DataInputStream in) throws Exception {
        String status = "";
        StringBuilder body = new StringBuilder();
        while (true) {
            byte[] header = in.readNBytes(9);
            if (header.length < 9) {
                return status + " closed";
            }
            byte[] payload = in.readNBytes(ByteBuffer.wrap(header).getInt() >>> 8);
            switch (header[3]) {
                case RST_STREAM -> {
                    return "reset " + error(payload, 0);
                }
                case GOAWAY -> {
                    return "end " + error(payload, 4);
                }
                case HEADERS -> status = status(payload, (header[4] & PRIORITIES) == 0 ? 0 : 5);
                case DATA -> body.append(new String(payload, UTF_8));
                default -> {} // of the connection
            }
            if ((header[3] == HEADERS || header[3] == DATA) && (header[4] & END_STREAM) != 0) {
                Matcher code = CODE.matcher(body);
                return status
                        + code.results()
                                .map((MatchResult found) -> " " + found.group(1))
                                .findFirst()
                                .orElse("");
            }
        }
    }

    private static String status(byte[] payload, int from) throws Http2Exception {
        return new DefaultHttp2HeadersDecoder(false)
                .decodeHeaders(1, Unpooled.wrappedBuffer(payload).skipBytes(from))
                .status()
                .toString();
    }

    private static String error(byte[] payload, int at) {
        return String.valueOf(Http2Error.valueOf(ByteBuffer.wrap(payload).getInt(at)));
    }

    private static long events() {
        return running.producer.history().stream()
                .filter(record -> record.topic().equals(TestGateway.TOPICS.ingress()))
                .count();
    }
}
