package io.sluice.audit.api;

import io.sluice.audit.append.PolicyArchive;
import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.CosignerKey;
import io.sluice.audit.note.VerifierKey;
import io.sluice.audit.pack.PackWriter;
import io.sluice.audit.query.AuditQuery;
import io.sluice.audit.query.DecisionInputs;
import io.sluice.audit.query.EntryExplainer;
import io.sluice.audit.query.QueryFilter;
import io.sluice.audit.query.QueryPage;
import io.sluice.audit.query.RecordExplanation;
import io.sluice.audit.query.Tallies;
import io.sluice.audit.report.Report;
import io.sluice.audit.report.ReportDesk;
import io.sluice.audit.report.ReportQuestion;
import io.sluice.audit.report.ReportRefusedException;
import io.sluice.audit.report.ReportTooLargeException;
import io.sluice.audit.report.ReviewCadence;
import io.sluice.core.audit.ActEntry;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What answers are made of: the log, its index, the archive of plans. Thread-safe; blocks. Until the index has caught up once,
 * every question is refused rather than held up.
 */
public final class LogDesk {
    private static final Duration TOTALS_KEPT = Duration.ofSeconds(5);

    private static final String REVIEWED = ActEntry.Code.ACTIVITY_REVIEWED.code();

    /** Reviews go to the log of this partition alone. */
    private static final int REVIEWED_IN = 0;

    private final AuditIndex index;
    private final int partition;
    private final AuditQuery query;
    private final Tallies tallies;
    private final EntryExplainer explainer;
    private final RecordExplanation explanation;
    private final ReportDesk reports;
    private final LogReader log;
    private final PolicyArchive archive;
    private final LongSupplier nanoTime;
    /** Entries that the index has checked against a signed root; below 0 until it was built. */
    private final AtomicLong indexed = new AtomicLong(-1);

    private Tallies.@Nullable Totals totals;
    private long totalsAt;

    /** Of partition 0. @param nanoTime a monotonic clock */
    public LogDesk(AuditIndex index, PolicyArchive archive, LongSupplier nanoTime) {
        this(index, REVIEWED_IN, archive, nanoTime);
    }

    /**
     * Of a log.
     *
     * @param partition of {@code audit.entries}, the one that it is built from
     * @param nanoTime a monotonic clock
     */
    public LogDesk(AuditIndex index, int partition, PolicyArchive archive, LongSupplier nanoTime) {
        this.index = index;
        this.partition = partition;
        this.query = new AuditQuery(index);
        this.tallies = new Tallies(index);
        this.explainer = new EntryExplainer(archive::plan);
        this.explanation = new RecordExplanation(archive::plan);
        this.reports = new ReportDesk(index, archive);
        this.archive = archive;
        this.log = new LogReader(index.config().source());
        this.nanoTime = nanoTime;
    }

    /** Brings the index up to the log; the first time may take long. */
    public void catchUp() {
        indexed.set(index.catchUp().size());
    }

    /** How many entries were read and found to be those of a signed root; 0 while the index is built anew. */
    public long indexed() {
        return index.isBeingBuilt() ? 0 : Math.max(0, indexed.get());
    }

    private void requireReady() {
        if (indexed.get() < 0) {
            throw new RefusedException(
                    ProblemCode.INDEX_NOT_READY, "The index of the log is not built yet. Repeat it later.");
        }
    }

    /** A page, the oldest entry first. */
    public QueryPage oldest(QueryFilter filter, long from, int limit) {
        requireReady();
        return query.find(filter, from, limit);
    }

    /** A page, the newest entry first. */
    public QueryPage newest(QueryFilter filter, long from, int limit) {
        requireReady();
        return query.findLatest(filter, from, limit);
    }

    /** The newest entry whose own code that is. */
    public Optional<QueryPage.Found> newest(String code) {
        requireReady();
        return query.newest(code);
    }

    /** How many entries a filter finds. */
    public long count(QueryFilter filter) {
        requireReady();
        return query.count(filter);
    }

