package io.sluice.jobs.deliver;

import io.sluice.jobs.kafka.AdminTopicLookup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
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
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.BasePathBucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * The deliver job: each recipient's views to files in a folder of its own, one CloudEvent per line, every view once.
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

    private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(30);

    private DeliverJob() {}

    /**
     * Checks the surroundings and adds the job to an environment; the caller executes it.
     *
     * @throws IllegalStateException where a recipient's topic does not exist
     */
    public static void build(StreamExecutionEnvironment env, DeliverConfig config) {
        requireTopics(config);
        settings(env, config);
        for (String recipient : config.recipients()) {
            claim(config.folderOf(recipient));
            env.fromSource(source(config, recipient), WatermarkStrategy.noWatermarks(), "released " + recipient)
                    .uid("released-" + recipient)
                    .setParallelism(config.parallelism())
                    .sinkTo(files(config, recipient))
                    .name("files " + recipient)
                    .uid("files-" + recipient)
                    .setParallelism(config.parallelism());
        }
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

    private static KafkaSource<byte[]> source(DeliverConfig config, String recipient) {
        Properties properties = config.kafka().toProperties();
        properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.setProperty(KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(), "-1");
        return KafkaSource.<byte[]>builder()
                .setProperties(properties)
                .setTopics(config.topicOf(recipient))
                .setGroupId(config.groupOf(recipient))
                .setClientIdPrefix(config.groupOf(recipient))
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(new ViewLineSchema())
                .build();
    }

    private static FileSink<byte[]> files(DeliverConfig config, String recipient) {
        org.apache.flink.core.fs.Path folder = new org.apache.flink.core.fs.Path(
                config.folderOf(recipient).toAbsolutePath().toUri());
        return FileSink.<byte[]>forRowFormat(folder, (line, out) -> out.write(line))
                .withBucketAssigner(new BasePathBucketAssigner<>())
                .withRollingPolicy(OnCheckpointRollingPolicy.build())
                .withOutputFileConfig(new OutputFileConfig(recipient, SUFFIX))
                .build();
    }

    private static void requireTopics(DeliverConfig config) {
        Set<String> needed = config.recipients().stream().map(config::topicOf).collect(Collectors.toSet());
        try (AdminTopicLookup lookup = new AdminTopicLookup(config.kafka(), ADMIN_TIMEOUT)) {
            Set<String> found = lookup.existing(needed);
            List<String> missing = needed.stream()
                    .filter(topic -> !found.contains(topic))
                    .sorted()
                    .toList();
            if (!missing.isEmpty()) {
                throw new IllegalStateException("The deliver job refuses to start: no topic "
                        + String.join(", ", missing) + "; an activation that names the recipient makes it");
            }
        }
    }

    /** Views are the recipient's: only the job's owner may look into its folder. */
    private static void claim(Path folder) {
        try {
            Files.createDirectories(folder);
            if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + folder + " cannot be made", e);
        }
    }
}
