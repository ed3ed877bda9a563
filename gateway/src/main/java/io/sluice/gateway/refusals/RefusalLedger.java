package io.sluice.gateway.refusals;

import io.sluice.gateway.operate.ConnectionEnd;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.serving.tls.HandshakeFault;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Counts refusals by (actor, code, minute). An actor is a producer id of the rulebook or {@link #UNKNOWN}: a caller that
 * nobody registered cannot write a name into the trail. Bounded; above the bound counts go to {@link #UNKNOWN} in the same
 * minute. Thread-safe.
 */
public final class RefusalLedger {
    /** The actor where no registered producer was recognised. */
    public static final String UNKNOWN = "unknown";

    private final int maxLines;
    /** Guarded by itself. */
    private final Map<Line, Long> counts = new HashMap<>();

    /**
     * What is counted together.
     *
     * @param actor producer id, or {@link #UNKNOWN}
     * @param code why it was refused: that of a {@link ProblemCode}, or {@code tls-} and that of a {@link HandshakeFault},
     *     or {@code connection-} and that of a {@link ConnectionEnd}
     * @param minute UTC minute
     */
    public record Line(String actor, String code, Instant minute) {}

    /**
     * A line with its count.
     *
     * @param line what was refused
     * @param count how often
     */
    public record Counted(Line line, long count) {}

    public RefusalLedger(int maxLines) {
        this.maxLines = maxLines;
    }

    /** Counts one refusal. */
    public void count(String actor, ProblemCode code, Instant now) {
        add(new Line(actor, code.code(), now.truncatedTo(ChronoUnit.MINUTES)), 1);
    }

    /** Counts one refused handshake. */
    public void count(HandshakeFault fault, Instant now) {
        add(new Line(UNKNOWN, "tls-" + fault.code(), now.truncatedTo(ChronoUnit.MINUTES)), 1);
    }

    /** Counts one connection that was ended for what it sent. */
    public void count(String actor, ConnectionEnd reason, Instant now) {
        add(new Line(actor, "connection-" + reason.code(), now.truncatedTo(ChronoUnit.MINUTES)), 1);
    }

    /** Puts back what could not be written. */
    public void putBack(Counted counted) {
        add(counted.line, counted.count);
    }

    /** Takes out the lines of minutes before one. */
    public List<Counted> takeBefore(Instant minute) {
        List<Counted> taken = new ArrayList<>();
        synchronized (counts) {
            Iterator<Map.Entry<Line, Long>> lines = counts.entrySet().iterator();
            while (lines.hasNext()) {
                Map.Entry<Line, Long> line = lines.next();
                if (line.getKey().minute.isBefore(minute)) {
                    taken.add(new Counted(line.getKey(), line.getValue()));
                    lines.remove();
                }
            }
        }
        return taken;
    }

    private void add(Line line, long count) {
        synchronized (counts) {
            boolean full = counts.size() >= maxLines && !counts.containsKey(line);
            // When full, one line per code for the minute: at most as many more as there are codes and minutes kept.
            counts.merge(full ? new Line(UNKNOWN, line.code, line.minute) : line, count, Long::sum);
        }
    }
}
