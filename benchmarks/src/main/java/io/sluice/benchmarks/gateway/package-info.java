/** What the gateway costs beside a server that only forwards bodies to Kafka. */
@NullMarked
package io.sluice.benchmarks.gateway;

import org.jspecify.annotations.NullMarked;
