package io.sluice.gateway.parse;

import io.sluice.gateway.answer.Numbering;
import io.sluice.gateway.answer.Stop;
import io.sluice.gateway.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events of a batch that is held whole. Not thread-safe. */
public final class HeldEvents implements BatchSource {
    private final List<BatchEvent> events;
    private int taken;
    private @Nullable Stop stop;

    public HeldEvents(List<BatchEvent> events) {
        this.events = events;
    }

    @Override
    public Numbering numbering() {
        return Numbering.INDEX;
    }

    @Override
    public @Nullable BatchEvent next() {
        return ended() ? null : events.get(taken++);
    }

    @Override
    public boolean ended() {
        return stop != null || taken == events.size();
    }

    /** None of its own: the body is accounted for until the answer. */
    @Override
    public long heldBytes() {
        return 0;
    }

    @Override
    public void stop(Problem why) {
        if (!ended()) {
            stop = new Stop(taken, why);
        }
    }

    @Override
    public @Nullable Stop stopped() {
        return stop;
    }
}
