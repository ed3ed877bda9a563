package io.sluice.protection.seal;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One header of a Kafka record, as read or to be written: names may repeat and a value may be absent. The array is shared, never changed.
 *
 * @param name header name
 * @param value its bytes, null where Kafka has none
 */
public record Header(String name, byte @Nullable [] value) {
    /** The value of a header that is known to have one. */
    public byte[] required() {
        return Objects.requireNonNull(value, name);
    }

    @Override
    public String toString() {
        return "Header[" + name + "]";
    }
}
