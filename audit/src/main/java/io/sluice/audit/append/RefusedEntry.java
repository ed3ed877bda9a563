package io.sluice.audit.append;

import io.sluice.core.audit.AuditEntry;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.event.Tags;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What stands in the log for a record of {@code audit.entries} that has not the form of an entry: an act that says where
 * it is and what is wrong with it, and nothing of its content. It is a function of the record alone, so that a second
 * builder over the topic reaches the same root; nothing is passed over in silence.
 */
final class RefusedEntry {
    /** Its code. */
    static final String CODE = "entry-refused";

    private RefusedEntry() {}

    static byte[] of(ConsumerRecord<byte[], byte[]> record, String tenant, String writer, String fault) {
        String time = Tags.timestamp(Instant.ofEpochMilli(Math.max(0, record.timestamp())));
        byte[] value = record.value();
        return CanonicalJson.bytes(Map.of(
                "specversion", "1.0",
                "id", "audit.entries/" + record.partition() + "/" + record.offset(),
                "type", AuditEntry.ACT,
                "tenant", tenant,
                "writer", writer,
                "recorded", time,
                "time", time,
                "code", CODE,
                "detail", Map.of("fault", fault, "bytes", value == null ? 0 : value.length)));
    }
}
