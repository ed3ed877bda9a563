package io.sluice.jobs.kafka;

import java.util.Map;
import java.util.Set;

/** Asks for topics. Thread-safe. */
public interface TopicLookup extends AutoCloseable {
    /**
     * Facts of those topics that exist.
     *
     * @throws KafkaUnavailableException where the brokers do not answer in time
     */
    Map<String, TopicFacts> find(Set<String> topics);

    @Override
    void close();
}
