package io.sluice.gateway.receive;

import java.util.concurrent.CompletionStage;

/** What the data port hands a whole request to. Thread-safe. */
@FunctionalInterface
public interface Ingress {
    /**
     * Works on a request, off the event loop.
     *
     * @return completes when the event is durable; fails with a {@code RefusedException}, anything else being a bug
     */
    CompletionStage<Accepted> accept(ReceivedRequest request);
}
