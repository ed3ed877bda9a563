package io.sluice.audit.append;

import static io.sluice.audit.log.LogException.Fault.MISSING;
import static io.sluice.audit.log.LogException.Fault.ROLLED_BACK;

import io.sluice.audit.log.AuditLog;
import io.sluice.audit.log.EntryForm;
import io.sluice.audit.log.LogException;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.timestamp.Timestamping;
import io.sluice.audit.witness.Cosigning;
import io.sluice.core.audit.ActEntry;
import io.sluice.core.audit.AuditEntry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the records of one partition into the log, batch by batch. The log keeps the offset, the consumer has no group:
 * there is one truth about what was read. Used by one thread.
 */
final class AppendLoop {
    private static final Logger LOG = LoggerFactory.getLogger(AppendLoop.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LAST_COSIGNATURES = Duration.ofSeconds(5);

    private final AuditAppenderConfig config;
    private final AuditLog log;
    private final Cosigning cosigning;
    private final Timestamping timestamping;
    private final Consumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> producer;
    private final Clock clock;
    private final TopicPartition partition;
    private final HeartbeatCounts counts;

    private final List<byte[]> pending = new ArrayList<>();
    private long pendingBytes;
    private Instant lastAppend = Instant.EPOCH;
    private Instant lastHeartbeat;
    /** Where the log ended before this builder. */
    private final Map<String, Object> begin;

    private final long beginSize;

    AppendLoop(
            AuditAppenderConfig config,
            AuditLog log,
            Cosigning cosigning,
            Timestamping timestamping,
            Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer,
            Clock clock) {
        this.config = config;
        this.log = log;
        this.cosigning = cosigning;
        this.timestamping = timestamping;
        this.consumer = consumer;
        this.producer = producer;
        this.clock = clock;
        this.partition = new TopicPartition(config.topics().audit(), config.partition());
        this.counts = new HeartbeatCounts(log.size());
        this.lastHeartbeat = clock.instant();
        this.beginSize = log.size();
        this.begin = Map.of("size", beginSize, "root", log.checkpoint().root().toBase64(), "offset", log.nextOffset());
    }

    /**
     * Goes to the first record that is not in the log.
     *
     * @throws LogException where the topic no longer has it, or never had
     */
    void seek() {
        consumer.assign(List.of(partition));
        long next = log.nextOffset();
        long first = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        if (first > next) {
            throw new LogException(
                    MISSING,
                    partition + " starts at " + first + " but the log has read up to " + next
                            + " only: entries were deleted before they were logged");
        }
        if (end < next) {
            throw new LogException(
                    ROLLED_BACK,
                    partition + " ends at " + end + " but the log has read up to " + next
                            + ": the topic was made anew");
        }
        consumer.seek(partition, next);
        cosigning.offer(SignedNote.parse(log.signedCheckpoint())); // it may have been signed as the last process died
    }

    /** Polls once, and appends and sends a heartbeat where it is time to. */
    void step() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
            take(record);
        }
        cosigning.take().ifPresent(this::publishCosigned);
        timestamping.take().ifPresent(stamped -> log.timestamped(stamped.toBytes()));
        Instant now = clock.instant();
        boolean full = pending.size() >= config.maxBatchEntries() || pendingBytes >= config.maxBatchBytes();
        boolean due = !now.isBefore(lastAppend.plus(config.checkpointInterval()));
        if (!pending.isEmpty() && (full || due)) {
            append();
            lastAppend = now;
        }
        if (!now.isBefore(lastHeartbeat.plus(config.heartbeatInterval()))) {
            lastHeartbeat = now;
            heartbeat(now);
        }
    }

    /**
     * How much of the topic is not in the log yet: what was read, and what a reader of committed records may still read, with
     * the transactions' own marks among them. Empty until the broker has said where the topic ends.
     */
    OptionalLong waiting() {
        OptionalLong unread = consumer.currentLag(partition);
        return unread.isPresent() ? OptionalLong.of(unread.getAsLong() + pending.size()) : unread;
    }

    /** Appends what was read and not yet appended. */
    void finish() {
        if (!pending.isEmpty()) {
            append();
        }
    }

    /** Gives the witnesses a moment to sign the last checkpoint, so that what is left behind is theirs too. */
    void finishCosigned() {
        try {
            cosigning.takeLast(LAST_COSIGNATURES).ifPresent(this::publishCosigned);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publishCosigned(SignedNote cosigned) {
        timestamping.offer(cosigned); // with what witnesses signed, so that one file shows both
        if (log.cosigned(cosigned)) {
            publish(); // an older one would take the place of a newer one in the compacted topic
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        byte[] entry = record.value() == null ? new byte[0] : record.value();
        try {
            counts.add(EntryForm.read(entry));
        } catch (EntryForm.BadFormException e) {
            LOG.error(
                    "audit entry refused: partition={} offset={} fault={}", partition, record.offset(), e.getMessage());
            entry = RefusedEntry.of(record, config.topics().tenant(), config.writer(), String.valueOf(e.getMessage()));
            counts.refused();
        }
        pending.add(entry);
        pendingBytes += entry.length;
    }

    private void append() {
        // The position is past control records that follow the last entry.
        log.append(List.copyOf(pending), consumer.position(partition));
        pending.clear();
        pendingBytes = 0;
        publish();
        SignedNote note = SignedNote.parse(log.signedCheckpoint());
        cosigning.offer(note);
        if (config.witnesses().witnesses().isEmpty()) {
            timestamping.offer(note);
        }
    }

    /** A copy outside of the log's folder: what was signed can be shown even where the folder was set back. */
    private void publish() {
        var unused = producer.send(
                new ProducerRecord<>(
                        config.topics().checkpoints(),
                        log.checkpoint().origin().getBytes(StandardCharsets.UTF_8),
                        log.signedCheckpoint()),
                (metadata, failure) -> {
                    if (failure != null) {
                        LOG.warn("checkpoint was not published: {}", failure.getMessage());
                    }
                });
    }

    /** Through the topic like every other entry, so that a second builder over it reaches the same root. */
    private void heartbeat(Instant now) {
        finish();
        tell(ActEntry.Code.HEARTBEAT, now, counts.detail(log.size()), written -> {});
    }

    /**
     * Tells that a builder goes on from where the log ended, once it is seen to: it appended, or found nothing to append. So one
     * that fails at once each time does not fill the topic. Through the topic too, and so after what was waiting in it.
     */
    void tellStart(StartNotice notice) {
        boolean goesOn = log.size() > beginSize || waiting().equals(OptionalLong.of(0));
        Instant now = clock.instant();
        if (!goesOn || !notice.take(now)) {
            return;
        }
        Map<String, Object> detail = new HashMap<>(begin);
        detail.put("after", notice.isTold() ? "fault" : "start"); // after a fault it is the same process
        tell(ActEntry.Code.BUILDER_STARTED, now, detail, notice::ended);
    }

    private void tell(ActEntry.Code code, Instant now, Map<String, Object> detail, Told told) {
        AuditEntry entry = ActEntry.of(code, config.topics().tenant(), config.writer(), config.writer(), now, detail);
        var unused = producer.send(
                new ProducerRecord<>(partition.topic(), partition.partition(), null, entry.canonical()),
                (metadata, failure) -> {
                    if (failure != null) {
                        LOG.error("{} was not written: partition={}", code.code(), partition, failure);
                    }
                    told.ended(failure == null);
                });
    }

    private interface Told {
        void ended(boolean written);
    }
}
