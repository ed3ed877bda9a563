package io.sluice.gateway.parse;

import io.sluice.gateway.answer.Numbering;
import io.sluice.gateway.answer.Stop;
import io.sluice.gateway.problem.Problem;
import org.jspecify.annotations.Nullable;

/** Where the events of a batch come from, in their order. Not thread-safe: it lives on one event loop. */
public interface BatchSource {
    /** How it counts. */
    Numbering numbering();

    /** Takes the next event; null where there is none now. */
    @Nullable
    BatchEvent next();

    /** Whether {@link #next} will never return one again. */
    boolean ended();

    /** Bytes that it holds. */
    long heldBytes();

    /** Takes no more of the batch; the first call counts. */
    void stop(Problem why);

    /** Where it was left before its end, null where it was not. */
    @Nullable
    Stop stopped();
}
