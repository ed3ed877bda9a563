package io.sluice.audit.report;

import io.sluice.audit.append.PolicyArchive;
import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.log.LogSource;
import io.sluice.audit.log.PrunedAct;
import io.sluice.audit.log.PrunedPrefix;
import io.sluice.audit.merkle.Hash;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.query.AuditQuery;
import io.sluice.audit.query.QueryFilter;
import io.sluice.audit.query.QueryPage;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes reports from a log, its index and the archive of what its entries cite. A report reads its entries once, in the
 * memory of one bundle of them and of what it counts: recipients, datasets, plans and revisions, not records.
 * Thread-safe; blocks for as long as reading takes.
 */
public final class ReportDesk {
    private final AuditQuery query;
    private final LogSource source;
    private final LogReader log;
    private final PolicyArchive archive;
    private final Positions positions;

    /** Of that log. */
    public ReportDesk(AuditIndex index, PolicyArchive archive) {
        this.query = new AuditQuery(index);
        this.source = index.config().source();
        this.log = new LogReader(source);
        this.archive = archive;
        this.positions = new Positions(query::ids, log::root);
    }

    /**
     * Makes a report, after the index caught up with the log.
     *
     * @param declared the rulebook that is compared with; null for the one that the last decided record cites
     * @param maxEntries how many entries it may read
     * @throws ReportTooLargeException where it would read more
     * @throws ReportRefusedException where it cannot be made of this log
     */
    public Report make(ReportQuestion question, @Nullable Declared declared, long maxEntries) {
        return make(question, declared, maxEntries, query.catchUp());
    }

    /**
     * The report of the activity that a review was of: of the log as it was then.
     *
     * @throws ReportPrunedException where entries of its window were pruned since
     * @throws ReportRefusedException where the log is another, shorter, or had another root at that size
     */
    public Report reviewed(Review review) {
        Checkpoint now = query.catchUp();
        if (!now.origin().equals(review.origin())) {
            throw new ReportRefusedException(
                    "The review is of the log " + review.origin() + ", and this one is " + now.origin() + ".");
        }
        if (now.size() < review.size()) {
            throw new ReportRefusedException("The log had " + review.size() + " entries when it was reviewed, and has "
                    + now.size() + ": it was cut or set back.");
        }
        Hash root = log.root(review.size(), now.size());
        if (!root.toBase64().equals(review.root())) {
            throw new ReportRefusedException("The log had another root when it was reviewed: what was there then is not"
                    + " what stands there now; run audit verify.");
        }
        ReportQuestion question = ReportQuestion.of("activity", review.asked());
        requireKept(question, review.size(), now);
        return make(question, null, Long.MAX_VALUE, new Checkpoint(now.origin(), review.size(), root));
    }

    /** What was pruned before the review was not in it either; what was pruned since may lie before its window. */
    private void requireKept(ReportQuestion question, long size, Checkpoint now) {
        PrunedPrefix pruned = PrunedPrefix.read(source, now.origin()).orElse(null);
        if (pruned == null || pruned.act() < size) {
            return;
        }
        Instant newest = act(pruned, now).map(PrunedAct::newest).orElse(Instant.MAX);
        if (!question.time(Parameter.FROM).orElse(Instant.MIN).isAfter(newest)) {
            throw new ReportPrunedException("Since it was reviewed, entries before " + pruned.to()
                    + " were pruned, as entry " + pruned.act() + " says: the report cannot be made again.");
        }
    }

    /** The act of a pruning; empty where it does not say the same as the file, of which audit verify tells. */
    private Optional<PrunedAct> act(PrunedPrefix pruned, Checkpoint checkpoint) {
        return pruned.confirmed(log, checkpoint).map(PrunedPrefix.Confirmed::act);
    }

    private Report make(ReportQuestion question, @Nullable Declared declared, long maxEntries, Checkpoint checkpoint) {
        Instant last = last(checkpoint);
        PolicyAtHand policies = new PolicyAtHand(archive);
        ReportQuestion asked = Bodies.window(question, last);
        List<QueryFilter> filters = Bodies.filters(asked);
        long found = filters.stream()
                .mapToLong(filter -> query.count(filter, checkpoint.size()))
                .sum();
        if (found > maxEntries) {
            throw new ReportTooLargeException(found);
        }
        Body body = Bodies.of(asked, policies, declared, new Finder(query, checkpoint.size()), last);
        AtomicLong read = new AtomicLong();
        for (QueryFilter filter : filters) {
            query.forEach(filter, checkpoint, one -> {
                read.incrementAndGet();
                body.take(one.index(), one.entry());
            });
        }
        Draft draft = new Draft();
        body.write(draft);
        Report.Basis basis = new Report.Basis(
                checkpoint.origin(),
                checkpoint.size(),
                checkpoint.root().toBase64(),
                read.get(),
                asked.time(Parameter.FROM).orElse(null),
                asked.time(Parameter.UNTIL).orElse(null),
                last,
                gaps(checkpoint));
        return draft.end(asked.spec(), basis, question);
    }

    /** What keeps the log from holding all that it counted: positions without an entry, and what was pruned. */
    private List<String> gaps(Checkpoint checkpoint) {
        List<String> gaps = new ArrayList<>();
        PrunedPrefix pruned = PrunedPrefix.read(source, checkpoint.origin()).orElse(null);
        if (pruned == null) {
            gaps.addAll(positions.gaps(checkpoint, Map.of()));
        } else {
            gaps.add("entries before " + pruned.to() + " were pruned, as entry " + pruned.act() + " says");
            gaps.addAll(positions.gaps(
                    checkpoint, act(pruned, checkpoint).map(PrunedAct::last).orElse(Map.of())));
        }
        return gaps;
    }

    /** When the last entry was recorded; null in an empty log, and where it is pruned. */
    private @Nullable Instant last(Checkpoint checkpoint) {
        if (checkpoint.size() == 0) {
            return null;
        }
        QueryPage page = query.findLatest(QueryFilter.all(), checkpoint.size() - 1, 1);
        if (page.entries().isEmpty()) {
            return null;
        }
        try {
            return Instant.parse(page.entries().get(0).entry().path("recorded").asText(""));
        } catch (DateTimeException e) {
            return null;
        }
    }
}
