package io.sluice.audit.verify;

import io.sluice.audit.log.AuditLog;
import io.sluice.audit.log.AuditLogConfig;
import io.sluice.audit.note.SigningKey;
import io.sluice.core.encoding.CanonicalJson;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Small logs to verify. */
public final class EntryFixture {
    public static final String ORIGIN = "sluice.example/dev/audit";

    private EntryFixture() {}

    public static SigningKey newKey() {
        return SigningKey.generate(ORIGIN, new SecureRandom());
    }

    /** The entry of a record that was decided, with nothing in it that the verifier does not read. */
    public static byte[] record(int partition, long offset) {
        return CanonicalJson.bytes(Map.of(
                "specversion",
                "1.0",
                "id",
                "events.ingress/1/" + partition + "/" + offset,
                "type",
                "io.sluice.audit.record",
                "outcome",
                Map.of("code", "decided")));
    }

    /** The same of a record that a bundle decided. */
    public static byte[] decided(int partition, long offset, String bundle, long revision) {
        return CanonicalJson.bytes(Map.of(
                "specversion",
                "1.0",
                "id",
                "events.ingress/1/" + partition + "/" + offset,
                "type",
                "io.sluice.audit.record",
                "outcome",
                Map.of("code", "decided"),
                "policy",
                Map.of("bundle", bundle, "revision", revision)));
    }

    public static byte[] act(String id, String code) {
        return CanonicalJson.bytes(Map.of("specversion", "1.0", "id", id, "type", "io.sluice.audit.act", "code", code));
    }

    public static List<byte[]> records(int partition, long from, int count) {
        List<byte[]> entries = new ArrayList<>();
        for (long offset = from; offset < from + count; offset++) {
            entries.add(record(partition, offset));
        }
        return entries;
    }

    /** Writes a log of these batches. */
    @SafeVarargs
    public static void write(Path folder, SigningKey key, List<byte[]>... batches) {
        try (AuditLog log = AuditLog.open(new AuditLogConfig(folder, key))) {
            long offset = log.nextOffset();
            for (List<byte[]> batch : batches) {
                offset += batch.size() + 1; // and a control record
                log.append(batch, offset);
            }
        }
    }
}
