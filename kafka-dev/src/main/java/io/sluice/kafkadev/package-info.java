/**
 * A development Kafka broker in this JVM, with TLS and ACLs like production's, and the provisioning of Sluice's topics
 * and grants. The broker must never be a dependency of production code.
 */
@NullMarked
package io.sluice.kafkadev;

import org.jspecify.annotations.NullMarked;
