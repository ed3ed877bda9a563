package io.sluice.audit.access;

import io.sluice.core.audit.AuditEntry;
import java.util.concurrent.CompletableFuture;

/** Where the entries of readings go: {@code audit.entries}. Thread-safe. */
public interface EntrySink extends AutoCloseable {
    /**
     * Sends an entry, after those that were sent before; blocks for a bounded time. Each is sent once: one that is on its way,
     * or that failed, may have been written, and a log that has an id twice is never complete again.
     *
     * @return ends when the entry is durable, however long that takes; fails where it is not known to be
     */
    CompletableFuture<?> send(AuditEntry entry);

    @Override
    void close();
}
