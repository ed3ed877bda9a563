package io.sluice.protection.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReachTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private final FakeKms kms = new FakeKms();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // the clock may wrap around
    private final Queue<Runnable> background = new ArrayDeque<>();
    private final Reach reach = new Reach(() -> kms.has("keyring"), LIMIT, nanos::get, background::add);

    @Test
    void asksInTheBackgroundOnlyWhenTheAnswerIsAWhileOld() {
        after(Duration.ofMinutes(1));
        assertThat(reach.lately()).isTrue();
        assertThat(background).isEmpty();

        after(Duration.ofSeconds(1));
        assertThat(reach.lately()).isTrue();
        assertThat(reach.lately()).isTrue();
        assertThat(background).hasSize(1);
        assertThat(kms.calls()).isZero();
        background.remove().run();
        assertThat(kms.calls()).isEqualTo(1);
        assertThat(reach.unheard()).isZero();
    }

    @Test
    void worksOnThroughAnOutageUpToTheLimitThenSaysNoAndRecovers() {
        kms.switchOff(true);
        after(LIMIT);
        assertThat(reach.now()).isTrue();
        after(Duration.ofSeconds(1));
        assertThat(reach.lately()).isFalse();
        assertThat(reach.now()).isFalse();

        kms.switchOff(false);
        after(Duration.ofSeconds(1));
        assertThat(reach.lately()).as("it has not heard yet").isFalse();
        assertThat(reach.now()).isTrue();
        assertThat(reach.lately()).isTrue();
    }

    @Test
    void whoNeverBlocksRecoversToo() {
        kms.switchOff(true);
        after(LIMIT.plusSeconds(1));
        assertThat(reach.lately()).isFalse();
        background.remove().run();
        kms.switchOff(false);
        after(Duration.ofSeconds(1));
        assertThat(reach.lately()).isFalse();
        background.remove().run();
        assertThat(reach.lately()).isTrue();
    }

    @Test
    void asksAServiceThatFailsOnceASecondAtMost() {
        kms.switchOff(true);
        after(LIMIT.plusSeconds(1));
        for (int i = 0; i < 1_000; i++) {
            after(Duration.ofMillis(10));
            assertThat(reach.now()).isFalse();
            background.forEach(Runnable::run);
            background.clear();
        }
        assertThat(kms.calls()).isBetween(9, 11);
    }

    @Test
    void anIdleRoomAsksBeforeItSaysNo() {
        after(Duration.ofHours(5));
        assertThat(reach.now()).isTrue();
    }

    private void after(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
