package io.sluice.cli.quarantine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.event.Headers;
import io.sluice.core.quarantine.Quarantined;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A record of {@code events.quarantine}, sealed as it is.
 *
 * @param facts what the protect job says of it
 * @param record the record
 */
public record QuarantinedRecord(Quarantined facts, ConsumerRecord<byte[], byte[]> record) {
    private static final Set<ReasonCode> UNVERIFIED =
            EnumSet.of(ReasonCode.HEADER_INVALID, ReasonCode.SEAL_INVALID, ReasonCode.KEY_UNAVAILABLE);

    /** Reads a record; empty where the job did not write it. */
    static Optional<QuarantinedRecord> of(ConsumerRecord<byte[], byte[]> record) {
        return Quarantined.of(name -> single(record, name)).map(facts -> new QuarantinedRecord(facts, record));
    }

    /** Whether the seal was opened, so that the tags are the gateway's own words and not anybody's. */
    public boolean isVerified() {
        return !UNVERIFIED.contains(facts.reason());
    }

    /** When it was put there. */
    public Instant quarantined() {
        return Instant.ofEpochMilli(record.timestamp());
    }

    /** A tag, as the record has it; {@code -} where it has none, or none that is shown. */
    public String tag(String header) {
        String value = single(record, header);
        return value == null || !value.matches("[\\x20-\\x7e]{1,256}") ? "-" : value;
    }

    /** The activation sealed into it; 0 where there is none. */
    public long activation() {
        String number = tag(Headers.CE_ACTIVATION);
        return number.matches("[1-9][0-9]{0,17}") ? Long.parseLong(number) : 0;
    }

    /** What programs need of it. The payload is not among it: it is sealed. */
    public Map<String, Object> json(boolean sentAgain, @Nullable Long revision) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", facts.entryId());
        json.put("position", facts.position().entryId(0));
        json.put("attempt", facts.attempt());
        json.put("reason", facts.reason().code());
        json.put("recipients", facts.open().toJson());
        json.put("state", sentAgain ? "requeued" : "open");
        json.put("recorded", facts.recorded().toString());
        json.put("quarantined", quarantined().toString());
        json.put("tagsVerified", isVerified());
        json.put("dataset", tag(Headers.CE_DATASET));
        json.put("producer", tag(Headers.CE_PRODUCER));
        json.put("purpose", tag(Headers.CE_PURPOSE));
        json.put("received", tag(Headers.CE_RECEIVED));
        json.put("activation", activation());
        if (revision != null) {
            json.put("revision", revision);
        }
        json.put("sealedBytes", record.value() == null ? 0 : record.value().length);
        return json;
    }

    private static @Nullable String single(ConsumerRecord<byte[], byte[]> record, String name) {
        String found = null;
        for (Header header : record.headers().headers(name)) {
            if (found != null || header.value() == null) {
                return null;
            }
            found = new String(header.value(), UTF_8);
        }
        return found;
    }
}
