package io.sluice.policies.evaluate;

import java.time.Duration;
import java.util.List;

/**
 * Where a room reads {@code policy.bundles} from; the adapter to Kafka stands in the room. One thread at a time.
 */
public interface PolicyFeed extends AutoCloseable {
    /** The records since the last call, in the topic's order; waits for some up to the timeout. */
    List<PolicyRecord> poll(Duration timeout);

    /** Whether every record that stood in the topic when this was called has been handed out by {@link #poll}. */
    boolean atEnd();

    @Override
    void close();
}
