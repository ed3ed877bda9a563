package io.sluice.jobs.kafka;

import io.sluice.protection.seal.Header;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Hands outputs to the sink's producer as they are: topic, partition, timestamp and all. */
public final class KafkaOutputSchema implements KafkaRecordSerializationSchema<KafkaOutput> {
    private static final long serialVersionUID = 1;

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            KafkaOutput output, KafkaSinkContext context, @Nullable Long timestamp) {
        RecordHeaders headers = new RecordHeaders();
        for (Header header : output.headers()) {
            headers.add(header.name(), header.value());
        }
        Integer partition = output.partition() == KafkaOutput.BY_KEY ? null : output.partition();
        return new ProducerRecord<>(
                output.topic(), partition, output.timestampMs(), output.key(), output.value(), headers);
    }
}
