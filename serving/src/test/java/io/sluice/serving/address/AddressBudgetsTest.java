package io.sluice.serving.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AddressBudgetsTest {
    private static final Network A = Network.of("192.0.2.1");
    private static final Network B = Network.of("192.0.2.2");

    private long now = Long.MAX_VALUE - 5; // System.nanoTime may wrap
    private final AddressBudgets budgets = new AddressBudgets(10, 30, () -> now);

    @Test
    void grantsABurstAndThenASteadyRate() {
        assertThat(granted(A, 1)).isEqualTo(30);
        wind(Duration.ofMillis(99));
        assertThat(granted(A, 1)).isZero();
        wind(Duration.ofMillis(1));
        assertThat(granted(A, 1)).isEqualTo(1);
        wind(Duration.ofSeconds(1));
        assertThat(granted(A, 1)).isEqualTo(10);
        assertThat(granted(B, 1)).as("another address").isEqualTo(30);
        wind(Duration.ofHours(1));
        assertThat(granted(A, 1)).as("after an hour, no more than a burst").isEqualTo(30);
    }

    @Test
    void grantsAPartOfRateAndBurst() {
        assertThat(granted(A, 1)).isEqualTo(30);
        wind(Duration.ofSeconds(2));
        assertThat(granted(A, 10)).isEqualTo(2);
        wind(Duration.ofMinutes(1));
        assertThat(granted(A, 10)).isEqualTo(3);
        wind(Duration.ofMinutes(1));
        assertThat(granted(A, 1)).isEqualTo(30);
        assertThat(granted(A, 100)).isZero();
        wind(Duration.ofMinutes(1));
        assertThat(granted(A, 100)).as("however small the part, one").isEqualTo(1);
    }

    /** A take that waits for another one's lock has read no clock yet. */
    @Test
    void readsTheClockWithItsBucketsHeld() {
        AtomicReference<AddressBudgets> asked = new AtomicReference<>();
        AddressBudgets clocked = new AddressBudgets(10, 30, () -> {
            CompletableFuture<Void> other =
                    CompletableFuture.runAsync(() -> asked.get().giveBack(A));
            assertThatThrownBy(() -> other.get(50, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            return now;
        });
        asked.set(clocked);

        assertThat(clocked.take(A)).isTrue();
    }

    @Test
    void takesBackWhatWasForNothing() {
        assertThat(granted(A, 1)).isEqualTo(30);
        budgets.giveBack(A);
        budgets.giveBack(B);
        assertThat(granted(A, 1)).isEqualTo(1);
        assertThat(granted(B, 1)).as("no more than a burst").isEqualTo(30);
    }

    @Test
    void forgetsWhoAskedLeastLately() {
        assertThat(granted(A, 1)).isEqualTo(30);
        for (int i = 0; i < 16_384; i++) {
            budgets.take(new Network("n" + i));
        }
        assertThat(budgets.take(A)).isTrue();
    }

    private int granted(Network network, int part) {
        int granted = 0;
        while (granted < 1_000 && budgets.take(network, part)) {
            granted++;
        }
        return granted;
    }

    private void wind(Duration time) {
        now += time.toNanos();
    }
}
