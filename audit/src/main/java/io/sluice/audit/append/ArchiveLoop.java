package io.sluice.audit.append;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads {@code policy.bundles} and {@code policy.plans} from their start and keeps what they hold. Used by one thread. */
final class ArchiveLoop {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveLoop.class);
    private static final Duration POLL = Duration.ofMillis(500);

    private final String bundles;
    private final String plans;
    private final PolicyArchive archive;
    private final Consumer<byte[], byte[]> consumer;
    private final Set<String> refused = new TreeSet<>();

    ArchiveLoop(String bundles, String plans, PolicyArchive archive, Consumer<byte[], byte[]> consumer) {
        this.bundles = bundles;
        this.plans = plans;
        this.archive = archive;
        this.consumer = consumer;
    }

    void seek() {
        List<TopicPartition> partitions = List.of(bundles, plans).stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .collect(Collectors.toList());
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    void step() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            if (record.key() == null || record.value() == null) {
                continue; // a tombstone: what was kept stays, entries may cite it
            }
            String key = new String(record.key(), StandardCharsets.UTF_8);
            boolean kept = record.topic().equals(bundles)
                    ? archive.keepPolicy(key, record.value())
                    : archive.keepPlan(key, record.value());
            if (!kept && refused.add(record.topic() + "/" + record.partition() + "/" + record.offset())) {
                LOG.error(
                        "policy record refused, its digest is not its key: topic={} partition={} offset={}",
                        record.topic(),
                        record.partition(),
                        record.offset());
            }
        }
    }
}
