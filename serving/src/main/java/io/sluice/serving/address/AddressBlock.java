package io.sluice.serving.address;

import io.netty.util.NetUtil;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A block of addresses of one family, in CIDR notation (RFC 4632, RFC 4291 section 2.3), or one address.
 *
 * @param base its first address
 * @param bits how many of the first bits all of its addresses share; at least one
 */
public record AddressBlock(InetAddress base, int bits) {
    /** Checks that the base has no bits beyond the prefix. */
    public AddressBlock {
        int most = width(base);
        if (bits < 1 || bits > most) {
            throw new IllegalArgumentException("a prefix of this family is 1 to " + most + " bits long, not " + bits);
        }
        if (number(base).getLowestSetBit() >= 0 && number(base).getLowestSetBit() < most - bits) {
            throw new IllegalArgumentException("has bits set beyond /" + bits + "; write "
                    + first(base, bits).getHostAddress() + "/" + bits);
        }
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code 2001:db8::/32} or one address.
     *
     * @throws IllegalArgumentException where it is none, saying what to write; it does not name the text
     */
    public static AddressBlock parse(String text) {
        int slash = text.indexOf('/');
        InetAddress base = address(slash < 0 ? text : text.substring(0, slash));
        if (slash < 0) {
            return new AddressBlock(base, width(base));
        }
        String length = text.substring(slash + 1);
        if (!length.matches("0|[1-9][0-9]{0,2}")) {
            throw new IllegalArgumentException("behind the slash stands how many bits are shared, like 10.0.0.0/8");
        }
        return new AddressBlock(base, Integer.parseInt(length));
    }

    /** Whether an address is in it. An IPv4 address in IPv6 is the IPv4 address to Java. */
    public boolean contains(InetAddress address) {
        int rest = width(base) - bits;
        return width(address) == width(base)
                && number(address).shiftRight(rest).equals(number(base).shiftRight(rest));
    }

    private static InetAddress address(String text) {
        InetAddress read = text.indexOf('%') >= 0 || text.indexOf('[') >= 0
                ? null
                : NetUtil.createInetAddressFromIpAddressString(text);
        if (read == null) {
            throw new IllegalArgumentException(
                    "is no IP address or block of them; write one like 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32");
        }
        if (read instanceof Inet4Address && !read.getHostAddress().equals(text)) {
            throw new IllegalArgumentException("is an IPv4 address in another form; write " + read.getHostAddress());
        }
        return read;
    }

    private static InetAddress first(InetAddress address, int bits) {
        int rest = width(address) - bits;
        byte[] number = number(address).shiftRight(rest).shiftLeft(rest).toByteArray();
        byte[] bytes = new byte[width(address) / Byte.SIZE];
        int copied = Math.min(bytes.length, number.length); // it may have a leading zero, or lack some
        System.arraycopy(number, number.length - copied, bytes, bytes.length - copied, copied);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of its own length", e);
        }
    }

    private static BigInteger number(InetAddress address) {
        return new BigInteger(1, address.getAddress());
    }

    private static int width(InetAddress address) {
        return address.getAddress().length * Byte.SIZE;
    }
}
