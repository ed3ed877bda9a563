package io.sluice.jobs.deliver;

import java.util.Optional;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Views as lines, each with its recipient. A record that is no view (only somebody with the protect job's rights could have written it) is counted
 * and logged by its position, and not delivered; it never throws, which would restart the job at it for ever.
 */
final class ViewLineSchema implements KafkaRecordDeserializationSchema<Tuple2<String, byte[]>> {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(ViewLineSchema.class);

    private final String tenant;
    private transient @Nullable Counter foreign;

    ViewLineSchema(String tenant) {
        this.tenant = tenant;
    }

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
        foreign = context.getMetricGroup().counter("sluiceNotAView");
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Tuple2<String, byte[]>> out) {
        Optional<byte[]> line = ViewLine.of(record);
        if (line.isPresent()) {
            out.collect(Tuple2.of(ReleasedTopics.recipient(tenant, record.topic()), line.get()));
            return;
        }
        if (foreign != null) {
            foreign.inc();
        }
        LOG.atWarn()
                .addKeyValue("topic", record.topic())
                .addKeyValue("partition", record.partition())
                .addKeyValue("offset", record.offset())
                .log("A record is no view and is not delivered");
    }

    @Override
    public TypeInformation<Tuple2<String, byte[]>> getProducedType() {
        return Types.TUPLE(Types.STRING, Types.PRIMITIVE_ARRAY(Types.BYTE));
    }
}
