/** A development Kafka broker in this JVM, with TLS and ACLs like production's. Never a dependency of production code. */
@NullMarked
package io.sluice.kafkadev;

import org.jspecify.annotations.NullMarked;
