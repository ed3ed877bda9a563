package io.sluice.jobs.released;

import io.sluice.jobs.kafka.CodecTypeInformation;
import java.util.Optional;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records of recipients' topics as events. A record that is none (only somebody with the protect job's rights could have written it) is counted
 * and logged by its position, and not delivered; it never throws, which would restart the job at it for ever.
 */
public final class ReleasedEventSchema implements KafkaRecordDeserializationSchema<ReleasedEvent> {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(ReleasedEventSchema.class);

    private final String tenant;
    private transient @Nullable Counter foreign;

    /** A schema for a tenant's topics. */
    public ReleasedEventSchema(String tenant) {
        this.tenant = tenant;
    }

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
        foreign = context.getMetricGroup().counter("sluiceNotAView");
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<ReleasedEvent> out) {
        Optional<ReleasedEvent> event = ReleasedEvent.of(ReleasedTopics.recipient(tenant, record.topic()), record);
        if (event.isPresent()) {
            out.collect(event.get());
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
    public TypeInformation<ReleasedEvent> getProducedType() {
        return new CodecTypeInformation<>(ReleasedEventCodec.INSTANCE);
    }
}
