package io.sluice.benchmarks.gateway;

import io.sluice.certs.DevIdentity;
import java.util.Map;

/** What the clients post, and as whom. Thread-safe. */
sealed interface Posts permits Orders, Resources {
    DevIdentity producer();

    /** Of the request. */
    String path();

    /** Those that every request has, beside its content type and key. */
    Map<String, String> headers();

    /** The content type of a body that is one event. */
    String single();

    /** A body of that many events, a line each; each time with other events or the next of those that are there. */
    byte[] lines(int events);
}