    /** An entry by its place. @throws RefusedException where the log is not that long */
    public QueryPage.Found entry(long place) {
        requireReady();
        List<QueryPage.Found> found =
                place < 0 ? List.of() : query.find(QueryFilter.all(), place, 1).entries();
        if (found.isEmpty() || found.get(0).index() != place) {
            throw new RefusedException(ProblemCode.NOT_FOUND, "The log has no entry at this place.");
        }
        return found.get(0);
    }

    /** All entries under an id: one, unless the log is damaged or was told twice. */
    public List<QueryPage.Found> entries(String id) {
        requireReady();
        return query.find(QueryFilter.all().withEntryId(id), 10).entries();
    }

    /** The proof that an entry stands in the log: a C2SP tlog-proof. @throws RefusedException where there is none */
    public String proof(long place) {
        QueryPage.Found found = entry(place);
        return query.proof(found.index());
    }

    /** What an entry means, as one sentence. */
    public String sentence(QueryPage.Found found) {
        return explainer.explain(found.entry());
    }

    /** What each recipient got of a record, and why. */
    public List<RecordExplanation.RecipientView> views(QueryPage.Found found) {
        return explanation.of(found.entry());
    }

    /** What makes evidence packs. @param witnesses keys of those who may have cosigned, which go into each */
    public PackWriter packs(List<CosignerKey> witnesses) {
        return new PackWriter(index, archive, witnesses);
    }

    /** Counts over the log, some seconds old at most. */
    public synchronized Tallies.Totals totals() {
        requireReady();
        long now = nanoTime.getAsLong();
        Tallies.Totals kept = totals;
        if (kept == null || now - totalsAt > TOTALS_KEPT.toNanos()) {
            indexed.set(index.forQuestion().size());
            kept = tallies.totals();
            totals = kept;
            totalsAt = now;
        }
        return kept;
    }

    /**
     * A report, compared with the rulebook that the log's last decided record cites.
     *
     * @param maxEntries how many entries it may read
     */
    public Report report(ReportQuestion question, long maxEntries) {
        requireReady();
        try {
            return reports.make(question, null, maxEntries);
        } catch (ReportRefusedException e) {
            throw Question.invalid(String.valueOf(e.getMessage()));
        } catch (ReportTooLargeException e) {
            throw new RefusedException(
                    ProblemCode.REPORT_TOO_LARGE,
                    "It would read " + e.entries() + " entries, " + maxEntries
                            + " at most here. Narrow it by from and until, or make it by ./sluice audit report on a copy of"
                            + " the log.");
        }
    }

    /** What the policy was asked about the records of a filter's window, each different input once. */
    public void inputs(QueryFilter window, DecisionInputs.Asked asked) {
        requireReady();
        new DecisionInputs(index).forEach(window.from(), window.to(), asked);
    }

    /** When the review of activity falls due; empty in a log without entries, and in that of another partition than 0. */
    public Optional<ReviewCadence> cadence() {
        if (partition != REVIEWED_IN) {
            return Optional.empty(); // what was reviewed stands in the other log
        }
        Optional<Instant> begin =
                oldest(QueryFilter.all(), 0, 1).entries().stream().findFirst().flatMap(LogDesk::time);
        Optional<Instant> last = newest(REVIEWED).flatMap(LogDesk::time);
        return begin.map(from -> ReviewCadence.of(last, from));
    }

    private static Optional<Instant> time(QueryPage.Found found) {
        try {
            return Optional.of(Instant.parse(found.entry().path("time").asText("")));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Records in spans of time of the same length. */
    public List<Long> records(Instant from, Duration length, int spans) {
        requireReady();
        return tallies.records(from, length, spans);
    }

    /** What became of the records of spans of time of the same length. */
    public List<Tallies.Flow> flow(Instant from, Duration length, int spans) {
        requireReady();
        return tallies.flow(from, length, spans);
    }

    /** The newest checkpoint, its signature checked. */
    public Checkpoint checkpoint() {
        return log.checkpoint(index.config().key());
    }

    /** The checkpoint as it was signed. */
    public byte[] signedCheckpoint() {
        return log.signedCheckpoint();
    }

    /** Whose signature that is. */
    public VerifierKey key() {
        return index.config().key();
    }
}
