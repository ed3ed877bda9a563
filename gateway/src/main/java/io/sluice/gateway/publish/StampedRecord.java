package io.sluice.gateway.publish;

import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A record that carries the activation it was made under, and can be made again under the one that is in force by then.
 *
 * @param record what is written
 * @param activation the activation's number, 0 for a record that carries none
 * @param anew makes it again; throws {@code RefusedException} where it is not admitted any more
 */
public record StampedRecord(ProducerRecord<byte[], byte[]> record, long activation, Supplier<StampedRecord> anew) {
    /** A record that carries no activation. */
    static StampedRecord unstamped(ProducerRecord<byte[], byte[]> record) {
        return new StampedRecord(record, 0, () -> unstamped(record));
    }
}
