package io.sluice.gateway;

import io.sluice.gateway.operate.GatewayMetrics;
import io.sluice.gateway.outcome.EntryTail;
import io.sluice.gateway.outcome.KnownEvents;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;

/** What became of events, as it is learned from {@code audit.entries}, where there are any. Thread-safe. */
final class Fates implements AutoCloseable {
    private final KnownEvents known;
    private final @Nullable EntryTail tail;

    /** @param entries clients that read them; null where nothing is learned @param remembered events at most */
    Fates(@Nullable Supplier<Consumer<byte[], byte[]>> entries, String topic, int remembered, GatewayMetrics metrics) {
        this.known = new KnownEvents(remembered);
        this.tail = entries == null ? null : new EntryTail(entries, topic, remembered, known);
        metrics.gauge("outcomes.known", "Events of which it is known what became of them", known::size);
        metrics.gauge("outcomes.read", "1 while audit.entries is read, else 0", () -> unread().isEmpty() ? 1 : 0);
    }

    KnownEvents known() {
        return known;
    }

    /** Why it is not learned what becomes of events; empty where it is. */
    Optional<String> unread() {
        return tail == null ? Optional.empty() : tail.finding();
    }

    @Override
    public void close() {
        if (tail != null) {
            tail.close();
        }
    }
}
