/** Kafka's side of the jobs: settings, what crosses operator edges, topics and the policy topic as the tasks see them. */
@NullMarked
package io.sluice.jobs.kafka;

import org.jspecify.annotations.NullMarked;
