package io.sluice.gateway.receive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.gateway.operate.ConnectionRefusal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers as in HAProxy's proxy-protocol.txt, sections 2.1 and 2.2. */
class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String FOUR = "cb007109" + "0a000001" + "c350" + "20fb"; // 203.0.113.9:50000 to 10.0.0.1:8443
    private static final String BALANCER = "192.0.2.7";

    private final List<String> callers = new ArrayList<>();
    private final List<ConnectionRefusal> refusals = new ArrayList<>();
    private boolean mayStay = true;
    private final EmbeddedChannel channel = new EmbeddedChannel();

    ProxyHeaderTest() throws UnknownHostException {
        ProxyHeader.await(
                channel,
                InetAddress.getByName(BALANCER),
                caller -> {
                    callers.add(caller.getHostAddress());
                    return mayStay;
                },
                refusals::add);
    }

    @AfterEach
    void leaksNothing() {
        channel.finishAndReleaseAll();
    }

    @Test
    void readsALineAndLeavesTheRest() {
        send("PROXY TCP4 203.0.113.9 10.0.0.1 50000 8443\r\nhello");
        assertLetIn("203.0.113.9", "hello");
        send(" you");
        assertThat(read()).isEqualTo(" you");
        later(60_000);
        assertThat(channel.isOpen()).as("the limit is the header's").isTrue();
    }

    @Test
    void readsTheBinaryFormAndLeavesTheRest() {
        send(binary("21", "11", FOUR) + "hello");
        assertLetIn("203.0.113.9", "hello");
    }

    @Test
    void readsIpv6() {
        send(binary("21", "21", "20010db8000000000000000000000009" + "0".repeat(32) + "c35020fb") + "hello");
        assertLetIn("2001:db8:0:0:0:0:0:9", "hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY TCP6 ::ffff:203.0.113.9 ::1 50000 8443\r\n", "mapped"})
    void readsAnIpv4AddressInIpv6AsTheIpv4Address(String header) {
        String mapped = "00000000000000000000ffffcb007109";
        send(header.equals("mapped") ? binary("21", "21", mapped + mapped + "c35020fb") : header);
        assertLetIn("203.0.113.9", "");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsAHeaderThatComesByteByByte(boolean binary) {
        String header = binary ? binary("21", "11", FOUR) : "PROXY TCP4 203.0.113.9 10.0.0.1 50000 8443\r\n";
        for (char one : header.toCharArray()) {
            assertThat(callers).isEmpty();
            send(String.valueOf(one));
        }
        send("hello");
        assertLetIn("203.0.113.9", "hello");
    }

    @Test
    void passesOverWhatIsBesideTheAddresses() {
        send(binary("21", "11", FOUR + "04" + "04c9" + "00".repeat(1_225)) + "hello");
        assertLetIn("203.0.113.9", "hello");
    }

    @Test
    void takesAHealthCheckForTheBalancers() {
        send(binary("20", "00", "") + "hello");
        assertLetIn(BALANCER, "hello");
    }

    @Test
    void believesNoAddressOfALocalOne() {
        send(binary("20", "11", FOUR) + "hello");
        assertLetIn(BALANCER, "hello");
    }

    @Test
    void takesAnUnknownCallerForTheBalancer() {
        send("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\nhello");
        assertLetIn(BALANCER, "hello");
    }

    @Test
    void takesAnUnspecifiedCallerForTheBalancer() {
        send(binary("21", "00", "") + "hello");
        assertLetIn(BALANCER, "hello");
    }

    @Test
    void refusesWhatIsNotTcpOverIp() {
        send(binary("21", "31", "2f746d702f61" + "00".repeat(210)));
        assertRefused(ConnectionRefusal.PROXY_HEADER);
    }

    @Test
    void refusesDatagrams() {
        send(binary("21", "12", FOUR));
        assertRefused(ConnectionRefusal.PROXY_HEADER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "proxy TCP4 203.0.113.9 10.0.0.1 50000 8443\r\n",
                "PROXY TCP4 203.0.113.9 10.0.0.1 50000\r\n",
                "PROXY TCP4 caller.example 10.0.0.1 50000 8443\r\n",
                "PROXY TCP4 2001:db8::9 2001:db8::1 50000 8443\r\n",
                "PROXY TCP4 203.0.113.9 10.0.0.1 70000 8443\r\n",
                "PROXY UNIX /tmp/a /tmp/b 0 0\r\n",
                "PROXY TCP4 203.0.113.256 10.0.0.1 50000 8443\r\n"
            })
    void refusesWhatIsNoHeader(String bytes) {
        send(bytes + "hello");
        assertRefused(ConnectionRefusal.PROXY_HEADER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "11" + "11" + "000c" + FOUR, // version 1 in binary
                "22" + "11" + "000c" + FOUR, // no such command
                "21" + "41" + "000c" + FOUR, // no such family
                "21" + "11" + "0004" + "cb007109", // half of the addresses
                "21" + "11" + "0010" + FOUR + "04" + "00ff" + "00" // longer inside than outside
            })
    void refusesABinaryOneThatIsWrong(String rest) {
        send(bytes(SIGNATURE + rest) + "hello");
        assertRefused(ConnectionRefusal.PROXY_HEADER);
    }

    @Test
    void refusesAHandshakeWithoutAHeader() {
        send(bytes("16030100f8010000f40303" + "11".repeat(242)));
        assertRefused(ConnectionRefusal.PROXY_HEADER);
    }

    @Test
    void refusesALineThatDoesNotEnd() {
        send("PROXY UNKNOWN " + "x".repeat(94));
        assertThat(channel.isOpen()).isTrue();
        send("x");
        assertRefused(ConnectionRefusal.PROXY_HEADER);
    }

    @Test
    void refusesABinaryOneThatIsTooLong() {
        send(binary("21", "11", FOUR + "04" + "04ca" + "00".repeat(1_226)));
        assertRefused(ConnectionRefusal.PROXY_HEADER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PROXY TCP4 203"})
    void waitsTwoSecondsAndNoByteMakesItLonger(String begun) {
        send(begun);
        later(1_900);
        assertThat(channel.isOpen()).isTrue();
        send(begun.isEmpty() ? begun : ".");
        later(101);
        assertRefused(ConnectionRefusal.PROXY_LATE);
    }

    @Test
    void doesNotCountWhoLeaves() {
        send("PROXY");
        channel.close();
        later(60_000);
        assertThat(refusals).isEmpty();
        assertThat(callers).isEmpty();
    }

    @Test
    void readsNothingOfWhoMayNotStay() {
        mayStay = false;
        send("PROXY TCP4 203.0.113.9 10.0.0.1 50000 8443\r\nhello");
        assertThat(channel.isOpen()).isFalse();
        assertThat(read()).isEmpty();
        assertThat(refusals).as("counted by who refused it").isEmpty();
    }

    private void assertLetIn(String caller, String rest) {
        assertThat(refusals).isEmpty();
        assertThat(callers).containsExactly(caller);
        assertThat(read()).isEqualTo(rest);
        assertThat(channel.isOpen()).isTrue();
        assertThat(channel.pipeline().names()).as("nothing stays behind").hasSize(1);
    }

    private void assertRefused(ConnectionRefusal why) {
        assertThat(refusals).containsExactly(why);
        assertThat(callers).isEmpty();
        assertThat(channel.isOpen()).isFalse();
        assertThat(read()).as("nothing goes on").isEmpty();
    }

    /** Each character is a byte. */
    private void send(String bytes) {
        if (!bytes.isEmpty()) {
            channel.writeInbound(Unpooled.wrappedBuffer(bytes.getBytes(ISO_8859_1)));
        }
    }

    private String read() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf buffer = channel.readInbound(); buffer != null; buffer = channel.readInbound()) {
            text.append(buffer.toString(ISO_8859_1));
            buffer.release();
        }
        return text.toString();
    }

    private void later(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    private static String binary(String versionAndCommand, String family, String rest) {
        return bytes(SIGNATURE
                + versionAndCommand
                + family
                + HexFormat.of().toHexDigits((short) (rest.length() / 2))
                + rest);
    }

    private static String bytes(String hex) {
        return new String(HexFormat.of().parseHex(hex), ISO_8859_1);
    }
}
