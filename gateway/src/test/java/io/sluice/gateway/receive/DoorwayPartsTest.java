package io.sluice.gateway.receive;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.receive.FairShare.Verdict;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the doorway counts with, by a clock that the test moves. */
class DoorwayPartsTest {
    private long nanos = 1_000_000_000L;

    @Test
    void leavesAsManyPlacesAsOneHas() {
        FairShare places = new FairShare(6);

        assertThat(taken(places, "a", 10)).as("one alone has half").isEqualTo(3);
        assertThat(taken(places, "b", 10)).as("the next one half of the rest").isEqualTo(2);
        assertThat(places.take("a")).isEqualTo(Verdict.SHARE_TAKEN);
        assertThat(places.take("c")).isEqualTo(Verdict.TAKEN);
        assertThat(places.take("d")).isEqualTo(Verdict.FULL);
        places.release("a");
        assertThat(places.take("d")).isEqualTo(Verdict.TAKEN);
        assertThat(places.used()).isEqualTo(6);
    }

    @Test
    void grantsAnAddressItsBurstAndThenItsRate() {
        AddressBudgets budgets = new AddressBudgets(10, 30, () -> nanos);

        assertThat(granted(budgets, "a", false)).isEqualTo(30);
        wind(Duration.ofSeconds(1));
        assertThat(granted(budgets, "a", false)).isEqualTo(10);
        assertThat(granted(budgets, "b", false)).as("another address").isEqualTo(30);
        wind(Duration.ofSeconds(2));
        assertThat(granted(budgets, "a", true)).as("a tenth after a flood").isEqualTo(2);
        wind(Duration.ofMinutes(1));
        assertThat(granted(budgets, "a", true)).isEqualTo(3);
        wind(Duration.ofMinutes(1));
        assertThat(granted(budgets, "a", false)).isEqualTo(30);
    }

    @Test
    void takesTheNetworkOfAnIpv6AddressForOne() throws Exception {
        String here = AddressBudgets.key(InetAddress.getByName("2001:db8:1:2::7"));

        assertThat(AddressBudgets.key(InetAddress.getByName("2001:db8:1:2:ffff::1")))
                .isEqualTo(here);
        assertThat(AddressBudgets.key(InetAddress.getByName("2001:db8:1:3::7"))).isNotEqualTo(here);
        assertThat(AddressBudgets.key(InetAddress.getByName("10.0.0.1")))
                .isNotEqualTo(AddressBudgets.key(InetAddress.getByName("10.0.0.2")));
    }

    @Test
    void forgetsAVerdictWhenItsTimeIsOver() {
        FloodVerdicts verdicts = new FloodVerdicts(Duration.ofSeconds(10), () -> nanos);
        assertThat(verdicts.any()).isFalse();

        verdicts.give("a");
        wind(Duration.ofSeconds(6));
        verdicts.give("b");
        assertThat(verdicts.stands("a")).isTrue();
        wind(Duration.ofSeconds(5));
        assertThat(verdicts.stands("a")).isFalse();
        assertThat(verdicts.stands("b")).isTrue();
        wind(Duration.ofSeconds(5));
        assertThat(verdicts.stands("b")).isFalse();
        assertThat(verdicts.any()).as("nothing is kept").isFalse();
    }

    @Test
    void forgetsTheOldestWhereThereAreTooMany() {
        FloodVerdicts verdicts = new FloodVerdicts(Duration.ofSeconds(10), () -> nanos);
        for (int i = 0; i <= 10_000; i++) {
            verdicts.give("n" + i);
        }

        assertThat(verdicts.stands("n0")).isFalse();
        assertThat(verdicts.stands("n1")).isTrue();
    }

    private static int taken(FairShare places, String holder, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += places.take(holder) == Verdict.TAKEN ? 1 : 0;
        }
        return taken;
    }

    private static int granted(AddressBudgets budgets, String address, boolean flooded) {
        int granted = 0;
        while (granted < 1_000 && budgets.take(address, flooded)) {
            granted++;
        }
        return granted;
    }

    private void wind(Duration time) {
        nanos += time.toNanos();
    }
}
