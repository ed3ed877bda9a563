package io.sluice.serving.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class NetworkTest {
    @Test
    void takesTheNetworkOfAnIpv6AddressForOne() throws Exception {
        Network here = Network.of("2001:db8:1:2::7");

        assertThat(Network.of("2001:db8:1:2:ffff::1")).isEqualTo(here);
        assertThat(Network.of("2001:db8:1:2::7%eth0"))
                .as("a zone is no part of it")
                .isEqualTo(here);
        assertThat(Network.of("2001:db8:1:3::7")).isNotEqualTo(here);
        assertThat(Network.of("10.0.0.1")).isNotEqualTo(Network.of("10.0.0.2"));
        assertThat(Network.of(InetAddress.getByAddress(new byte[] {10, 0, 0, 1})))
                .isEqualTo(Network.of("10.0.0.1"));
        assertThat(Network.of("0a00:1::")).as("families are apart").isNotEqualTo(Network.of("10.0.0.1"));
        assertThat(Network.of("::1").prefix()).isEqualTo("0000000000000000");
    }

    @Test
    void takesAnIpv4AddressInIpv6ForTheIpv4Address() {
        assertThat(Network.of("::ffff:10.0.0.1")).isEqualTo(Network.of("10.0.0.1"));
        assertThat(Network.of("0:0:0:0:0:ffff:a00:1")).isEqualTo(Network.of("10.0.0.1"));
    }

    @Test
    void looksNothingUp() {
        assertThatThrownBy(() -> Network.of("localhost")).isInstanceOf(IllegalArgumentException.class);
    }
}
