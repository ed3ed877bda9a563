package io.sluice.serving.address;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Whose address it is: itself, and of an IPv6 address the network, its first 64 bits, since whoever has one has all of its
 * addresses. An IPv4 address in IPv6 (RFC 4291 section 2.5.5.2) is the IPv4 address.
 *
 * @param prefix in hexadecimal, 4 bytes of IPv4 and 8 of IPv6
 */
public record Network(String prefix) {
    private static final int IPV6_BYTES = 8;

    /** The network of an address. */
    public static Network of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return new Network(
                HexFormat.of().formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, IPV6_BYTES) : bytes));
    }

    /** @param address an IP address, with its zone where it has one; nothing is looked up */
    public static Network of(String address) {
        int zone = address.indexOf('%');
        InetAddress literal =
                NetUtil.createInetAddressFromIpAddressString(zone < 0 ? address : address.substring(0, zone));
        if (literal == null) {
            throw new IllegalArgumentException("no IP address");
        }
        return of(literal);
    }
}
