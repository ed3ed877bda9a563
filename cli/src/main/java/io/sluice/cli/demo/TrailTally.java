package io.sluice.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.query.AuditQuery;
import io.sluice.audit.query.QueryFilter;
import io.sluice.audit.query.QueryPage;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.decision.Disposition;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the trail says, added up entry by entry as the log grows. Used by one thread. */
final class TrailTally {
    /** Per recipient. */
    static final class Counts {
        long released;
        long withheld;
        long quarantined;
    }

    private final AuditQuery query;
    private final TreeMap<String, Counts> recipients = new TreeMap<>();
    private long next;
    private long events;
    private long choices;
    private long notices;
    private long quarantined;
    private @Nullable JsonNode telling;
    private long tellingWorth;

    TrailTally(AuditQuery query, Iterable<String> recipients) {
        this.query = query;
        recipients.forEach(recipient -> this.recipients.put(recipient, new Counts()));
    }

    /** Reads on to the log's end, and hands each entry out. */
    void catchUp(Consumer<JsonNode> seen) {
        while (true) {
            QueryPage page = query.find(QueryFilter.all(), next, AuditQuery.MAX_PAGE);
            for (QueryPage.Found found : page.entries()) {
                add(found.entry());
                seen.accept(found.entry());
                next = found.index() + 1;
            }
            OptionalLong more = page.next();
            if (more.isEmpty()) {
                return;
            }
            next = more.getAsLong();
        }
    }

    private void add(JsonNode entry) {
        String type = entry.path("type").asText();
        String outcome = entry.path("outcome").path("code").asText();
        if (type.equals(AuditEntry.CHOICE)) {
            choices++;
            for (JsonNode told : entry.path("notices")) {
                notices += told.path("releasedIds").size();
            }
        }
        if (!type.equals(AuditEntry.RECORD)) {
            return;
        }
        events++;
        boolean faulty = outcome.equals("quarantined");
        int releases = 0;
        int patterns = 0;
        for (JsonNode recipient : entry.path("recipients")) {
            Counts counts = recipients.computeIfAbsent(recipient.path("id").asText(), id -> new Counts());
            String disposition = recipient.path("disposition").asText();
            if (disposition.equals(Disposition.RELEASE.code())) {
                counts.released++;
                releases++;
                patterns += recipient.path("patterns").size();
            } else if (disposition.equals(Disposition.WITHHOLD.code())) {
                counts.withheld++;
            } else {
                counts.quarantined++;
                faulty = true;
            }
        }
        quarantined += faulty ? 1 : 0;
        long worth = releases * 1_000_000L + patterns;
        if (releases > 0 && worth > tellingWorth) {
            telling = entry;
            tellingWorth = worth;
        }
    }

    /** Positions that have their entry: events and choices. */
    long positions() {
        return events + choices;
    }

    /** Notices of choices that went to recipients. */
    long notices() {
        return notices;
    }

    long events() {
        return events;
    }

    /** Records that are in quarantine for at least one recipient. */
    long quarantined() {
        return quarantined;
    }

    TreeMap<String, Counts> recipients() {
        return recipients;
    }

    /** An entry that was released to more recipients, with more fields, than others, to show; null where none was. */
    @Nullable
    JsonNode telling() {
        return telling;
    }
}
