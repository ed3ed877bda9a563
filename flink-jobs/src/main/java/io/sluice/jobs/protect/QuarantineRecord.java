package io.sluice.jobs.protect;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.event.Headers;
import io.sluice.core.event.Topics;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.jobs.kafka.KafkaOutput;
import io.sluice.protection.seal.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Makes the record for {@code events.quarantine}: the ingress record as it was, still sealed, and why and for whom it is
 * there. Form: {@code docs/specs/released.md}.
 */
final class QuarantineRecord {
    /** In {@code sluice-recipients}: all. */
    static final String ALL = "*";
    /** Headers that this adds; a forged record may carry some, and a reader must not meet two. */
    private static final String OWN_PREFIX = "sluice-";

    private final Topics topics;
    private final long maxBytes;

    /** @param maxBytes what the quarantine topic takes */
    QuarantineRecord(Topics topics, long maxBytes) {
        this.topics = topics;
        this.maxBytes = maxBytes;
    }

    KafkaOutput forAll(IngressRecord record, ReasonCode reason) {
        return of(record, reason, ALL);
    }

    /** @param reason the first recipient's; the entry has each one's own */
    KafkaOutput forSome(IngressRecord record, ReasonCode reason, Collection<String> recipients) {
        return of(record, reason, String.join(",", recipients));
    }

    private KafkaOutput of(IngressRecord record, ReasonCode reason, String recipients) {
        List<Header> own = new ArrayList<>();
        add(own, Headers.REASON, reason.code());
        add(own, Headers.POSITION, record.position().entryId(0));
        add(own, Headers.ATTEMPT, Integer.toString(record.attempt()));
        add(own, Headers.RECIPIENTS, recipients);
        List<Header> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            if (!header.name().toLowerCase(Locale.ROOT).startsWith(OWN_PREFIX)
                    || header.name().equals(Headers.SEAL)) {
                headers.add(header);
            }
        }
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

    private static void add(List<Header> headers, String name, String value) {
        headers.add(new Header(name, value.getBytes(StandardCharsets.UTF_8)));
    }
}
