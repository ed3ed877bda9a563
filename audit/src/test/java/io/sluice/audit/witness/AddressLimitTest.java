package io.sluice.audit.witness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AddressLimitTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // System.nanoTime may wrap
    private final AddressLimit limit = new AddressLimit(10, 3, now::get);

    @Test
    void letsABurstInThenASteadyRate() {
        for (int i = 0; i < 3; i++) {
            assertThat(limit.allows("192.0.2.1")).isTrue();
        }
        assertThat(limit.allows("192.0.2.1")).isFalse();
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(99));
        assertThat(limit.allows("192.0.2.1")).isFalse();
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
        assertThat(limit.allows("192.0.2.1")).isTrue();
        assertThat(limit.allows("192.0.2.1")).isFalse();
        now.addAndGet(TimeUnit.HOURS.toNanos(1));
        for (int i = 0; i < 3; i++) {
            assertThat(limit.allows("192.0.2.1"))
                    .as("after an hour, no more than a burst")
                    .isTrue();
        }
        assertThat(limit.allows("192.0.2.1")).isFalse();
    }

    @Test
    void oneAddressTakesNothingFromAnother() {
        for (int i = 0; i < 4; i++) {
            limit.allows("192.0.2.1");
        }
        assertThat(limit.allows("192.0.2.2")).isTrue();
    }

    @Test
    void anIpv6NetworkIsOne() {
        assertThat(limit.allows("2001:db8:1:2::1")).isTrue();
        assertThat(limit.allows("2001:db8:1:2:ffff::2")).isTrue();
        assertThat(limit.allows("2001:db8:1:2::3")).isTrue();
        assertThat(limit.allows("2001:db8:1:2::4")).isFalse();
        assertThat(limit.allows("2001:db8:1:3::1")).isTrue();
    }
}
