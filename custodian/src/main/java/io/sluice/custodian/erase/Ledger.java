package io.sluice.custodian.erase;

import io.sluice.core.audit.AuditEntry;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** What was done so far, where it outlives the process. For one thread. */
public interface Ledger extends AutoCloseable {
    /** Passes on every record, the newest of a key last. */
    void read(BiConsumer<String, byte[]> each);

    /**
     * Writes records, and entries of the audit log, all or none; when it returns they are durable. Where it throws it is not known
     * which, and the ledger has to be opened and read anew.
     */
    void commit(Map<String, byte[]> records, List<AuditEntry> entries);

    @Override
    void close();
}
