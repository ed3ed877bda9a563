package io.sluice.jobs.deliver;

import java.nio.file.Path;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.java.tuple.Tuple2;
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
 * The deliver job: each recipient's views to files in a folder of its own, one CloudEvent per line, every view once.
 *
 * <p>Its graph does not depend on who the recipients are. It reads every released topic that the room may read, looks for
 * new ones while it runs and reads those from their beginning, so a recipient can come and go without a restart, and a
 * restart finds its checkpoint whoever came or went.
 *
 * <p>A file is finished by the checkpoint that ends it, and only then has its final name; names that begin with a dot are
 * unfinished and may hold views that will be written again. {@link FinishedParts} reads the finished ones. Restored from a
 * checkpoint it goes on; without one it starts at the beginning of the topics.
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
        settings(env, config);
        RecipientFolders.claim(Path.of(config.folder()));
        env.fromSource(source(config), WatermarkStrategy.noWatermarks(), "released")
                .uid("released")
                .setParallelism(config.parallelism())
                .sinkTo(files(config))
                .name("files")
                .uid("files")
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

    private static KafkaSource<Tuple2<String, byte[]>> source(DeliverConfig config) {
        Properties properties = config.kafka().toProperties();
        properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.setProperty(
                KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(),
                Long.toString(config.discoveryInterval().toMillis()));
        return KafkaSource.<Tuple2<String, byte[]>>builder()
                .setProperties(properties)
                .setTopicPattern(ReleasedTopics.pattern(config.tenant()))
                .setGroupId(config.group())
                .setClientIdPrefix(config.group())
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(new ViewLineSchema(config.tenant()))
                .build();
    }

    private static FileSink<Tuple2<String, byte[]>> files(DeliverConfig config) {
        org.apache.flink.core.fs.Path folder = new org.apache.flink.core.fs.Path(
                Path.of(config.folder()).toAbsolutePath().toUri());
        return FileSink.<Tuple2<String, byte[]>>forRowFormat(folder, (line, out) -> out.write(line.f1))
                .withBucketAssigner(new RecipientFolders(config.folder()))
                .withRollingPolicy(OnCheckpointRollingPolicy.build())
                .withOutputFileConfig(new OutputFileConfig(PREFIX, SUFFIX))
                .build();
    }
}
