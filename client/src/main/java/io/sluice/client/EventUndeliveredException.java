package io.sluice.client;

import org.jspecify.annotations.Nullable;

/**
 * An event was not acknowledged within its patience, or before the client was closed. It may or may not be durable: post it
 * again with the same id.
 */
public final class EventUndeliveredException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EventUndeliveredException(String why, @Nullable RuntimeException cause) {
        super(why + "; it may or may not be durable: post it again with the same id", cause);
    }
}
