package io.sluice.core.audit;

import io.sluice.core.event.SubjectRef;
import io.sluice.core.event.Tags;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Builds the entry of an act: something that a person or a room did, other than deciding a record. Thread-safe. */
public final class ActEntry {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** What was done. */
    public enum Code {
        ADMISSION_REFUSED,
        POLICY_BUILT,
        POLICY_APPROVED,
        POLICY_ACTIVATED,
        POLICY_REFUSED,
        CANARY_RETURNED,
        CONFIG_CHANGED,
        AUDIT_READ,
        AUDIT_REFUSED,
        QUARANTINE_READ,
        QUARANTINE_REQUEUED,
        REQUEUE_REFUSED,
        KEY_ROTATED,
        REPROCESS_ACCEPTED,
        LEGAL_HOLD_SET,
        LEGAL_HOLD_RELEASED,
        ACCOUNTING_SUSPENDED,
        ACCOUNTING_RESUMED,
        ERASURE_HELD,
        ERASURE_ORDERED,
        ERASURE_PUNCTURED,
        ERASURE_KEYS_DESTROYED,
        SUBJECT_ERASED,
        PERIOD_KEYS_DESTROYED,
        VALUE_REVEALED,
        REVEAL_REFUSED,
        EMERGENCY_OPENED,
        EMERGENCY_REVIEWED,
        REVIEWS_LISTED,
        LOG_PRUNED,
        ACTIVITY_REVIEWED,
        BUILDER_STARTED,
        HEARTBEAT;

        /** The code in entries. */
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private ActEntry() {}

    /**
     * An act's entry under a fresh UUIDv7 (RFC 9562 section 5.7).
     *
     * @param actor who: an officer, a room, a producer id
     * @param detail codes and counts; strings, integers, booleans, lists and maps of those
     */
    public static AuditEntry of(
            Code code, String tenant, String writer, String actor, Instant time, Map<String, Object> detail) {
        return of(uuidV7(time).toString(), code, tenant, writer, actor, time, detail);
    }

    /**
     * An act's entry that is found by the dataset and the subject that it is about.
     *
     * @param dataset null where it is about none
     * @param subject null where it is about none
     */
    public static AuditEntry about(
            Code code,
            String tenant,
            String writer,
            String actor,
            Instant time,
            @Nullable String dataset,
            @Nullable SubjectRef subject,
            Map<String, Object> detail) {
        String id = uuidV7(time).toString();
        Map<String, Object> json = json(id, code, tenant, writer, actor, time, detail);
        if (dataset != null) {
            json.put("dataset", dataset);
        }
        if (subject != null) {
            json.put("subject", Map.of("ref", subject.value()));
        }
        return AuditEntry.of(id, json);
    }

    /**
     * An act's entry under the address of what it tells of, so that a replay gives the same bytes.
     *
     * @param id a topic's logical name, a partition and an offset, or a store of keys, a key, its version and when that was
     *     made; never a record's position, which has its own entry
     */
    public static AuditEntry of(
            String id,
            Code code,
            String tenant,
            String writer,
            String actor,
            Instant time,
            Map<String, Object> detail) {
        return AuditEntry.of(id, json(id, code, tenant, writer, actor, time, detail));
    }

    private static Map<String, Object> json(
            String id,
            Code code,
            String tenant,
            String writer,
            String actor,
            Instant time,
            Map<String, Object> detail) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("specversion", "1.0");
        json.put("id", id);
        json.put("type", AuditEntry.ACT);
        json.put("tenant", tenant);
        json.put("writer", writer);
        json.put("actor", actor);
        json.put("recorded", Tags.timestamp(time));
        json.put("time", Tags.timestamp(time));
        json.put("code", code.code());
        json.put("detail", detail);
        return json;
    }

    private static UUID uuidV7(Instant time) {
        long random = RANDOM.nextLong();
        long high = time.toEpochMilli() << 16 | 0x7000 | (random & 0xfff);
        long low = 0x8000_0000_0000_0000L | RANDOM.nextLong() >>> 2;
        return new UUID(high, low);
    }

    /** Lower-case form of an enum for {@code detail}. */
    public static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
