package io.sluice.jobs.kafka;

/**
 * What a task needs to know of a topic.
 *
 * @param partitions how many partitions it has
 * @param maxMessageBytes largest batch that its brokers take
 * @param writable whether this client may write to it
 */
public record TopicFacts(int partitions, int maxMessageBytes, boolean writable) {
    /** Whether an output can be sent there. */
    public boolean takes(KafkaOutput output) {
        return writable && output.sizeBound() <= maxMessageBytes;
    }
}
