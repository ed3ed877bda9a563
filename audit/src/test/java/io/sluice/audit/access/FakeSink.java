package io.sluice.audit.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.core.audit.AuditEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code audit.entries} in memory, that can be made to fail. */
public final class FakeSink implements EntrySink {
    private final List<AuditEntry> entries = new ArrayList<>();
    private final List<CompletableFuture<?>> held = new ArrayList<>();
    private Mode mode = Mode.DURABLE;

    /** What becomes of what is sent. */
    public enum Mode {
        /** It is written and acknowledged. */
        DURABLE,
        /** It is not written, and that is said. */
        BROKEN,
        /** It is written, and the answer says that it failed. */
        WRITTEN_AND_FAILED,
        /** It is written, and the answer comes with {@link #acknowledge}. */
        SLOW
    }

    /** From now on. */
    public synchronized void is(Mode now) {
        mode = now;
    }

    /** The answers that were held back. */
    public synchronized void acknowledge() {
        held.forEach(one -> one.complete(null));
        held.clear();
    }

    @Override
    public synchronized CompletableFuture<?> send(AuditEntry entry) {
        if (mode != Mode.BROKEN) {
            entries.add(entry);
        }
        if (mode == Mode.DURABLE) {
            return CompletableFuture.completedFuture(entry);
        }
        if (mode == Mode.SLOW) {
            CompletableFuture<?> answer = new CompletableFuture<AuditEntry>();
            held.add(answer);
            return answer;
        }
        return CompletableFuture.failedFuture(new IllegalStateException("no broker"));
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
