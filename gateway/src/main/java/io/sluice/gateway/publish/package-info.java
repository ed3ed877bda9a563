/** Sealed events to Kafka: durable before they are acknowledged, bounded while they wait. */
@NullMarked
package io.sluice.gateway.publish;

import org.jspecify.annotations.NullMarked;
