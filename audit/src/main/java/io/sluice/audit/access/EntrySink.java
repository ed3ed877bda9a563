package io.sluice.audit.access;

import io.sluice.core.audit.AuditEntry;
import java.util.List;

/** Where the entries of readings go: {@code audit.entries}. Thread-safe. */
public interface EntrySink extends AutoCloseable {
    /**
     * Writes entries and returns when they are durable. Blocks, for a bounded time.
     *
     * @throws EntryNotDurableException where they are not known to be; they may have been written all the same
     */
    void write(List<AuditEntry> entries) throws EntryNotDurableException;

    @Override
    void close();
}
