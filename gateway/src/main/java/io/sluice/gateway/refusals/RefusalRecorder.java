package io.sluice.gateway.refusals;

import io.sluice.core.audit.ActEntry;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.event.Tags;
import io.sluice.core.event.Topics;
import io.sluice.gateway.publish.KafkaWriter;
import io.sluice.gateway.refusals.RefusalLedger.Counted;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the ledger's closed minutes to {@code audit.entries}, one act entry per line. What cannot be written is put back
 * and tried again a minute later; what a crash loses is at most the counts of its last minute. Thread-safe.
 */
public final class RefusalRecorder {
    private static final Logger LOG = LoggerFactory.getLogger(RefusalRecorder.class);
    private static final String WRITER = "gateway";

    private final RefusalLedger ledger;
    private final KafkaWriter writer;
    private final Topics topics;

    public RefusalRecorder(RefusalLedger ledger, KafkaWriter writer, Topics topics) {
        this.ledger = ledger;
        this.writer = writer;
        this.topics = topics;
    }

    /** Writes the minutes that are over. */
    public void recordClosedMinutes(Instant now) {
        for (Counted counted : ledger.takeBefore(now.truncatedTo(ChronoUnit.MINUTES))) {
            var ignored = record(counted, now); // a failure puts it back
        }
    }

    /** Writes everything and waits; for the end of the process. */
    public void recordAll(Instant now, Duration limit) {
        List<CompletableFuture<Void>> writes = ledger.takeBefore(Instant.MAX).stream()
                .map(counted -> record(counted, now))
                .toList();
        try {
            CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new))
                    .get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.atWarn().addKeyValue("lines", writes.size()).log("Counts of refused admissions were lost at shutdown");
        }
    }

    private CompletableFuture<Void> record(Counted counted, Instant now) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("code", counted.line().code());
        detail.put("count", counted.count());
        detail.put("minute", Tags.timestamp(counted.line().minute()));
        AuditEntry entry = ActEntry.of(
                ActEntry.Code.ADMISSION_REFUSED,
                topics.tenant(),
                WRITER,
                counted.line().actor(),
                now,
                detail);
        byte[] key = entry.id().getBytes(StandardCharsets.UTF_8);
        return writer.write(new ProducerRecord<>(topics.audit(), key, entry.canonical()))
                .handle((written, fault) -> {
                    if (fault != null) {
                        ledger.putBack(counted);
                        LOG.atWarn().log("Counts of refused admissions could not be written; they are tried again");
                        throw new java.util.concurrent.CompletionException(fault);
                    }
                    return null;
                });
    }
}
