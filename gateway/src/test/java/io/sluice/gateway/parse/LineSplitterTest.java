package io.sluice.gateway.parse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines are the same however the network cuts the body, and nothing is held that was taken. */
class LineSplitterTest {
    private static final int MAX_EVENT_BYTES = 8;
    private static final String BODY = "{\"a\":1}\n\r\n \t \n12345678\r\n123456789\n{}\n1234567890123456789\nlast";
    private static final List<String> EVENTS =
            List.of("1 {\"a\":1}", "4 12345678", "5 event-too-large", "6 {}", "7 event-too-large", "8 last");

    @Test
    void cutsTheSameLinesWhereverTheBodyIsCut() {
        byte[] body = BODY.getBytes(UTF_8);
        for (int first = 0; first <= body.length; first++) {
            for (int second = first; second <= body.length; second++) {
                LineSplitter lines = splitter(100, 100, 1_000);
                List<String> events = new ArrayList<>();
                for (byte[] chunk : List.of(
                        Arrays.copyOfRange(body, 0, first),
                        Arrays.copyOfRange(body, first, second),
                        Arrays.copyOfRange(body, second, body.length))) {
                    lines.feed(chunk);
                    take(lines, events);
                }
                lines.finish();
                take(lines, events);

                assertThat(events).as("cut at %d and %d", first, second).isEqualTo(EVENTS);
                assertThat(lines.ended()).isTrue();
                assertThat(lines.stopped()).isNull();
                assertThat(lines.heldBytes()).isZero();
            }
        }
    }

    @Test
    void holdsNoMoreOfALargeLineThanAnEventMayHave() {
        LineSplitter lines = splitter(100, 100, 1_000_000);
        for (int i = 0; i < 1_000; i++) {
            lines.feed("xxxxx".getBytes(UTF_8));
            assertThat(lines.next()).isNull();
            assertThat(lines.heldBytes()).isLessThanOrEqualTo(MAX_EVENT_BYTES + 1);
        }
    }

    @Test
    void stopsAtItsBounds() {
        assertThat(stopped(splitter(2, 9, 100), "1\n\n2\n3\n")).isEqualTo("2 events, stopped at 4");
        assertThat(stopped(splitter(2, 3, 100), "1\n\n\n2\n3\n")).isEqualTo("1 events, stopped at 4");
        assertThat(stopped(splitter(9, 9, 4), "1\n2\n", "3\n")).isEqualTo("2 events, stopped at 3");
        assertThat(stopped(splitter(2, 2, 4), "1\n2\n")).isEqualTo("2 events, stopped at 0");
    }

    @Test
    void takesNothingMoreOnceStopped() {
        LineSplitter lines = splitter(9, 9, 100);
        lines.feed("1\n2\n".getBytes(UTF_8));
        assertThat(lines.next()).isNotNull();
        lines.stop(Problem.of(ProblemCode.KAFKA_UNAVAILABLE, "x"));
        lines.stop(Problem.of(ProblemCode.REQUEST_TIMEOUT, "x"));
        lines.feed("3\n".getBytes(UTF_8));

        assertThat(lines.next()).isNull();
        assertThat(lines.ended()).isTrue();
        assertThat(lines.heldBytes()).isZero();
        assertThat(lines.stopped()).satisfies(stop -> {
            assertThat(stop.number()).isEqualTo(2);
            assertThat(stop.problem().code()).isEqualTo(ProblemCode.KAFKA_UNAVAILABLE);
        });
    }

    private static String stopped(LineSplitter lines, String... chunks) {
        List<String> events = new ArrayList<>();
        for (String chunk : chunks) {
            lines.feed(chunk.getBytes(UTF_8));
            take(lines, events);
        }
        lines.finish();
        take(lines, events);
        var stop = lines.stopped();
        return events.size() + " events, stopped at " + (stop == null ? 0 : stop.number());
    }

    private static void take(LineSplitter lines, List<String> events) {
        for (BatchEvent event = lines.next(); event != null; event = lines.next()) {
            Problem fault = event.fault();
            events.add(event.number() + " "
                    + (fault == null
                            ? new String(event.bytes(), UTF_8)
                            : fault.code().code()));
        }
    }

    private static LineSplitter splitter(int events, int lines, long bytes) {
        return new LineSplitter(
                new BatchLimits(events, lines, bytes, 1, 1, 1, 1 << 20, Duration.ofSeconds(1), Duration.ofSeconds(1)),
                MAX_EVENT_BYTES);
    }
}
