package io.sluice.audit.witness;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How often one address may ask: so many times at once, and then at a steady rate (a leaky bucket). Of an IPv6 address the
 * network counts, its first 64 bits, since whoever has one has all of its addresses. Remembers the addresses that asked last;
 * one that was forgotten begins anew. Thread-safe.
 */
final class AddressLimit {
    /** Requests a second, in the long run. A log asks about once a second. */
    static final int PER_SECOND = 10;
    /** Requests at once. */
    static final int BURST = 100;

    private static final int MAX_ADDRESSES = 16_384;
    private static final int NETWORK_BYTES = 8;

    private final long intervalNanos;
    private final long burstNanos;
    private final LongSupplier nanoTime;

    /** By network, the time at which all that it asked for would have been let in at the steady rate. */
    private final Map<BigInteger, Long> fullAt = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<BigInteger, Long> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    /** @param nanoTime a monotonic clock */
    AddressLimit(int perSecond, int burst, LongSupplier nanoTime) {
        this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.burstNanos = intervalNanos * burst;
        this.nanoTime = nanoTime;
    }

    /** Whether a request of that address may be answered; counts it where it may. @param address an IP address, no name */
    synchronized boolean allows(String address) {
        long now = nanoTime.getAsLong();
        BigInteger network = network(address);
        Long known = fullAt.get(network);
        long full = (known == null || known - now < 0 ? now : known) + intervalNanos;
        if (full - now > burstNanos) {
            return false;
        }
        fullAt.put(network, full);
        return true;
    }

    private static BigInteger network(String address) {
        try {
            byte[] bytes = InetAddress.getByName(address).getAddress(); // of a literal: nothing is looked up
            return new BigInteger(1, bytes.length > NETWORK_BYTES ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes)
                    .add(BigInteger.ONE.shiftLeft(bytes.length * Byte.SIZE)); // the two families apart
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("no IP address", e);
        }
    }
}
