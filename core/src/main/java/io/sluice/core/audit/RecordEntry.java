package io.sluice.core.audit;

import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.event.IngressPosition;
import io.sluice.core.event.Tags;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Builds the one entry of an ingress record (or of one attempt at it). Not thread-safe; one builder per entry.
 *
 * <p>{@code recorded} is the broker's append time of the ingress record, not a clock: a replay gives the same bytes.
 */
public final class RecordEntry {
    private final String id;
    private final Map<String, Object> json = new TreeMap<>();

    private RecordEntry(
            String type, IngressPosition position, int attempt, String tenant, String writer, Instant recorded) {
        this.id = position.entryId(attempt);
        json.put("specversion", "1.0");
        json.put("id", id);
        json.put("type", type);
        json.put("tenant", tenant);
        json.put("writer", writer);
        json.put("recorded", Tags.timestamp(recorded));
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
        json.put("time", Tags.timestamp(tags.received()));
        json.put("event", tags.id());
        json.put("dataset", tags.dataset());
        json.put("producer", tags.producer());
        json.put("purpose", tags.purpose());
        Map<String, Object> subject = new TreeMap<>();
        if (tags.subjectRef() != null) {
            subject.put("ref", tags.subjectRef().value());
        }
        if (tags.subjectRegion() != null) {
            subject.put("region", tags.subjectRegion());
        }
        if (!subject.isEmpty()) {
            json.put("subject", subject);
        }
        return this;
    }

    /** Adds who answers for the dataset, and under which regimes. */
    public RecordEntry controller(String controller, List<String> regimes) {
        json.put("controller", controller);
        json.put("regimes", regimes);
        return this;
    }

    /** Adds the decision: input, activation and revision replay it (promise P5). */
    public RecordEntry decision(long activation, long revision, String bundle, ReleaseInput input) {
        Map<String, Object> policy = new TreeMap<>();
        policy.put("activation", activation);
        policy.put("revision", revision);
        policy.put("bundle", bundle);
        policy.put("entrypoint", "sluice/release");
        json.put("policy", policy);
        json.put("input", input.toJson());
        return this;
    }

    /** Adds what became of it for each recipient. */
    public RecordEntry recipients(List<RecipientOutcome> outcomes) {
        json.put("recipients", outcomes.stream().map(RecipientOutcome::toJson).toList());
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

    /** Ends the entry. @param reason the fault, for a quarantined record */
    public AuditEntry build(Outcome outcome, @Nullable ReasonCode reason) {
        Map<String, Object> out = new TreeMap<>();
        out.put("code", outcome.name().toLowerCase(Locale.ROOT));
        if (reason != null) {
            out.put("reason", reason.code());
        }
        json.put("outcome", out);
        return AuditEntry.of(id, json);
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
