package io.sluice.policies.status;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where status records go; the adapter to Kafka stands in the room. One thread at a time. */
public interface StatusSink extends AutoCloseable {
    /**
     * Hands a record over.
     *
     * @param done told once whether it was written: null where it was
     */
    void write(String key, byte[] value, Consumer<@Nullable Exception> done);

    /** Waits a moment for what is under way. */
    @Override
    void close();
}
