package io.sluice.jobs.protect;

import io.sluice.core.audit.ActEntry;
import io.sluice.core.event.IngressPosition;
import io.sluice.core.event.Topics;
import io.sluice.jobs.kafka.KafkaUnavailableException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Lets a job go on only from state that is not older than what it has committed. Older state would process records again as
 * if what was chosen since had not been: what an erasure took would be released under the subject's next key (P7).
 *
 * <p>The entries of a checkpoint are committed after it is complete, so the newest one is never refused, nor is a restart
 * after a kill. Only committed entries count. Read are those appended since the newest record that the state knows, at most
 * {@link #MAX_ENTRIES}.
 */
final class CheckpointGuard implements Serializable {
    private static final long serialVersionUID = 1;

    /** Most entries that are read; a state that is so far behind is refused. */
    static final long MAX_ENTRIES = 20_000_000;
    /** What the clocks of two brokers may differ by. */
    private static final Duration SKEW = Duration.ofMinutes(1);
    /** Kafka gives nothing for so long: it is not reached. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Duration POLL = Duration.ofMillis(500);

    private final ProtectConfig config;
    private final boolean acceptReprocess;

    /** @param acceptReprocess whether to go on from older state all the same; an act of the audit log says so */
    CheckpointGuard(ProtectConfig config, boolean acceptReprocess) {
        this.config = config;
        this.acceptReprocess = acceptReprocess;
    }

    /**
     * @param progress what the state knows; nothing where the job starts without one
     * @throws SuppressRestartsException because of a {@link CheckpointRefusedException}, which another try would meet too
     * @throws KafkaUnavailableException where the log cannot be read
     */
    void require(Progress progress) throws InterruptedException {
        Optional<String> beyond;
        try {
            beyond = firstBeyond(progress);
        } catch (KafkaException e) {
            throw new KafkaUnavailableException(
                    "The audit log cannot be read, so the age of the state is not known", e);
        }
        if (beyond.isPresent() && !acceptReprocess) {
            throw new SuppressRestartsException(new CheckpointRefusedException(refusal(progress, beyond.get())));
        }
        if (beyond.isPresent()) {
            accepted(progress, beyond.get());
        }
    }

    private static String refusal(Progress progress, String beyond) {
        List<String> next = progress.next();
        String start = next.isEmpty() ? "without a checkpoint" : "from a checkpoint that ends before " + next;
        return "The protect job refuses to start " + start + ": the audit log has entries of records behind it ("
                + beyond
                + "). They would be released again, and what subjects chose since, an erasure among it, not be known."
                + " Start from the newest checkpoint (protect.checkpoints), or accept it with"
                + " sluice job protect --accept-reprocess, which is audited";
    }

    private Optional<String> firstBeyond(Progress progress) {
        Properties properties = config.kafka().toProperties();
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            Map<TopicPartition, Long> ends = seek(consumer, progress.newestAppendedMs());
            long read = 0;
            long heardNanos = System.nanoTime();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                Iterable<ConsumerRecord<byte[], byte[]>> polled = consumer.poll(POLL);
                long before = read;
                for (ConsumerRecord<byte[], byte[]> record : polled) {
                    read++;
                    Optional<String> beyond = beyond(record.key(), progress);
                    if (beyond.isPresent()) {
                        return beyond;
                    }
                }
                if (read > MAX_ENTRIES) {
                    return Optional.of("more than " + MAX_ENTRIES + " entries since");
                }
                if (read > before) {
                    heardNanos = System.nanoTime();
                } else if (System.nanoTime() - heardNanos > PATIENCE.toNanos()) {
                    throw new KafkaUnavailableException(
                            "The audit log cannot be read: nothing came for " + PATIENCE, null);
                }
            }
            return Optional.empty();
        }
    }

    /** Goes to where entries of later records can begin. @return where the partitions end now */
    private Map<TopicPartition, Long> seek(KafkaConsumer<byte[], byte[]> consumer, long newestAppendedMs) {
        String topic = config.topics().audit();
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        long fromMs = Math.max(0, newestAppendedMs - SKEW.toMillis());
        if (newestAppendedMs > 0) {
            consumer.offsetsForTimes(partitions.stream().collect(Collectors.toMap(partition -> partition, p -> fromMs)))
                    .forEach((partition, found) ->
                            consumer.seek(partition, found == null ? ends.get(partition) : found.offset()));
        }
        return ends;
    }

    /** The id of an entry where it is of a record that the state has not seen. */
    static Optional<String> beyond(byte @org.jspecify.annotations.Nullable [] key, Progress progress) {
        String id = key == null ? "" : new String(key, StandardCharsets.UTF_8);
        if (!id.startsWith(Topics.INGRESS)) {
            return Optional.empty(); // an act
        }
        try {
            return Optional.of(id).filter(entry -> progress.isBefore(IngressPosition.ofEntryId(entry)));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // no entry of a record has such an id; the log builder says so
        }
    }

    private void accepted(Progress progress, String beyond) throws InterruptedException {
        new JobActs(config).write(ActEntry.Code.REPROCESS_ACCEPTED, Map.of("from", progress.next(), "beyond", beyond));
    }
}
