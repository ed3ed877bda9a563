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
import io.sluice.policies.evaluate.PolicyKeys;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.verify.TrustRoot;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
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
    private static final String WRITER = "protect/0";

    private final ClientSettings settings;
    private final Topics topics;
    private final TrustRoot root;

    CanaryReturn(ClientSettings settings, Topics topics, TrustRoot root) {
        this.settings = settings;
        this.topics = topics;
        this.root = root;
    }

    /**
     * Publishes, unless a newer activation stands in the topic: an officer's, or this one.
     *
     * @param carrying the activation with the canary
     * @return whether the return stands in the topic now
     * @throws KafkaException where it was not written, or it is not known whether it was
     */
    boolean publish(SignedActivation carrying, CanaryReport counted) {
        SignedActivation back = carrying.comingBack().orElseThrow();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(transactions(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            PolicyStore standing = standing();
            if (standing.activation(back.activation().number()).isPresent()) {
                return true;
            }
            if (standing.newest()
                    .filter(newest -> newest.number() == carrying.activation().number())
                    .isEmpty()) {
                return false;
            }
            write(producer, carrying.activation(), back, counted);
            return true;
        }
    }

    private PolicyStore standing() {
        PolicyStore standing = PolicyStore.recordsOnly(root, refused -> {});
        try (KafkaPolicyFeed feed = new KafkaPolicyFeed(settings, topics.bundles())) {
            if (!standing.readToEnd(feed, READ_LIMIT)) {
                throw new KafkaException(topics.bundles() + " could not be read to its end within " + READ_LIMIT);
            }
            return standing;
        }
    }

    private void write(
            KafkaProducer<byte[], byte[]> producer, Activation carrying, SignedActivation back, CanaryReport counted) {
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

    private Properties transactions() {
        Properties properties = settings.toProperties();
        // A tenant's id holds no dot, so no other tenant's has this name; nor does a transaction of the job's sink.
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, Grants.PROTECT_PREFIX + "-canary." + topics.tenant());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        return properties;
    }
}
