package io.sluice.gateway.receive;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.gateway.operate.ConnectionRefusal;
import io.sluice.gateway.operate.GatewayMetrics;
import io.sluice.gateway.receive.FairShare.Verdict;
import io.sluice.serving.address.AddressBlock;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
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
        Doorway doorway = new Doorway(limits(4, 100), List.of(), new GatewayMetrics(), () -> nanos);
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
        Doorway doorway = new Doorway(limits(2, 1), List.of(), new GatewayMetrics(), () -> nanos);
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
    void callersBehindABalancerHaveBudgetsOfTheirOwn() {
        GatewayMetrics metrics = new GatewayMetrics();
        Doorway doorway =
                new Doorway(limits(64, 10), List.of(AddressBlock.parse("192.0.2.0/24")), metrics, () -> nanos);
        doorway.open(443);
        Channel flooder = passedOn(doorway, "203.0.113.1");
        for (int i = 0; i < 20; i++) {
            passedOn(doorway, "203.0.113.1").close();
        }
        assertThat(metrics.refusedCount(ConnectionRefusal.ADDRESS_RATE)).isEqualTo(11);
        assertThat(passedOn(doorway, "203.0.113.2").isOpen())
                .as("another's budget")
                .isTrue();
        assertThat(passedOn(doorway, "2001:db8::1").isOpen()).isTrue();

        doorway.flooded(flooder);
        wind(Duration.ofSeconds(1));
        assertThat(passedOn(doorway, "203.0.113.1").isOpen()).isTrue();
        assertThat(passedOn(doorway, "203.0.113.1").isOpen())
                .as("a tenth after a flood")
                .isFalse();
        assertThat(passedOn(doorway, "203.0.113.2").isOpen()).isTrue();
        assertThat(passedOn(doorway, "203.0.113.2").isOpen()).isTrue();
    }

    @Test
    void believesNobodyButABalancer() {
        GatewayMetrics metrics = new GatewayMetrics();
        Doorway doorway = new Doorway(limits(64, 1), List.of(AddressBlock.parse("192.0.2.7")), metrics, () -> nanos);
        doorway.open(443);
        for (String own : List.of("192.0.2.8", "::ffff:192.0.2.8")) {
            EmbeddedChannel stranger = visitor(own);
            assertThat(doorway.enter(stranger, 443)).isTrue();
            stranger.writeInbound(header("203.0.113.9"));
            ByteBuf passed = stranger.readInbound();
            assertThat(passed.toString(US_ASCII)).as("TLS has to refuse it").startsWith("PROXY");
            passed.release();
            stranger.close();
        }
        assertThat(doorway.enter(visitor("192.0.2.8"), 443)).isFalse();
        assertThat(metrics.refusedCount(ConnectionRefusal.ADDRESS_RATE))
                .as("the socket's address has two")
                .isEqualTo(1);
    }

    @Test
    void boundsThoseThatHaveNotNamedTheirCaller() {
        GatewayMetrics metrics = new GatewayMetrics();
        Doorway doorway = new Doorway(limits(64, 10), List.of(AddressBlock.parse("192.0.2.7")), metrics, () -> nanos);
        doorway.open(443);
        EmbeddedChannel first = visitor("192.0.2.7");
        assertThat(doorway.enter(first, 443)).isTrue();
        for (int i = 2; i < Doorway.MAX_UNNAMED; i++) {
            assertThat(doorway.enter(visitor("192.0.2.7"), 443)).isTrue();
        }
        EmbeddedChannel last = visitor("192.0.2.7");
        assertThat(doorway.enter(last, 443)).isTrue();
        assertThat(doorway.enter(visitor("192.0.2.7"), 443)).isFalse();
        assertThat(metrics.refusedCount(ConnectionRefusal.PROXY_WAITING)).isEqualTo(1);
        assertThat(metrics.scrape()).contains("sluice_gateway_handshakes 0.0");

        first.writeInbound(header("203.0.113.1"));
        assertThat(metrics.scrape()).contains("sluice_gateway_handshakes 1.0");
        assertThat(doorway.enter(visitor("192.0.2.7"), 443)).isTrue();
        assertThat(doorway.enter(visitor("192.0.2.7"), 443)).isFalse();
        last.close();
        assertThat(doorway.enter(visitor("192.0.2.7"), 443)).isTrue();
    }

    /** A connection of the balancer 192.0.2.7 that names its caller. */
    private static Channel passedOn(Doorway doorway, String caller) {
        EmbeddedChannel channel = visitor("192.0.2.7");
        assertThat(doorway.enter(channel, 443)).isTrue();
        channel.writeInbound(header(caller));
        return channel;
    }

    private static ByteBuf header(String caller) {
        String family = caller.contains(":") ? "TCP6" : "TCP4";
        String line = "PROXY " + family + " " + caller + " " + caller + " 50000 443\r\n";
        return Unpooled.copiedBuffer(line, US_ASCII);
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

    private static EmbeddedChannel visitor(String address) {
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
