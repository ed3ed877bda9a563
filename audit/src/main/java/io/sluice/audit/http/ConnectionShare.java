package io.sluice.audit.http;

import io.sluice.serving.address.Network;
import java.util.HashMap;
import java.util.Map;

/** So many connections at one time, and so many of one {@link Network}. Thread-safe. */
public final class ConnectionShare {
    private final int most;
    private final int mostOfNetwork;
    private final Map<Network, Integer> open = new HashMap<>();
    private int all;

    /**
     * @param most at one time
     * @param mostOfNetwork of them of one network
     */
    public ConnectionShare(int most, int mostOfNetwork) {
        if (most < 1 || mostOfNetwork < 1) {
            throw new IllegalArgumentException("a share of connections is at least one");
        }
        this.most = most;
        this.mostOfNetwork = mostOfNetwork;
    }

    /** Counts one more, where there may be one. */
    synchronized boolean enter(Network network) {
        int ofNetwork = open.getOrDefault(network, 0);
        if (all >= most || ofNetwork >= mostOfNetwork) {
            return false;
        }
        all++;
        open.put(network, ofNetwork + 1);
        return true;
    }

    /** One that was counted is gone. */
    synchronized void leave(Network network) {
        all--;
        open.computeIfPresent(network, (same, count) -> count == 1 ? null : count - 1);
    }
}
