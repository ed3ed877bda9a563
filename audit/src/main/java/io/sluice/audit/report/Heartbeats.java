package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.report.Report.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How long the log was silent, and whether its clock went back. For one report and one thread. */
final class Heartbeats {
    private static final int MAX_PLACES = 10;

    private final List<Long> steps = new ArrayList<>();
    private @Nullable Instant last;
    private Duration silence = Duration.ZERO;
    private long silentBefore = -1;

    /** Takes a heartbeat. */
    void take(long place, JsonNode entry) {
        Optional<Instant> time = Times.instant(entry);
        if (time.isEmpty()) {
            steps.add(place); // a heartbeat without a time is as bad as one of another time
            return;
        }
        if (last != null) {
            Duration between = Duration.between(last, time.get());
            if (between.isNegative() && steps.size() < MAX_PLACES) {
                steps.add(place);
            }
            if (between.compareTo(silence) > 0) {
                silence = between;
                silentBefore = place;
            }
        }
        last = time.get();
    }

    /** That the clock went back. */
    void findings(Draft draft) {
        if (!steps.isEmpty()) {
            draft.finding("clock-step", "The time of heartbeats went back.", steps);
        }
    }

    /** The longest silence. */
    void write(Draft draft) {
        draft.table("heartbeats", "Heartbeats", "The log says in each that nothing else happened.")
                .column("longest", "Longest silence, seconds", Kind.NUMBER)
                .column("entry", "Ended by entry", Kind.ENTRY)
                .row(silence.toSeconds(), silentBefore < 0 ? "" : (Object) silentBefore);
    }
}
