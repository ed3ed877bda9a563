package io.sluice.protection.transform;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * {@code generalise.ip-prefix}: an IP address with all but its leading bits set to zero. Takes literals only; a host name
 * fails the view and is never looked up.
 */
final class IpPrefix extends Transform.OfText {
    private static final int MAX_CHARS = 45;

    private final int bits4;
    private final int bits6;

    IpPrefix(int bits4, int bits6) {
        this.bits4 = bits4;
        this.bits6 = bits6;
    }

    @Override
    Outcome write(String text, Field field, ViewWriter out) {
        return string(prefix(text.strip()), out);
    }

    @Nullable
    String prefix(String text) {
        byte[] address = text.indexOf(':') >= 0 ? parse6(text) : parse4(text);
        if (address == null) {
            return null;
        }
        int bits = address.length == 4 ? bits4 : bits6;
        for (int bit = bits; bit < address.length * 8; bit++) {
            address[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        return address.length == 4 ? text4(address) : text6(address);
    }

    private static byte @Nullable [] parse4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return null;
        }
        byte[] address = new byte[4];
        for (int i = 0; i < 4; i++) {
            if (parts[i].isEmpty() || parts[i].length() > 3 || !parts[i].chars().allMatch(c -> c >= '0' && c <= '9')) {
                return null;
            }
            int octet = Integer.parseInt(parts[i]);
            if (octet > 255) {
                return null;
            }
            address[i] = (byte) octet;
        }
        return address;
    }

    private static byte @Nullable [] parse6(String text) {
        boolean literal = text.length() <= MAX_CHARS
                && text.chars()
                        .allMatch(c -> c >= '0' && c <= '9'
                                || c >= 'a' && c <= 'f'
                                || c >= 'A' && c <= 'F'
                                || c == ':'
                                || c == '.');
        if (!literal) {
            return null;
        }
        try {
            // A text of these characters with a colon is never a host name: nothing is looked up.
            byte[] address = InetAddress.getByName(text).getAddress();
            if (address.length == 16) {
                return address;
            }
            byte[] mapped = new byte[16]; // ::ffff:a.b.c.d, which Java turns into IPv4
            mapped[10] = (byte) 0xff;
            mapped[11] = (byte) 0xff;
            System.arraycopy(address, 0, mapped, 12, 4);
            return mapped;
        } catch (UnknownHostException e) {
            return null; // not an address: the caller fails the view
        }
    }

    private static String text4(byte[] address) {
        return (address[0] & 0xff) + "." + (address[1] & 0xff) + "." + (address[2] & 0xff) + "." + (address[3] & 0xff);
    }

    /** RFC 5952 for what a prefix leaves: its groups, then {@code ::}. */
    private static String text6(byte[] address) {
        int last = 16;
        while (last > 0 && address[last - 1] == 0 && address[last - 2] == 0) {
            last -= 2;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < last; i += 2) {
            text.append(i == 0 ? "" : ":");
            text.append(Integer.toHexString((address[i] & 0xff) << 8 | address[i + 1] & 0xff));
        }
        return last == 16 ? text.toString() : text.append("::").toString();
    }
}
