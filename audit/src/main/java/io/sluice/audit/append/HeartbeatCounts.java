package io.sluice.audit.append;

import io.sluice.audit.log.EntryForm;
import io.sluice.core.event.Topics;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts the entries that were appended since the last heartbeat: what the next one says, and what anybody can count
 * again from the log. Not safe for use by many threads.
 */
final class HeartbeatCounts {
    private final Map<String, Long> entries = new TreeMap<>();
    private final Map<String, Long> recipients = new TreeMap<>();
    private final Map<String, Long> last = new TreeMap<>();
    private long from;

    HeartbeatCounts(long from) {
        this.from = from;
    }

    void add(EntryForm entry) {
        String outcome = entry.json()
                .path("outcome")
                .path("code")
                .asText(entry.json().path("code").asText(""));
        String kind = entry.type().substring(entry.type().lastIndexOf('.') + 1);
        count(entries, outcome.isEmpty() ? kind : kind + "-" + outcome);
        entry.json()
                .path("recipients")
                .forEach(recipient -> count(
                        recipients,
                        recipient.path("id").asText("") + "-"
                                + recipient.path("disposition").asText("")));
        entry.position()
                .ifPresent(position -> last.merge(
                        Topics.INGRESS + "/" + position.generation() + "/" + position.partition(),
                        position.offset(),
                        Math::max));
    }

    void refused() {
        count(entries, "act-" + RefusedEntry.CODE);
    }

    /** What the heartbeat says of entries {@code from} up to {@code to}; the next one goes on from there. */
    Map<String, Object> detail(long to) {
        Map<String, Object> detail = Map.of(
                "from", from,
                "to", to,
                "entries", Map.copyOf(entries),
                "recipients", Map.copyOf(recipients),
                "last", Map.copyOf(last));
        from = to;
        entries.clear();
        recipients.clear();
        last.clear();
        return detail;
    }

    private static void count(Map<String, Long> counts, String name) {
        counts.merge(name, 1L, Long::sum);
    }
}
