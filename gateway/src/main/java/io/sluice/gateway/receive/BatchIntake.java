package io.sluice.gateway.receive;

import io.sluice.gateway.answer.Outcome;
import io.sluice.gateway.parse.BatchEvent;
import io.sluice.gateway.problem.QuotaState;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Takes the events of one batch, off the event loop. */
public interface BatchIntake {
    /**
     * Works on events that follow those of the call before; they are published in their order when it returns.
     *
     * @return completes when each of them is durable or refused, an outcome for each in their order; never fails
     */
    CompletionStage<List<Outcome>> accept(List<BatchEvent> events);

    /** What is left of the sender's quota, to be told in the answer; null where it has none. */
    @Nullable
    QuotaState quota();
}
