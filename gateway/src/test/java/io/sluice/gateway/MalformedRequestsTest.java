package io.sluice.gateway;

import static io.sluice.gateway.RawHttp2.DATA;
import static io.sluice.gateway.RawHttp2.END_HEADERS;
import static io.sluice.gateway.RawHttp2.END_STREAM;
import static io.sluice.gateway.RawHttp2.HEADERS;
import static io.sluice.gateway.RawHttp2.frame;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.certs.DevIdentity;
import io.sluice.gateway.problem.ProblemCode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases of {@code malformed-requests.txt}: each refused, nothing written, and no word of what it tried to smuggle. */
class MalformedRequestsTest {
    private static final String SECRET = "zaphod4711secret";
    private static final String BEHIND = "GET /" + SECRET + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    private static final Pattern BYTE = Pattern.compile("\\\\(?:x([0-9a-f]{2})|([rnt0\\\\]))");
    private static final Pattern REPEATED = Pattern.compile("\\{([^{}]+)\\*(\\d+)}");
    private static final byte[] BODY = {'{', '"', 'a'};
    private static final SSLContext ST_ELSEWHERE =
            Http.context(TestGateway.pki(), TestGateway.pki().identity(DevIdentity.ST_ELSEWHERE));
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");
    private static TestGateway running;

    /**
     * A line of the file.
     *
     * @param statuses of all answers
     */
    record Case(String name, List<String> statuses, String request) {
        static Case of(String line) {
            String[] parts = line.split(" \\| ", 3);
            String[] expected = parts[1].split(" ");
            List<String> statuses =
                    switch (expected[1]) {
                        case "keep" -> List.of(expected[0], "404");
                        case "close" -> List.of(expected[0]);
                        default -> List.of(expected);
                    };
            return new Case(parts[0], statuses, bytes(parts[2]));
        }

        private static String bytes(String text) {
            String whole = REPEATED.matcher(text.replace("{P}", "POST /v1/datasets/orders/events HTTP/1.1\\r\\n")
                            .replace("{H}", "Host: localhost\\r\\nContent-Type: application/json\\r\\n"))
                    .replaceAll(found -> java.util.regex.Matcher.quoteReplacement(
                            found.group(1).repeat(Integer.parseInt(found.group(2)))));
            return BYTE.matcher(whole)
                    .replaceAll(found -> java.util.regex.Matcher.quoteReplacement(String.valueOf(character(found))));
        }

        private static char character(MatchResult found) {
            if (found.group(1) != null) {
                return (char) Integer.parseInt(found.group(1), 16);
            }
            return switch (found.group(2)) {
                case "r" -> '\r';
                case "n" -> '\n';
                case "t" -> '\t';
                case "0" -> '\0';
                default -> '\\';
            };
        }

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
        assertThat(running.producer.history()).as("nothing was written").isEmpty();
        running.close();
        String entries = running.producer.history().stream()
                .map(record -> new String(record.value(), UTF_8))
                .reduce("", String::concat);
        assertThat(entries)
                .contains("\"actor\":\"webshop\"", "\"actor\":\"st-elsewhere\"", "\"code\":\"http-malformed\"")
                .doesNotContain(SECRET);
    }

    static Stream<Case> cases() throws IOException {
        try (InputStream in = MalformedRequestsTest.class.getResourceAsStream("/malformed-requests.txt")) {
            return new String(
                            Objects.requireNonNull(in, "malformed-requests.txt").readAllBytes(), UTF_8)
                    .lines().filter(line -> !line.isBlank() && !line.startsWith("#")).map(Case::of).toList().stream();
        }
    }

    @Test
    void thereAreEnough() throws IOException {
        assertThat(cases().map(Case::name).distinct().count())
                .isEqualTo(cases().count())
                .isGreaterThanOrEqualTo(60);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isRefused(Case bad) throws IOException {
        String answer = Http.raw(
                TestGateway.pki(),
                TestGateway.pki().identity(DevIdentity.WEBSHOP),
                running.gateway.dataPort(),
                bad.request + BEHIND);

        assertThat(STATUS.matcher(answer).results().map(found -> found.group(1)))
                .as(answer)
                .isEqualTo(bad.statuses);
        assertThat(answer).doesNotContain(SECRET);
        if (bad.name.startsWith("chunk-") && bad.statuses.contains("400")) {
            assertThat(answer).containsIgnoringCase("\r\nconnection: close\r\n").contains("\"http-malformed\"");
        }
    }

    /** How a body over HTTP/2 is none, RFC 9113 section 8.1.1. */
    enum Torn {
        SHORT("10", out -> frame(out, DATA, END_STREAM, 1, BODY)),
        LONG("2", out -> frame(out, DATA, END_STREAM, 1, BODY)),
        SHORT_BEFORE_A_TRAILER("10", out -> {
            frame(out, DATA, 0, 1, BODY);
            frame(out, HEADERS, END_HEADERS | END_STREAM, 1, RawHttp2.trailer());
        }),
        WITH_A_PSEUDO_HEADER_IN_THE_TRAILER("3", out -> {
            frame(out, DATA, 0, 1, BODY);
            frame(out, HEADERS, END_HEADERS | END_STREAM, 1, RawHttp2.field(":path", "/"));
        }),
        WITH_A_TRAILER_THAT_ENDS_NOTHING("3", out -> {
            frame(out, DATA, 0, 1, BODY);
            frame(out, HEADERS, END_HEADERS, 1, RawHttp2.trailer());
        });

        private final String length;
        private final RawHttp2.Frames body;

        Torn(String length, RawHttp2.Frames body) {
            this.length = length;
            this.body = body;
        }
    }

    @ParameterizedTest
    @EnumSource
    void isAnsweredBeforeItsStreamIsReset(Torn torn) throws Exception {
        for (String type : List.of("application/json", "application/x-ndjson")) {
            double before = running.gateway.metrics().refusedCount(ProblemCode.HTTP_MALFORMED);
            byte[] head =
                    RawHttp2.head(RawHttp2.field("content-type", type), RawHttp2.field("content-length", torn.length));

            String answer = RawHttp2.answerUntilReset(
                    ST_ELSEWHERE.getSocketFactory().createSocket("localhost", running.gateway.dataPort()),
                    out -> {
                        frame(out, HEADERS, END_HEADERS, 1, head);
                        torn.body.send(out);
                    },
                    1);

            assertThat(answer)
                    .startsWith("1 \u008c")
                    .contains("0 {\"type\"", "\"http-malformed\"")
                    .endsWith("3 \0\0\0\1\n");
            assertThat(running.gateway.metrics().refusedCount(ProblemCode.HTTP_MALFORMED) - before)
                    .isEqualTo(1);
        }
    }
}
