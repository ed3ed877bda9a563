package io.sluice.jobs.kafka;

import io.sluice.protection.seal.Header;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record for the sink: a view, an audit entry, a quarantined record, a plan or a standing set of choices. The arrays are
 * shared, never changed.
 *
 * @param topic full topic name
 * @param partition target partition, {@link #BY_KEY} where Kafka picks it by the key
 * @param timestampMs Kafka timestamp
 * @param key Kafka key
 * @param headers headers in their order
 * @param value Kafka value, null where there is none
 */
public record KafkaOutput(
        String topic,
        int partition,
        long timestampMs,
        byte @Nullable [] key,
        List<Header> headers,
        byte @Nullable [] value) {
    /** Kafka's own partitioning by key. */
    public static final int BY_KEY = -1;

    // Kafka's record batch (magic 2): DefaultRecordBatch.RECORD_BATCH_OVERHEAD, and a record's varints at their
    // longest.
    private static final int BATCH_BYTES = 61;
    private static final int VARINT_BYTES = 5;
    private static final int RECORD_BYTES = 1 + 10 + 5 * VARINT_BYTES;

    /**
     * An upper bound of the batch with this record alone, uncompressed: what a broker compares with {@code
     * max.message.bytes} and a producer with {@code max.request.size}.
     */
    public long sizeBound() {
        long size = (long) BATCH_BYTES + RECORD_BYTES + length(key) + length(value);
        for (Header header : headers) {
            size += 2L * VARINT_BYTES + utf8Bytes(header.name()) + length(header.value());
        }
        return size;
    }

    private static int utf8Bytes(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return text.getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return text.length();
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    @Override
    public String toString() {
        return "KafkaOutput[" + topic + ", " + length(value) + " bytes]";
    }
}
