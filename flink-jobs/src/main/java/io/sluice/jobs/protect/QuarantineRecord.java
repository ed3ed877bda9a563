package io.sluice.jobs.protect;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.event.Topics;
import io.sluice.core.quarantine.OpenRecipients;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.jobs.kafka.KafkaOutput;
import io.sluice.protection.seal.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the record for {@code events.quarantine}: the ingress record as it was, still sealed, and why and for whom it is
 * there. Form: {@code docs/specs/released.md}.
 */
final class QuarantineRecord {
    private final Topics topics;
    private final long maxBytes;
    private final Tickets tickets;

    /** @param maxBytes what the quarantine topic takes */
    QuarantineRecord(Topics topics, long maxBytes, Tickets tickets) {
        this.topics = topics;
        this.maxBytes = maxBytes;
        this.tickets = tickets;
    }

    /**
     * @param reason the first recipient's; the entry has each one's own
     * @param open for whom it is still open
     */
    KafkaOutput of(IngressRecord record, ReasonCode reason, OpenRecipients open) {
        List<Header> own = new ArrayList<>();
        tickets.issue(record, reason, open)
                .toHeaders()
                .forEach((name, value) -> own.add(new Header(name, value.getBytes(StandardCharsets.UTF_8))));
        List<Header> headers = new ArrayList<>(OwnHeaders.without(record.headers()));
        headers.addAll(own);
        KafkaOutput whole = output(record, record.key(), headers, record.value());
        // The start check gives quarantine more room than ingress. Were that changed while the job runs, the position
        // still leads to the record in ingress; failing here would fail at the same record for ever.
        return whole.sizeBound() <= maxBytes ? whole : output(record, null, own, null);
    }

    private KafkaOutput output(
            IngressRecord record, byte @Nullable [] key, List<Header> headers, byte @Nullable [] value) {
        return new KafkaOutput(
                topics.quarantine(), KafkaOutput.BY_KEY, Math.max(0, record.appendedMs()), key, headers, value);
    }
}
