package io.sluice.audit.http;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Whose address it is: itself, and of an IPv6 address the network, its first 64 bits, since whoever has one has all of its
 * addresses.
 *
 * @param number tells networks apart
 */
public record Network(BigInteger number) {
    private static final int NETWORK_BYTES = 8;

    /** @param address an IP address, no name */
    public static Network of(String address) {
        try {
            byte[] bytes = InetAddress.getByName(address).getAddress(); // of a literal: nothing is looked up
            return new Network(
                    new BigInteger(1, bytes.length > NETWORK_BYTES ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes)
                            .add(BigInteger.ONE.shiftLeft(bytes.length * Byte.SIZE))); // the two families apart
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("no IP address", e);
        }
    }
}
