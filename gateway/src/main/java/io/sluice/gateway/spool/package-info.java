/** Sealed events on the gateway's own disk while Kafka is away: durable, in their order, drained before anything newer. */
@NullMarked
package io.sluice.gateway.spool;

import org.jspecify.annotations.NullMarked;
