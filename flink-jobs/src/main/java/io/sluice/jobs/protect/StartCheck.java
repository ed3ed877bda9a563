package io.sluice.jobs.protect;

import io.sluice.core.audit.AuditEntry;
import io.sluice.core.event.Topics;
import io.sluice.jobs.kafka.AdminTopicLookup;
import io.sluice.jobs.kafka.TopicFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Looks at Kafka before the job starts: what is wrong there would otherwise show as a job that dies at its first
 * transaction, or as one that restarts for ever.
 */
final class StartCheck {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private StartCheck() {}

    /** @throws IllegalStateException naming every fault */
    static void require(ProtectConfig config) {
        List<String> faults = new ArrayList<>();
        try (AdminTopicLookup lookup = new AdminTopicLookup(config.kafka(), TIMEOUT)) {
            topics(config, lookup, faults);
        }
        transactions(config, faults);
        if (!faults.isEmpty()) {
            throw new IllegalStateException("The protect job refuses to start: " + String.join("; ", faults));
        }
    }

    /**
     * Begins a producer session as the sink will: the brokers refuse a timeout above their own cap
     * ({@code transaction.max.timeout.ms}) or an id that is not granted. Reading the cap would take rights over the
     * cluster, which the job does not have.
     */
    private static void transactions(ProtectConfig config, List<String> faults) {
        Properties properties = ProtectJob.producerSettings(config);
        properties.setProperty(
                ProducerConfig.TRANSACTIONAL_ID_CONFIG, config.run().transactionalIdPrefix() + "-start-check");
        properties.setProperty(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.toString(TIMEOUT.toMillis()));
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
        } catch (KafkaException e) {
            // The client keeps the broker's answer in the message only; it says transaction.max.timeout.ms where that
            // is it.
            faults.add("transactions under " + config.run().transactionalIdPrefix() + " with transactionTimeout "
                    + config.run().transactionTimeout().toMillis() + " ms are not possible: " + e.getMessage());
        }
    }

    private static void topics(ProtectConfig config, AdminTopicLookup lookup, List<String> faults) {
        Topics topics = config.topics();
        Set<String> needed = new TreeSet<>(Set.of(
                topics.ingress(),
                topics.requeue(),
                topics.choices(),
                topics.bundles(),
                topics.plans(),
                topics.quarantine(),
                topics.audit()));
        if (config.keys().tree() != null) {
            needed.add(topics.keys());
        }
        Map<String, TopicFacts> found = lookup.find(needed);
        for (String topic : needed) {
            TopicFacts facts = found.get(topic);
            boolean written = !Set.of(topics.ingress(), topics.requeue(), topics.bundles(), topics.keys())
                    .contains(topic);
            if (facts == null || (written && !facts.writable())) {
                faults.add("topic " + topic + " does not exist or is not granted");
            }
        }
        TopicFacts ingress = found.get(topics.ingress());
        TopicFacts quarantine = found.get(topics.quarantine());
        TopicFacts audit = found.get(topics.audit());
        if (ingress != null) {
            ingress(topics, ingress, lookup, faults);
        }
        if (found.containsKey(topics.requeue())) {
            appendTime(topics.requeue(), lookup, faults);
        }
        if (ingress != null
                && quarantine != null
                && quarantine.maxMessageBytes() < ingress.maxMessageBytes() + ProtectLimits.RECORD_OVERHEAD_BYTES) {
            faults.add(topics.quarantine() + " must take " + ProtectLimits.RECORD_OVERHEAD_BYTES + " bytes more than "
                    + topics.ingress() + " (" + TopicConfig.MAX_MESSAGE_BYTES_CONFIG + ")");
        }
        if (audit != null && audit.maxMessageBytes() < AuditEntry.MAX_BYTES + ProtectLimits.RECORD_OVERHEAD_BYTES) {
            faults.add(topics.audit() + " must take entries of " + AuditEntry.MAX_BYTES + " bytes ("
                    + TopicConfig.MAX_MESSAGE_BYTES_CONFIG + ")");
        }
    }

    /** Whoever writes a record does not say when: that decides what is too old. */
    private static void appendTime(String topic, AdminTopicLookup lookup, List<String> faults) {
        if (!"LogAppendTime".equals(lookup.topicSetting(topic, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG))) {
            faults.add(topic + " must have " + TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG + "=LogAppendTime");
        }
    }

    private static void ingress(Topics topics, TopicFacts ingress, AdminTopicLookup lookup, List<String> faults) {
        appendTime(topics.ingress(), lookup, faults);
        if (!"delete".equals(lookup.topicSetting(topics.ingress(), TopicConfig.CLEANUP_POLICY_CONFIG))) {
            faults.add(topics.ingress() + " must have " + TopicConfig.CLEANUP_POLICY_CONFIG + "=delete");
        }
        if (ingress.maxMessageBytes() + ProtectLimits.RECORD_OVERHEAD_BYTES > ProtectJob.MAX_REQUEST_BYTES) {
            faults.add(topics.ingress() + " may take records of " + ingress.maxMessageBytes() + " bytes; at most "
                    + (ProtectJob.MAX_REQUEST_BYTES - ProtectLimits.RECORD_OVERHEAD_BYTES) + " can be quarantined");
        }
    }
}
