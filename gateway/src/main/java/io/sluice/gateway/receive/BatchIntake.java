package io.sluice.gateway.receive;

import io.sluice.gateway.answer.Outcome;
import io.sluice.gateway.parse.BatchEvent;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Takes the events of one batch, off the event loop. */
@FunctionalInterface
public interface BatchIntake {
    /**
     * Works on events that follow those of the call before; they are published in their order when it returns.
     *
     * @return completes when each of them is durable or refused, an outcome for each in their order; never fails
     */
    CompletionStage<List<Outcome>> accept(List<BatchEvent> events);
}
