package io.sluice.jobs.kafka;

import io.sluice.core.event.IngressPosition;
import io.sluice.protection.seal.Header;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Takes records over from Kafka as they are. It reads nothing in them and so throws on none: an exception here would
 * restart the job at the same record for ever.
 */
public final class IngressRecordSchema implements KafkaRecordDeserializationSchema<IngressRecord> {
    private static final long serialVersionUID = 1;

    private final int generation;
    private final int attempt;

    private IngressRecordSchema(int generation, int attempt) {
        this.generation = generation;
        this.attempt = attempt;
    }

    /** For the ingress topic of one generation. */
    public static IngressRecordSchema ingress(int generation) {
        return new IngressRecordSchema(generation, 0);
    }

    /** For the requeue topic, which has no generations. */
    public static IngressRecordSchema requeue() {
        return new IngressRecordSchema(1, IngressRecord.UNREAD);
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<IngressRecord> out) {
        List<Header> headers = new ArrayList<>();
        for (org.apache.kafka.common.header.Header header : record.headers()) {
            headers.add(new Header(header.key(), header.value()));
        }
        IngressPosition position = new IngressPosition(generation, record.partition(), record.offset());
        out.collect(new IngressRecord(position, attempt, record.timestamp(), record.key(), headers, record.value()));
    }

    @Override
    public TypeInformation<IngressRecord> getProducedType() {
        return new CodecTypeInformation<>(IngressRecordCodec.INSTANCE);
    }
}
