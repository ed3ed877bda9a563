package io.sluice.core.audit;

import io.sluice.core.event.IngressPosition;
import io.sluice.core.event.Tags;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Builds the one entry of an ingress record (or of one attempt at it) that no policy decided; {@link DecidedEntries} makes
 * the others. Not thread-safe; one builder per entry.
 *
 * <p>{@code recorded} is the broker's append time of the ingress record, not a clock: a replay gives the same bytes.
 */
public final class RecordEntry {
    private final String id;
    private final Map<String, Object> json = new TreeMap<>();

    private RecordEntry(
            String type, IngressPosition position, int attempt, String tenant, String writer, Instant recorded) {
        this.id = position.entryId(attempt);
        putStart(json, type, id, tenant, writer, Tags.timestamp(recorded));
    }

    /** Starts the entry of an event. */
    public static RecordEntry event(
            IngressPosition position, int attempt, String tenant, String writer, Instant recorded) {
        return new RecordEntry(AuditEntry.RECORD, position, attempt, tenant, writer, recorded);
    }

    /** Starts the entry of a choice. */
    public static RecordEntry choice(
            IngressPosition position, int attempt, String tenant, String writer, Instant recorded) {
        return new RecordEntry(AuditEntry.CHOICE, position, attempt, tenant, writer, recorded);
    }

    /** Adds the verified tags. Never call it for a record whose seal did not open. */
    public RecordEntry tags(Tags tags) {
        putTags(
                json,
                Tags.timestamp(tags.received()),
                tags.id(),
                tags.dataset(),
                tags.producer(),
                tags.purpose(),
                tags.subjectRef() == null ? null : tags.subjectRef().value(),
                tags.subjectRegion());
        return this;
    }

    /** Adds who answers for the dataset, and under which regimes. */
    public RecordEntry controller(String controller, List<String> regimes) {
        putController(json, controller, regimes);
        return this;
    }

    /** Adds which policy was to decide it, where one was found: the fault may be its own. */
    public RecordEntry policy(DecidedEntries.Policy policy) {
        json.put("policy", policy.toJson());
        return this;
    }

    /** Adds what a choice says: its codes. */
    public RecordEntry chosen(String kind, List<String> purposes, @Nullable String textVersion) {
        Map<String, Object> choice = new TreeMap<>();
        choice.put("kind", kind);
        choice.put("purposes", purposes);
        if (textVersion != null) {
            choice.put("textVersion", textVersion);
        }
        json.put("choice", choice);
        return this;
    }

    /** Adds who was told of a choice; nothing where there was nobody to tell. */
    public RecordEntry notices(List<NoticeOutcome> notices) {
        if (!notices.isEmpty()) {
            json.put("notices", notices.stream().map(NoticeOutcome::toJson).toList());
        }
        return this;
    }

    /** Adds of which record this is a further attempt. */
    public RecordEntry requeued(Requeued requeued) {
        putRequeued(json, requeued);
        return this;
    }

    /** Ends the entry. @param reason the fault, for a quarantined record */
    public AuditEntry build(Outcome outcome, @Nullable ReasonCode reason) {
        putOutcome(json, outcome, reason);
        return AuditEntry.of(id, json);
    }

    // The members of every record's entry; values may be holes of a template.

    static void putStart(
            Map<String, Object> json, String type, Object id, String tenant, String writer, Object recorded) {
        json.put("specversion", "1.0");
        json.put("id", id);
        json.put("type", type);
        json.put("tenant", tenant);
        json.put("writer", writer);
        json.put("recorded", recorded);
    }

    static void putTags(
            Map<String, Object> json,
            Object time,
            Object event,
            String dataset,
            String producer,
            String purpose,
            @Nullable Object subjectRef,
            @Nullable String subjectRegion) {
        json.put("time", time);
        json.put("event", event);
        json.put("dataset", dataset);
        json.put("producer", producer);
        json.put("purpose", purpose);
        Map<String, Object> subject = new TreeMap<>();
        if (subjectRef != null) {
            subject.put("ref", subjectRef);
        }
        if (subjectRegion != null) {
            subject.put("region", subjectRegion);
        }
        if (!subject.isEmpty()) {
            json.put("subject", subject);
        }
    }

    static void putController(Map<String, Object> json, String controller, List<String> regimes) {
        json.put("controller", controller);
        json.put("regimes", regimes);
    }

    static void putRequeued(Map<String, Object> json, Requeued requeued) {
        json.put("requeue", requeued.toJson());
    }

    static void putOutcome(Map<String, Object> json, Outcome outcome, @Nullable ReasonCode reason) {
        Map<String, Object> out = new TreeMap<>();
        out.put("code", outcome.name().toLowerCase(Locale.ROOT));
        if (reason != null) {
            out.put("reason", reason.code());
        }
        json.put("outcome", out);
    }

    /** What became of the record as a whole. */
    public enum Outcome {
        /** Each recipient has its disposition. */
        DECIDED,
        /** A copy of a record that was decided before: nothing was released. */
        DUPLICATE,
        /** A choice that is now in force. */
        APPLIED,
        /** A fault of the record itself: quarantined for all recipients. */
        QUARANTINED
    }
}
