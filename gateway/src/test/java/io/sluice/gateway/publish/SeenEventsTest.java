package io.sluice.gateway.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.encoding.Base32;
import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.IngressPosition;
import io.sluice.core.event.Tags;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class SeenEventsTest {
    private static final Optional<IngressPosition> FIRST = Optional.of(new IngressPosition(1, 2, 3));

    private final SeenEvents seen = new SeenEvents(3, new SecureRandom());
    private int writes;

    @Test
    void aRepeatIsAnsweredWithTheFirstPlace() {
        assertThat(once(1, "a", FIRST)).isEqualTo(new SeenEvents.Stored(FIRST, false));
        assertThat(once(1, "a", Optional.empty())).isEqualTo(new SeenEvents.Stored(FIRST, true));
        assertThat(once(2, "a", Optional.empty())).isEqualTo(new SeenEvents.Stored(Optional.empty(), false));
        assertThat(once(2, "a", FIRST)).as("in the spool").isEqualTo(new SeenEvents.Stored(Optional.empty(), true));
        assertThat(writes).isEqualTo(2);
        assertThat(seen.placeOf(id(1))).contains(FIRST);
        assertThat(seen.placeOf(id(2))).contains(Optional.empty());
        assertThat(seen.placeOf(id(3))).isEmpty();
    }

    @Test
    void anIdIsNotForOtherContent() {
        once(1, "a", FIRST);
        assertThatThrownBy(() -> once(1, "b", FIRST))
                .cause()
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ProblemCode.ID_REUSED));
    }

    @Test
    void twoAtATimeShareOneWriteAndItsEnd() {
        for (boolean fails : new boolean[] {false, true}) {
            int number = fails ? 1 : 2;
            CompletableFuture<Optional<IngressPosition>> kafka = new CompletableFuture<>();
            var first = write(number, "a", kafka);
            var second = write(number, "a", kafka);
            var third = write(number, "a", kafka);
            assertThat(writes).isOne();
            assertThat(seen.placeOf(id(number))).as("not durable yet").isEmpty();

            if (fails) {
                kafka.completeExceptionally(new IllegalStateException("away"));
                for (var one : java.util.List.of(first, second, third)) {
                    assertThatThrownBy(one::join)
                            .isInstanceOf(CompletionException.class)
                            .hasMessageContaining("away");
                }
                assertThat(once(number, "a", FIRST)).as("written anew").isEqualTo(new SeenEvents.Stored(FIRST, false));
            } else {
                kafka.complete(FIRST);
                assertThat(first.join()).isEqualTo(new SeenEvents.Stored(FIRST, false));
                assertThat(second.join()).isEqualTo(new SeenEvents.Stored(FIRST, true));
                assertThat(third.join()).isEqualTo(new SeenEvents.Stored(FIRST, true));
            }
            writes = 0;
        }
    }

    @Test
    void aWriteThatThrowsIsOneThatFailed() {
        assertThatThrownBy(() -> seen.once(tags(1), event("a"), () -> {
                            throw new IllegalStateException("no seal");
                        })
                        .join())
                .hasMessageContaining("no seal");
        assertThat(once(1, "a", FIRST).repeated()).isFalse();
    }

    @Test
    void aWriteThatEndsInAnErrorIsForgottenAndTheErrorGoesOn() {
        assertThatThrownBy(() -> seen.once(tags(1), event("a"), () -> {
                    throw new StackOverflowError();
                }))
                .isInstanceOf(StackOverflowError.class);
        assertThat(once(1, "a", FIRST).repeated()).isFalse();
    }

    @Test
    void forgetsTheOldestAlsoWhileItIsWritten() {
        CompletableFuture<Optional<IngressPosition>> kafka = new CompletableFuture<>();
        var slow = write(1, "a", kafka);
        var waits = write(1, "a", kafka);
        for (int i = 2; i <= 4; i++) {
            once(i, "a", FIRST);
        }
        kafka.complete(FIRST);

        assertThat(slow.join().repeated()).isFalse();
        assertThat(waits.join()).isEqualTo(new SeenEvents.Stored(FIRST, true));
        assertThat(seen.placeOf(id(1))).isEmpty();
        assertThat(seen.placeOf(id(4))).contains(FIRST);
        assertThat(once(1, "b", FIRST).repeated()).isFalse();
    }

    @Test
    void aRepeatIsComparedWithWhatTheEventIsTakenForByNow() {
        CompletableFuture<Optional<IngressPosition>> kafka = new CompletableFuture<>();
        write(1, "a", kafka);
        seen.takenAs(tags(1), event("b"));
        kafka.complete(FIRST);
        seen.takenAs(tags(1), event("c"));

        assertThat(once(1, "b", FIRST).repeated()).isTrue();
        assertThatThrownBy(() -> once(1, "a", FIRST)).isInstanceOf(CompletionException.class);
    }

    private SeenEvents.Stored once(int number, String data, Optional<IngressPosition> position) {
        return write(number, data, CompletableFuture.completedFuture(position)).join();
    }

    private CompletableFuture<SeenEvents.Stored> write(
            int number, String data, CompletableFuture<Optional<IngressPosition>> kafka) {
        return seen.once(tags(number), event(data), () -> {
            writes++;
            return kafka;
        });
    }

    private static String id(int number) {
        return Base32.encode("e1_", ByteBuffer.allocate(16).putInt(12, number).array(), 16);
    }

    private static Tags tags(int number) {
        return new Tags(id(number), "s", Tags.EVENT_TYPE, "d", "p", "x", null, null, Instant.EPOCH, 1, new TreeMap<>());
    }

    private static ClientEvent event(String data) {
        return new ClientEvent("1", "s", "t", null, null, "text/plain", new TreeMap<>(), data.getBytes(UTF_8));
    }
}
