package io.sluice.audit.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.core.audit.AuditEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code audit.entries} in memory, that can be made to fail. */
public final class FakeSink implements EntrySink {
    private final List<AuditEntry> entries = new ArrayList<>();
    private boolean broken;

    /** From now on nothing is durable, or all is. */
    public synchronized void breaks(boolean now) {
        broken = now;
    }

    @Override
    public synchronized void write(List<AuditEntry> written) throws EntryNotDurableException {
        if (broken) {
            throw new EntryNotDurableException("no broker", null);
        }
        entries.addAll(written);
    }

    /** All that was written, parsed. */
    public synchronized List<JsonNode> entries() {
        List<JsonNode> parsed = new ArrayList<>();
        for (AuditEntry entry : entries) {
            try {
                parsed.add(new JsonMapper().readTree(entry.canonical()));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        return parsed;
    }

    @Override
    public void close() {}
}
