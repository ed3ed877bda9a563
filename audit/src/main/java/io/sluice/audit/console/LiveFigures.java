package io.sluice.audit.console;

import io.sluice.audit.api.LogDesk;
import io.sluice.audit.api.Turn;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.query.QueryPage;
import io.sluice.audit.query.Tallies.Flow;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the log says for the live part: asked once in five seconds, however many look at it. Thread-safe. */
final class LiveFigures {
    static final int MINUTES = 60;

    private static final Duration KEPT = Duration.ofSeconds(5);

    private final LogDesk desk;
    private final Turn turn = new Turn(KEPT);
    private volatile @Nullable Figures last;

    /**
     * Figures of a moment.
     *
     * @param at the moment
     * @param end of the last minute of the flow, which has not passed yet
     * @param flow of the last hour, minute by minute
     * @param behind signed entries that are not indexed
     * @param record the newest record that was decided
     * @param heartbeat the newest heartbeat
     */
    record Figures(
            Instant at,
            Instant end,
            List<Flow> flow,
            Checkpoint checkpoint,
            long behind,
            Optional<QueryPage.Found> record,
            Optional<QueryPage.Found> heartbeat) {
        Figures {
            flow = List.copyOf(flow);
        }
    }

    LiveFigures(LogDesk desk) {
        this.desk = desk;
    }

    /** Those of now, or of five seconds ago at most. */
    Figures of(Instant now) {
        Figures kept = fresh(now);
        return kept != null
                ? kept
                : turn.take(() -> {
                    Figures meanwhile = fresh(now);
                    return meanwhile != null ? meanwhile : asked(now);
                });
    }

    private @Nullable Figures fresh(Instant now) {
        Figures kept = last;
        return kept != null && Duration.between(kept.at(), now).abs().compareTo(KEPT) < 0 ? kept : null;
    }

    private Figures asked(Instant now) {
        Instant end = now.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
        Optional<QueryPage.Found> record = desk.newest("decided");
        Optional<QueryPage.Found> heartbeat = desk.newest("heartbeat");
        List<Flow> flow = desk.flow(end.minus(MINUTES, ChronoUnit.MINUTES), Duration.ofMinutes(1), MINUTES);
        Checkpoint checkpoint = desk.checkpoint();
        Figures figures = new Figures(
                now, end, flow, checkpoint, Math.max(0, checkpoint.size() - desk.indexed()), record, heartbeat);
        last = figures;
        return figures;
    }
}
