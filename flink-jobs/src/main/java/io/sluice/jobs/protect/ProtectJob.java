package io.sluice.jobs.protect;

import io.sluice.jobs.kafka.CodecTypeInformation;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.jobs.kafka.IngressRecordCodec;
import io.sluice.jobs.kafka.IngressRecordSchema;
import io.sluice.jobs.kafka.KafkaOutput;
import io.sluice.jobs.kafka.KafkaOutputCodec;
import io.sluice.jobs.kafka.KafkaOutputSchema;
import java.time.Duration;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * The protect job: sealed records in, from the gateway or back from quarantine, views and audit entries out, exactly once.
 *
 * <p>Starts from the beginning of its topics unless it is restored from a checkpoint: its state (choices, ids
 * seen) and its position belong together, so Kafka's committed offsets are for watching only. State that is older than what
 * the job has committed is refused ({@link CheckpointGuard}).
 */
public final class ProtectJob {
    /** Name of the job. */
    public static final String NAME = "sluice-protect";

    static final String SOURCE_UID = "ingress";
    static final String REQUEUE_UID = "requeue";
    private static final String PACE_UID = "requeue-pace";
    static final String PROTECT_UID = "protect";
    static final String SINK_UID = "outputs";

    /** A partition without records holds the others' watermark back no longer than this. */
    private static final Duration IDLE_AFTER = Duration.ofSeconds(30);

    /** Largest record of any kind; topics' own limits are checked record by record. */
    static final int MAX_REQUEST_BYTES = 80 << 20;

    /** Below the smallest topic's limit (ClusterLayout.SMALL_MAX_BYTES), so a batch of small records always fits. */
    private static final int BATCH_BYTES = 128 << 10;

    /**
     * Nobody sees an output before the checkpoint commits it, and that sends what still waits: so waiting costs no latency,
     * and a tenth of the requests costs the broker a tenth of the work.
     */
    private static final int LINGER_MS = 100;

    private ProtectJob() {}

    /**
     * Checks the surroundings and adds the job to an environment; the caller executes it.
     *
     * @throws IllegalStateException where a topic, a limit of the brokers or the graph would break a promise; says which
     */
    public static void build(StreamExecutionEnvironment env, ProtectConfig config) {
        build(env, config, false);
    }

    /**
     * The same.
     *
     * @param acceptReprocess whether to go on from a checkpoint, or from none, that is older than what the job has committed;
     *     the audit log says so. Else such a start ends the job with a {@link CheckpointRefusedException}
     */
    public static void build(StreamExecutionEnvironment env, ProtectConfig config, boolean acceptReprocess) {
        StartCheck.require(config);
        CheckpointGuard guard = new CheckpointGuard(config, acceptReprocess);
        build(env, config, new ProtectFunction(new SharedSteps(config), config.limits(), guard));
    }

    /**
     * The same graph around another function, without asking Kafka: for tests, and for a benchmark's job that does the same
     * input and output and nothing between. What runs in production is {@link #build(StreamExecutionEnvironment,
     * ProtectConfig)} alone.
     */
    public static void build(
            StreamExecutionEnvironment env,
            ProtectConfig config,
            KeyedProcessFunction<String, IngressRecord, KafkaOutput> function) {
        settings(env, config);
        env.fromSource(
                        source(config, config.topics().ingress(), IngressRecordSchema.ingress(config.generation())),
                        watermarks(),
                        SOURCE_UID)
                .uid(SOURCE_UID)
                .setParallelism(config.run().parallelism())
                .union(requeued(env, config))
                .keyBy(IngressRecord::stateKey, Types.STRING)
                .process(function, new CodecTypeInformation<>(KafkaOutputCodec.INSTANCE))
                .name("protect")
                .uid(PROTECT_UID)
                .setParallelism(config.run().parallelism())
                .forward()
                .sinkTo(sink(config))
                .name("outputs")
                .uid(SINK_UID)
                .setParallelism(config.run().parallelism());
        GraphCheck.require(env.getStreamGraph(false));
    }

    private static void settings(StreamExecutionEnvironment env, ProtectConfig config) {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.OBJECT_REUSE, true); // records are immutable
        configuration.set(PipelineOptions.NAME, NAME);
        env.configure(configuration);
        env.setMaxParallelism(ProtectRun.MAX_PARALLELISM);
        env.enableCheckpointing(config.run().checkpointInterval().toMillis(), CheckpointingMode.EXACTLY_ONCE);
        env.getCheckpointConfig().enableUnalignedCheckpoints(false);
        env.getCheckpointConfig()
                .setExternalizedCheckpointRetention(ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    }

    /** What comes back from quarantine meets the same function, under the same key, at a bounded rate. */
    private static DataStream<IngressRecord> requeued(StreamExecutionEnvironment env, ProtectConfig config) {
        return env.fromSource(
                        source(config, config.topics().requeue(), IngressRecordSchema.requeue()),
                        watermarks(),
                        REQUEUE_UID)
                .uid(REQUEUE_UID)
                .setParallelism(config.run().parallelism())
                .map(
                        new Pace(config.limits().requeuesPerSecond()),
                        new CodecTypeInformation<>(IngressRecordCodec.INSTANCE))
                .name(PACE_UID)
                .uid(PACE_UID)
                .setParallelism(config.run().parallelism());
    }

    /** By the broker's append time, which is monotonic in a partition and the same on every replay. */
    private static WatermarkStrategy<IngressRecord> watermarks() {
        return WatermarkStrategy.<IngressRecord>forMonotonousTimestamps()
                .withTimestampAssigner((record, kafkaTimestamp) -> record.appendedMs())
                .withIdleness(IDLE_AFTER);
    }

    private static KafkaSource<IngressRecord> source(ProtectConfig config, String topic, IngressRecordSchema schema) {
        Properties properties = config.kafka().toProperties();
        properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        // The partitions of a generation are fixed: a new one would split the subjects' order.
        properties.setProperty(KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(), "-1");
        return KafkaSource.<IngressRecord>builder()
                .setProperties(properties)
                .setTopics(topic)
                .setGroupId(config.run().transactionalIdPrefix())
                .setClientIdPrefix(config.run().transactionalIdPrefix() + "." + topic)
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(schema)
                .build();
    }

    /** What the sink's producers have of their own. */
    static Properties producerSettings(ProtectConfig config) {
        Properties properties = config.kafka().toProperties();
        properties.setProperty(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                Long.toString(config.run().transactionTimeout().toMillis()));
        properties.setProperty(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(MAX_REQUEST_BYTES));
        properties.setProperty(ProducerConfig.BUFFER_MEMORY_CONFIG, Integer.toString(MAX_REQUEST_BYTES + (16 << 20)));
        properties.setProperty(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(BATCH_BYTES));
        properties.setProperty(ProducerConfig.LINGER_MS_CONFIG, Integer.toString(LINGER_MS));
        return properties;
    }

    private static KafkaSink<KafkaOutput> sink(ProtectConfig config) {
        Properties properties = producerSettings(config);
        return KafkaSink.<KafkaOutput>builder()
                .setKafkaProducerConfig(properties)
                .setBootstrapServers(properties.getProperty("bootstrap.servers"))
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(config.run().transactionalIdPrefix())
                .setRecordSerializer(new KafkaOutputSchema())
                .build();
    }
}
