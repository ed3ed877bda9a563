package io.sluice.jobs.kafka;

import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The bytes of a type that crosses an operator edge or stands in keyed state. An enum with one constant, so that two
 * codecs of a type are equal after Java serialization. Values are immutable. Stateless and thread-safe.
 *
 * @param <T> the type
 */
public interface Codec<T> extends Serializable {
    /** The version that {@link #write} writes; its number only grows. */
    int version();

    /** The type. */
    Class<T> type();

    /** Writes a value in the newest version. */
    void write(T value, DataOutputView out) throws IOException;

    /**
     * Reads a value.
     *
     * @param version the version that wrote it, at most {@link #version}
     */
    T read(int version, DataInputView in) throws IOException;
}
