package io.sluice.gateway.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.gateway.operate.GatewayMetrics;
import io.sluice.gateway.receive.FairShare.Verdict;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
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

    @Test
    void givesAPlaceThatIsHeldForLongToWhoHasNone() {
        Doorway doorway = new Doorway(limits(4, 100), new GatewayMetrics(), () -> nanos);
        doorway.open(443);
        Channel silent = visitor("10.0.0.1");
        assertThat(doorway.enter(silent, 443)).isTrue();
        wind(Duration.ofSeconds(1));
        Channel second = visitor("10.0.0.1");
        assertThat(doorway.enter(second, 443)).isTrue();
        assertThat(doorway.enter(visitor("10.0.0.1"), 443))
                .as("an address has half")
                .isFalse();

        wind(Duration.ofMillis(1_001));
        assertThat(doorway.enter(visitor("10.0.0.1"), 443))
                .as("its oldest goes")
                .isTrue();
        assertThat(silent.isOpen()).isFalse();
        assertThat(second.isOpen()).isTrue();
        assertThat(doorway.enter(visitor("10.0.0.1"), 443))
                .as("its next is young")
                .isFalse();

        assertThat(doorway.enter(visitor("10.0.0.2"), 443)).isTrue();
        assertThat(doorway.enter(visitor("10.0.0.3"), 443)).isTrue();
        assertThat(doorway.enter(visitor("10.0.0.4"), 443)).as("all are taken").isFalse();
        wind(Duration.ofMillis(1_001));
        assertThat(doorway.enter(visitor("10.0.0.4"), 443))
                .as("the oldest of all goes")
                .isTrue();
        assertThat(second.isOpen()).isFalse();
    }

    @Test
    void aConnectionThatFoundNoPlaceDoesNotCostItsAddressAToken() {
        Doorway doorway = new Doorway(limits(2, 1), new GatewayMetrics(), () -> nanos);
        doorway.open(443);
        Channel first = visitor("10.0.0.1");
        assertThat(doorway.enter(first, 443)).isTrue();
        for (int i = 0; i < 10; i++) {
            assertThat(doorway.enter(visitor("10.0.0.1"), 443)).isFalse();
        }
        first.close();

        assertThat(doorway.enter(visitor("10.0.0.1"), 443))
                .as("the second of two tokens")
                .isTrue();
    }

    @Test
    void aTimeThatIsNoneIsRefused() {
        assertThatThrownBy(() -> limits(2, 1, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("receive limits: times must be positive");
    }

    private static ReceiveLimits limits(int handshakes, int perSecond) {
        return limits(handshakes, perSecond, Duration.ofSeconds(10));
    }

    /** Of two connections. */
    private static ReceiveLimits limits(int handshakes, int perSecond, Duration calm) {
        ReceiveLimits base = ReceiveLimits.DEFAULT;
        return new ReceiveLimits(
                base.maxBodyBytes(),
                base.maxDiscardBytes(),
                base.maxHeaderBytes(),
                base.maxLineBytes(),
                2,
                handshakes,
                perSecond,
                calm,
                base.maxStreams(),
                base.minBodyBytesPerSecond(),
                base.handshake(),
                base.head(),
                base.body(),
                base.answer(),
                base.connectionLife(),
                base.drain());
    }

    private static Channel visitor(String address) {
        return new EmbeddedChannel() {
            @Override
            protected SocketAddress remoteAddress0() {
                return new InetSocketAddress(address, 50_000);
            }
        };
    }

    private static int taken(FairShare places, String holder, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += places.take(holder) == Verdict.TAKEN ? 1 : 0;
        }
        return taken;
    }

    private void wind(Duration time) {
        nanos += time.toNanos();
    }
}
