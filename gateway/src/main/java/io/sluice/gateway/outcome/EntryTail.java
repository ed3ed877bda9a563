package io.sluice.gateway.outcome;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code audit.entries}, read_committed and without a group, from as many entries before its end as are remembered.
 * The end is asked for every 2 seconds: what is not read up to there, or whose end nobody tells, is a {@link #finding}.
 * Whatever fails is tried again, from where it was left. One thread; thread-safe for the others.
 */
public final class EntryTail implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EntryTail.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration END_CHECK = Duration.ofSeconds(2);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final String topic;
    private final int back;
    private final KnownEvents known;
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile String finding = "audit.entries was not read yet";

    /**
     * Starts to read.
     *
     * @param consumers makes a consumer: read_committed, no group
     * @param back how many entries before the end it begins at
     */
    public EntryTail(Supplier<Consumer<byte[], byte[]>> consumers, String topic, int back, KnownEvents known) {
        this.consumers = consumers;
        this.topic = topic;
        this.back = back;
        this.known = known;
        this.thread = new Thread(this::run, "sluice-outcomes");
        thread.setDaemon(true);
        thread.start();
    }

    /** Why nothing is learned now; empty where all is well. */
    public Optional<String> finding() {
        return finding.isEmpty() ? Optional.empty() : Optional.of(finding);
    }

    private void run() {
        try {
            do {
                follow();
            } while (!closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // close() asked for the end
        }
    }

    private void follow() {
        try (Consumer<byte[], byte[]> consumer = consumers.get()) {
            Map<TopicPartition, Long> end = begin(consumer);
            long nextEndCheck = System.nanoTime() + END_CHECK.toNanos();
            while (closed.getCount() > 0) {
                consumer.poll(POLL).forEach(this::learn); // comes back empty, too, while no broker answers
                boolean read = end.entrySet().stream()
                        .allMatch(partition -> consumer.position(partition.getKey()) >= partition.getValue());
                boolean due = System.nanoTime() - nextEndCheck >= 0;
                if (read) {
                    finding = "";
                } else if (due) {
                    finding = topic + " is not read to its end yet";
                }
                if (due) {
                    end = read ? consumer.endOffsets(end.keySet()) : end;
                    nextEndCheck = System.nanoTime() + END_CHECK.toNanos();
                }
            }
        } catch (RuntimeException e) {
            if (closed.getCount() > 0 && finding.isEmpty()) {
                LOG.atWarn()
                        .addKeyValue("fault", e.getClass().getName())
                        .addKeyValue("at", e.getStackTrace().length == 0 ? "" : e.getStackTrace()[0])
                        .log("{} cannot be read; asking again", topic);
            }
            finding = topic + " cannot be read (" + e.getClass().getSimpleName() + ")";
        }
    }

    private void learn(ConsumerRecord<byte[], byte[]> record) {
        next.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
        if (record.value() != null) {
            known.learn(record.value(), Instant.ofEpochMilli(record.timestamp()));
        }
    }

    /** Takes the place from which it goes on. @return the topic's end */
    private Map<TopicPartition, Long> begin(Consumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new KafkaException(topic + " does not exist");
        }
        consumer.assign(partitions);
        Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        for (TopicPartition partition : partitions) {
            long start = starts.getOrDefault(partition, 0L);
            long end = ends.getOrDefault(partition, 0L);
            long from = next.getOrDefault(partition, end - back / partitions.size());
            consumer.seek(partition, Math.min(end, Math.max(start, from)));
        }
        return ends;
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(2 * POLL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.interrupt();
    }
}
