package io.sluice.audit.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.log.EntryForm;
import io.sluice.audit.verify.Finding.Question;
import io.sluice.core.audit.ActEntry;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.event.IngressPosition;
import io.sluice.core.event.Topics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads every entry: canonical JSON, an id that stands once, and for records a position, of which none between the first
 * and the last of its partition may be missing.
 */
final class EntryAudit {
    /** Runs of all partitions at most (some 150 MiB); a log that is torn further is not worth listing. */
    private static final int MAX_RUNS = 1_000_000;

    /** Characters of cited bundles and of the entries that cite them first, at most: of a hundred thousand revisions. */
    private static final int MAX_CITED_CHARS = 16_000_000;

    /** A gap that two heartbeats have passed is no longer one that another subtask is about to close. */
    private static final int HEARTBEATS_OF_GRACE = 2;

    private final Findings findings;
    private final int maxRuns;
    private final int maxCitedChars;
    private final Map<String, Long> types = new TreeMap<>();
    private final Map<String, PositionSet> partitions = new TreeMap<>();
    private final Map<String, Citation> citations = new LinkedHashMap<>();
    private final IdSet otherIds = new IdSet();
    /** Per partition the highest position that may stand in the part of the log that was pruned. */
    private Map<String, Long> pruned = Map.of();

    private long heartbeats;
    private long runs;
    private long citedChars;
    private boolean citesTooMany;
    private boolean open;

    EntryAudit(Findings findings) {
        this(findings, MAX_RUNS, MAX_CITED_CHARS);
    }

    EntryAudit(Findings findings, int maxRuns, int maxCitedChars) {
        this.findings = findings;
        this.maxRuns = maxRuns;
        this.maxCitedChars = maxCitedChars;
    }

    /** Told before any entry is read: of positions up to these nobody can tell, the entries before are gone. */
    void pruned(Map<String, Long> last) {
        pruned = Map.copyOf(last);
    }

    /** Reads the entry of that index, which stands in {@code file}. */
    void entry(byte[] bytes, long index, String file) {
        try {
            read(EntryForm.read(bytes), index, file);
        } catch (EntryForm.BadFormException e) {
            findings.altered(file, "entry " + index + " " + e.getMessage());
        }
    }

    /** Looks for gaps once all entries are read. */
    void finish() {
        partitions.forEach((partition, positions) -> {
            long known = pruned.getOrDefault(partition, -1L);
            excuse(partition, positions.missingUpTo(known));
            if (known < 0 && positions.first() > 0) {
                findings.note(
                        Question.COMPLETE,
                        partition,
                        "the log starts at position " + positions.first() + " of this partition");
            }
            positions.gapsAbove(known).forEach(gap -> gap(partition, gap));
        });
    }

    Map<String, Long> types() {
        return types;
    }

    Map<String, Long> positions() {
        Map<String, Long> counts = new TreeMap<>();
        partitions.forEach((partition, positions) -> counts.put(partition, positions.count()));
        return counts;
    }

    List<Citation> citations() {
        return List.copyOf(citations.values());
    }

    /** Whether there are gaps that may still close. */
    boolean isOpen() {
        return open;
    }

    private void read(EntryForm entry, long index, String file) {
        types.merge(entry.type(), 1L, Long::sum);
        cite(entry, index, file);
        if (entry.type().equals(AuditEntry.ACT)
                && entry.json().path("code").asText("").equals(ActEntry.Code.HEARTBEAT.code())) {
            heartbeats++;
        }
        if (entry.position().isPresent()) {
            position(entry.position().get(), entry.id(), index, file);
        } else {
            otherId(entry.id(), index, file);
        }
    }

    /** There are as many as there were revisions, unless whoever may write to the topic makes them up. */
    private void cite(EntryForm entry, long index, String file) {
        JsonNode policy = entry.json().path("policy");
        String bundle = policy.path("bundle").asText("");
        if (bundle.isEmpty()) {
            return;
        }
        boolean known = citations.containsKey(bundle);
        if (known || citedChars < maxCitedChars) {
            citedChars += known ? 0 : bundle.length() + entry.id().length();
            citations.merge(
                    bundle,
                    new Citation(bundle, policy.path("revision").asLong(), 1, index, entry.id()),
                    (first, now) -> first.again());
        } else if (!citesTooMany) {
            citesTooMany = true;
            findings.incomplete(
                    file,
                    "entry " + index + " cites a bundle that is one too many: of entries from here on, those that cite"
                            + " others than before are not counted");
        }
    }

    private void position(IngressPosition position, String id, long index, String file) {
        String partition = Topics.INGRESS + "/" + position.generation() + "/" + position.partition();
        if (runs > maxRuns) {
            findings.incomplete(file, "the log has more than " + maxRuns + " gaps; reading stops counting them");
            return;
        }
        PositionSet positions = partitions.computeIfAbsent(partition, name -> new PositionSet());
        int before = positions.runCount();
        if (!positions.add(position.offset(), heartbeats)) {
            findings.incomplete(file, "entry " + index + ": there is an entry with the id " + id + " before it");
        }
        runs += positions.runCount() - before;
    }

    private void otherId(String id, long index, String file) {
        if (otherIds.isFull()) {
            open = true;
        } else if (!otherIds.add(id)) {
            findings.incomplete(file, "entry " + index + ": there is an entry with the id " + id + " before it");
        }
    }

    /** Positions among the kept ones that may have had their entries before them: what was pruned might say. */
    private void excuse(String partition, long missing) {
        if (missing > 0) {
            open = true;
            findings.note(
                    Question.COMPLETE,
                    partition,
                    missing
                            + " positions between entries that are kept have none; the act of the pruning says that they may"
                            + " have stood among those that were pruned, and nobody can tell any longer");
        }
    }

    private void gap(String partition, PositionSet.Gap gap) {
        String range = gap.to() - gap.from() == 1
                ? "position " + gap.from() + " has"
                : "positions " + gap.from() + " to " + (gap.to() - 1) + " have";
        if (heartbeats > 0 && heartbeats - gap.born() < HEARTBEATS_OF_GRACE) {
            open = true;
            findings.note(Question.COMPLETE, partition, range + " no entry yet");
        } else {
            findings.incomplete(partition, range + " no entry");
        }
    }
}
