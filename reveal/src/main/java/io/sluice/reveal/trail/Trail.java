package io.sluice.reveal.trail;

import io.sluice.core.audit.AuditEntry;
import io.sluice.reveal.emergency.Emergency;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where entries go before anything is answered. Thread-safe. */
public interface Trail extends AutoCloseable {
    /**
     * What changes of an emergency with its entry.
     *
     * @param id its id
     * @param state opened; null where its review is closed
     */
    record Change(String id, @Nullable Emergency state) {}

    /**
     * Writes entries, and a change with them, all or none, and returns when they are durable. Blocks, for a bounded time.
     *
     * @param change null where there is none
     * @throws TrailUnavailableException where they are not known to be durable: then nothing may be answered (no entry, no
     *     value). They may have been written all the same
     */
    void append(List<AuditEntry> entries, @Nullable Change change) throws TrailUnavailableException;

    /** What keeps entries from being written, in words; empty where nothing does. */
    java.util.Optional<String> finding();

    @Override
    void close();
}
