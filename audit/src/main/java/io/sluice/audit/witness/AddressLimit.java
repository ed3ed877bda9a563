package io.sluice.audit.witness;

import io.sluice.audit.http.Network;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How often one address may ask: so many times at once, and then at a steady rate (a leaky bucket). Of an IPv6 address the
 * {@link Network} counts. Remembers the addresses that asked last; one that was forgotten begins anew. Thread-safe.
 */
final class AddressLimit {
    /** Requests a second, in the long run. A log asks about once a second. */
    static final int PER_SECOND = 10;
    /** Requests at once. */
    static final int BURST = 100;

    private static final int MAX_ADDRESSES = 16_384;

    private final long intervalNanos;
    private final long burstNanos;
    private final LongSupplier nanoTime;

    /** By network, the time at which all that it asked for would have been let in at the steady rate. */
    private final Map<Network, Long> fullAt = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Network, Long> eldest) {
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
        Network network = Network.of(address);
        Long known = fullAt.get(network);
        long full = (known == null || known - now < 0 ? now : known) + intervalNanos;
        if (full - now > burstNanos) {
            return false;
        }
        fullAt.put(network, full);
        return true;
    }
}
