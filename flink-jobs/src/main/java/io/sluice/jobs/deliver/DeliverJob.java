package io.sluice.jobs.deliver;

import io.sluice.jobs.postgres.PostgresSink;
import io.sluice.jobs.released.ReleasedEvent;
import io.sluice.jobs.released.ReleasedEventSchema;
import io.sluice.jobs.released.ReleasedTopics;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.filesystem.OutputFileConfig;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * The deliver job: each recipient's views to files in a folder of its own, one CloudEvent per line, or to a table of its own
 * in PostgreSQL, one CloudEvent per row; every view once.
 *
 * <p>Its graph does not depend on who the recipients are. It reads every released topic that the room may read, looks for
 * new ones while it runs and reads those from their beginning, so a recipient can come and go without a restart, and a
 * restart finds its checkpoint whoever came or went.
 *
 * <p>A file is finished by the checkpoint that ends it, and only then has its final name; names that begin with a dot are
 * unfinished and may hold views that will be written again. {@link FinishedParts} reads the finished ones. A row is written
 * before the checkpoint that covers it is complete, and written again it stays one ({@link PostgresSink}). Restored from a
 * checkpoint the job goes on; without one it starts at the beginning of the topics.
 */
public final class DeliverJob {
    /** Name of the job. */
    public static final String NAME = "sluice-deliver";
    /** End of the names of finished files. */
    static final String SUFFIX = ".ndjson";

    private static final String PREFIX = "views";

    private DeliverJob() {}

    /** Adds the job to an environment; the caller executes it. */
    public static void build(StreamExecutionEnvironment env, DeliverConfig config) {
        if (config.destination() instanceof Destination.Postgres postgres) {
            build(env, config, new PostgresSink(postgres.config(), postgres.database()), "postgresql");
        } else {
            String folder = ((Destination.Files) config.destination()).folder();
            RecipientFolders.claim(Path.of(folder));
            build(env, config, files(folder), "files");
        }
    }

    /**
     * The same graph before another sink: for tests. What runs in production is {@link #build(StreamExecutionEnvironment,
     * DeliverConfig)} alone.
     *
     * @param name of the sink, under which its state is found again
     */
    public static void build(
            StreamExecutionEnvironment env, DeliverConfig config, Sink<ReleasedEvent> sink, String name) {
        settings(env, config);
        env.fromSource(source(config), WatermarkStrategy.noWatermarks(), "released")
                .uid("released")
                .setParallelism(config.parallelism())
                .sinkTo(sink)
                .name(name)
                .uid(name)
                .setParallelism(config.parallelism());
    }

    private static void settings(StreamExecutionEnvironment env, DeliverConfig config) {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.NAME, NAME);
        env.configure(configuration);
        env.enableCheckpointing(config.checkpointInterval().toMillis(), CheckpointingMode.EXACTLY_ONCE);
        env.getCheckpointConfig().enableUnalignedCheckpoints(false); // they store records in flight
        env.getCheckpointConfig()
                .setExternalizedCheckpointRetention(ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    }

    private static KafkaSource<ReleasedEvent> source(DeliverConfig config) {
        Properties properties = config.kafka().toProperties();
        properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.setProperty(
                KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(),
                Long.toString(config.discoveryInterval().toMillis()));
        return KafkaSource.<ReleasedEvent>builder()
                .setProperties(properties)
                .setTopicPattern(ReleasedTopics.pattern(config.tenant(), config.recipients()))
                .setGroupId(config.group())
                .setClientIdPrefix(config.group())
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(new ReleasedEventSchema(config.tenant()))
                .build();
    }

    private static FileSink<ReleasedEvent> files(String folder) {
        org.apache.flink.core.fs.Path root = new org.apache.flink.core.fs.Path(
                Path.of(folder).toAbsolutePath().toUri());
        return FileSink.<ReleasedEvent>forRowFormat(root, (event, out) -> out.write(EventLine.of(event)))
                .withBucketAssigner(new RecipientFolders(folder))
                .withRollingPolicy(OnCheckpointRollingPolicy.build())
                .withOutputFileConfig(new OutputFileConfig(PREFIX, SUFFIX))
                .build();
    }
}
