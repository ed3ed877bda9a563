package io.sluice.jobs.canary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.sluice.core.audit.ActEntry;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.cluster.Grants;
import io.sluice.core.decision.Activation;
import io.sluice.core.decision.Canary;
import io.sluice.core.event.Topics;
import io.sluice.jobs.kafka.ClientSettings;
import io.sluice.jobs.kafka.KafkaPolicyFeed;
import io.sluice.policies.approve.SignedActivation;
import io.sluice.policies.canary.CanaryReport;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.PolicyKeys;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.verify.TrustRoot;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the activation that takes a canary back: bytes that an officer signed when the canary went out, under the number
 * that is kept for them, with the entry that says why, in one transaction. Whoever opens the transactional id ends the turn of
 * those before and then reads the topic, so it is done once. One thread.
 */
final class CanaryReturn {
    private static final Logger LOG = LoggerFactory.getLogger(CanaryReturn.class);
    private static final Duration READ_LIMIT = Duration.ofMinutes(2);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);
    private static final String WRITER = "protect/0";

    private final Topics topics;
    private final Supplier<? extends Producer<byte[], byte[]>> producers;
    private final Supplier<PolicyStore> standing;

    CanaryReturn(ClientSettings settings, Topics topics, TrustRoot root) {
        this(
                topics,
                () -> new KafkaProducer<>(
                        transactions(settings, topics), new ByteArraySerializer(), new ByteArraySerializer()),
                () -> standing(settings, topics, root));
    }

    /**
     * @param producers each with the transactional id; closed here
     * @param standing reads {@code policy.bundles} to its end
     */
    CanaryReturn(
            Topics topics, Supplier<? extends Producer<byte[], byte[]>> producers, Supplier<PolicyStore> standing) {
        this.topics = topics;
        this.producers = producers;
        this.standing = standing;
    }

    /**
     * Publishes, unless a newer activation stands in the topic: an officer's, or this one.
     *
     * @param carrying the activation with the canary
     * @return the newest activation in the topic, which is another; empty where the return stands there now
     * @throws KafkaException where it was not written, or it is not known whether it was
     */
    OptionalLong publish(SignedActivation carrying, CanaryReport counted) {
        SignedActivation back = carrying.comingBack().orElseThrow();
        Producer<byte[], byte[]> producer = producers.get();
        try {
            producer.initTransactions();
            PolicyStore now = standing.get();
            if (now.activation(back.activation().number()).isPresent()) {
                return OptionalLong.empty();
            }
            long newest = now.newest().map(ActivePolicy::number).orElse(0L);
            if (newest != carrying.activation().number()) {
                return OptionalLong.of(newest);
            }
            write(producer, carrying.activation(), back, counted);
            return OptionalLong.empty();
        } finally {
            producer.close(CLOSE_WITHIN);
        }
    }

    private static PolicyStore standing(ClientSettings settings, Topics topics, TrustRoot root) {
        PolicyStore store = PolicyStore.recordsOnly(root, refused -> {});
        try (KafkaPolicyFeed feed = new KafkaPolicyFeed(settings, topics.bundles())) {
            if (!store.readToEnd(feed, READ_LIMIT)) {
                throw new KafkaException(topics.bundles() + " could not be read to its end within " + READ_LIMIT);
            }
            return store;
        }
    }

    private void write(
            Producer<byte[], byte[]> producer, Activation carrying, SignedActivation back, CanaryReport counted) {
        producer.beginTransaction();
        // The commit fails where one of these did.
        var unusedAct = producer.send(new ProducerRecord<>(
                topics.audit(),
                0,
                null,
                entry(carrying, back.activation(), counted).canonical()));
        var unused = producer.send(new ProducerRecord<>(
                topics.bundles(),
                PolicyKeys.activation(back.activation().number()).getBytes(UTF_8),
                requireNonNull(back.toBytes(), "a record without a value would delete what entries cite")));
        producer.commitTransaction();
        LOG.atWarn()
                .addKeyValue("activation", back.activation().number())
                .addKeyValue("canary", counted.canary())
                .addKeyValue("failed", counted.failed())
                .addKeyValue("decided", counted.decided())
                .log("The canary failed more often than the rest; it has returned");
    }

    private AuditEntry entry(Activation carrying, Activation back, CanaryReport counted) {
        Canary canary = carrying.canary().orElseThrow();
        Map<String, Object> detail = counted.detail();
        detail.put("activation", back.number());
        detail.put("revision", back.revision());
        detail.put("bundle", back.bundle());
        detail.put(
                "canary",
                new TreeMap<>(Map.of(
                        "bundle", canary.candidate().bundle(),
                        "revision", canary.candidate().revision(),
                        "shareBasisPoints", canary.shareBasisPoints())));
        return ActEntry.of(
                ActEntry.Code.CANARY_RETURNED,
                topics.tenant(),
                WRITER,
                WRITER,
                Clock.systemUTC().instant(),
                detail);
    }

    private static Properties transactions(ClientSettings settings, Topics topics) {
        Properties properties = settings.toProperties();
        // A tenant's id holds no dot, so no other tenant's has this name; nor does a transaction of the job's sink.
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, Grants.PROTECT_PREFIX + "-canary." + topics.tenant());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        return properties;
    }
}
