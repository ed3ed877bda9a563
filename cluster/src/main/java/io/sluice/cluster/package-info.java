/** Makes Sluice's topics and grants on a Kafka cluster, and reports what deviates from the plan in {@code core.cluster}. */
@NullMarked
package io.sluice.cluster;

import org.jspecify.annotations.NullMarked;
