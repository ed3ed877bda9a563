package io.sluice.gateway.outcome;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.audit.ReasonCode;
import io.sluice.core.event.IngressPosition;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of the events decided last, by {@code ce_id}: a keyed hash of producer, source and id, so that nobody finds
 * another producer's. Holds no content, no subject and no id of a producer's own. At most {@code max} events, of which
 * the oldest of the producer that has most are forgotten first. Thread-safe.
 */
public final class KnownEvents {
    /** Verdicts that are shared among events; beyond it each event has its own. */
    private static final int MAX_SHARED = 4_096;

    private static final JsonMapper MAPPER = new JsonMapper();

    private final int max;
    /** Guarded by this, as all that follows. */
    private final SharedMemory<Fate> fates;

    private final Map<Fate.Verdict, Fate.Verdict> shared = new HashMap<>();
    private long forgotten;
    private @Nullable Instant first;

    /** @param max most events that are known */
    public KnownEvents(int max) {
        this.max = max;
        this.fates = new SharedMemory<>(max);
    }

    /**
     * Learns from an entry of {@code audit.entries}; one that is not of a verified record says nothing here.
     *
     * @param written when it was written
     */
    public void learn(byte[] entry, Instant written) {
        JsonNode json;
        try {
            json = MAPPER.readTree(entry);
        } catch (IOException e) {
            return; // no entry: the log's own readers report it
        }
        String type = json.path("type").asText();
        String event = json.path("event").asText();
        if (event.isEmpty() || !type.equals(AuditEntry.RECORD) && !type.equals(AuditEntry.CHOICE)) {
            return;
        }
        String id = json.path("id").asText();
        IngressPosition position;
        try {
            position = IngressPosition.ofEntryId(id);
        } catch (IllegalArgumentException e) {
            return;
        }
        int mark = id.indexOf('#');
        int attempt = mark < 0 ? 0 : Integer.parseInt(id.substring(mark + 1));
        put(json.path("producer").asText(), event, new Fate(position, attempt, verdict(json), null), written);
    }

    private static Fate.Verdict verdict(JsonNode json) {
        List<Fate.View> views = new ArrayList<>();
        for (JsonNode recipient : json.path("recipients")) {
            views.add(new Fate.View(
                    recipient.path("id").asText(),
                    recipient.path("disposition").asText(),
                    text(recipient.path("code"))));
        }
        JsonNode outcome = json.path("outcome");
        return new Fate.Verdict(outcome.path("code").asText(), text(outcome.path("reason")), views);
    }

    private static @Nullable String text(JsonNode json) {
        return json.isTextual() ? json.textValue() : null;
    }

    private synchronized void put(String producer, String event, Fate learned, Instant written) {
        if (first == null) {
            first = written;
        }
        Fate before = fates.get(event);
        if (before == null) {
            forgotten += fates.put(producer, event, share(learned)) ? 1 : 0;
        } else if (!before.position().equals(learned.position())
                && ReasonCode.ID_REUSED.code().equals(learned.verdict().reason())) {
            fates.put(producer, event, before.reusedAt(learned.position()));
        } else if (learned.replaces(before)) {
            fates.put(producer, event, share(learned.reusedAt(before.reused())));
        }
    }

    private Fate share(Fate fate) {
        Fate.Verdict known = shared.get(fate.verdict());
        if (known == null) {
            known = fate.verdict();
            if (shared.size() < MAX_SHARED) {
                shared.put(known, known);
            }
        }
        return new Fate(fate.position(), fate.attempt(), known, fate.reused());
    }

    /** What became of an event, as members of an answer; empty where it is not known, or not any more. */
    public synchronized Optional<Map<String, Object>> of(String event) {
        return Optional.ofNullable(fates.get(event)).map(Fate::members);
    }

    /** How many events are known. */
    public synchronized int size() {
        return fates.size();
    }

    /** From when on this is known, in words that go into a sentence; nothing of how much others send. */
    public synchronized String window() {
        String since = first == null
                ? "nothing was decided since this gateway began to listen"
                : forgotten > 0 ? "older ones were forgotten" : "the first of them decided at " + first;
        return "this gateway knows of the latest " + max + " events that were decided (" + since + ")";
    }
}
