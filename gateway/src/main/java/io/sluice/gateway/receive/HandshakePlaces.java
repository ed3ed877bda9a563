package io.sluice.gateway.receive;

import io.netty.channel.Channel;
import io.sluice.gateway.operate.ConnectionRefusal;
import io.sluice.gateway.operate.GatewayMetrics;
import io.sluice.serving.address.Network;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The TLS handshakes that are under way: so many, shared among addresses. One that takes long gives its place to another that
 * would find none. Thread-safe.
 */
final class HandshakePlaces {
    /**
     * After which a handshake gives its place away. A sound one has long been done, and an address cannot fill its part of the
     * places within it at the rate that it may begin them.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final GatewayMetrics metrics;
    private final FairShare shares;
    private final LongSupplier nanoTime;
    /** Those under way, the oldest first. Guarded by itself. */
    private final Set<Visit> visits = new LinkedHashSet<>();

    /** A handshake under way. */
    final class Visit {
        private final Channel channel;
        private final Network network;
        private final long since = nanoTime.getAsLong();

        private Visit(Channel channel, Network network) {
            this.channel = channel;
            this.network = network;
        }

        /** Whose it is. */
        Network network() {
            return network;
        }

        /** Gives the place back, once. */
        void end() {
            synchronized (visits) {
                if (visits.remove(this)) {
                    shares.release(network.prefix());
                }
            }
        }
    }

    /**
     * @param most at a time
     * @param nanoTime a monotonic clock
     */
    HandshakePlaces(int most, GatewayMetrics metrics, LongSupplier nanoTime) {
        this.metrics = metrics;
        this.shares = new FairShare(most);
        this.nanoTime = nanoTime;
    }

    /** How many are under way. */
    int used() {
        return shares.used();
    }

    /** A place, one that another held for too long where none is free; null where there is none. */
    @Nullable
    Visit take(Channel channel, Network network) {
        synchronized (visits) {
            FairShare.Verdict verdict = shares.take(network.prefix());
            while (verdict != FairShare.Verdict.TAKEN) {
                Visit late = late(verdict == FairShare.Verdict.FULL ? null : network);
                if (late == null) {
                    return null;
                }
                late.end();
                metrics.refused(ConnectionRefusal.HANDSHAKES);
                var ignored = late.channel.close(); // gone is what it should be
                verdict = shares.take(network.prefix());
            }
            Visit visit = new Visit(channel, network);
            visits.add(visit);
            return visit;
        }
    }

    /** The oldest handshake, of an address where one is given, if it takes too long. */
    private @Nullable Visit late(@Nullable Network network) {
        long now = nanoTime.getAsLong();
        for (Visit visit : visits) {
            if (now - visit.since <= PATIENCE.toNanos()) {
                return null;
            }
            if (network == null || network.equals(visit.network)) {
                return visit;
            }
        }
        return null;
    }
}
