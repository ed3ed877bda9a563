package io.sluice.serving.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressBlockTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.1.2, 11.0.0.0",
        "192.0.2.7, 192.0.2.7, 192.0.2.8",
        "192.0.2.128/25, 192.0.2.255, 192.0.2.127",
        "172.16.0.0/12, 172.31.255.255, 172.32.0.0",
        "2001:db8::/32, 2001:db8:ffff::1, 2001:db9::1",
        "fd00::/8, fdff::1, fe00::1",
        "::1, ::1, ::2",
        "10.0.0.0/8, ::ffff:10.1.2.3, 0a00::1",
        "0a00::/8, 0a01::1, 10.1.2.3",
        "::/8, ::1, 0.0.0.1",
        "0.0.0.0/8, 0.0.0.1, ::1"
    })
    void aBlockHoldsWhatSharesItsFirstBits(String block, String in, String out) throws Exception {
        AddressBlock read = AddressBlock.parse(block);
        assertThat(read.contains(InetAddress.getByName(in))).isTrue();
        assertThat(read.contains(InetAddress.getByName(out))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.7/8|has bits set beyond /8; write 10.0.0.0/8",
                "2001:db8::1/32|has bits set beyond /32; write 2001:db8:0:0:0:0:0:0/32",
                "200.0.0.1/1|has bits set beyond /1; write 128.0.0.0/1",
                "10.0.0.0/33|a prefix of this family is 1 to 32 bits long, not 33",
                "0.0.0.0/0|a prefix of this family is 1 to 32 bits long, not 0",
                "::/129|a prefix of this family is 1 to 128 bits long, not 129",
                "10.0.0.0/|behind the slash stands how many bits are shared, like 10.0.0.0/8",
                "10.0.0.0/08|behind the slash stands how many bits are shared, like 10.0.0.0/8",
                "10.0.0.0/255.0.0.0|behind the slash stands how many bits are shared, like 10.0.0.0/8",
                "balancer|is no IP address or block of them; write one like 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32",
                "10.0.0|is no IP address or block of them; write one like 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32",
                "fe80::1%eth0|is no IP address or block of them; write one like 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32",
                "010.0.0.1|is an IPv4 address in another form; write 10.0.0.1",
                "::ffff:10.0.0.0/104|is an IPv4 address in another form; write 10.0.0.0"
            })
    void saysWhatToWriteInsteadOfABadBlock(String block, String fault) {
        assertThatThrownBy(() -> AddressBlock.parse(block))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(fault);
    }
}
