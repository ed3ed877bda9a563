package io.sluice.cli.stack;

import io.sluice.cli.CommandFailure;
import io.sluice.cluster.TopicProvisioner;
import io.sluice.core.audit.ActEntry;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.cluster.TopicSpec;
import io.sluice.core.decision.Activation;
import io.sluice.core.decision.Envelope;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.SignedActivation;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.build.BundleMetadata;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.PolicyKeys;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.verify.BundleVerifier;
import io.sluice.policies.verify.VerifiedBundle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A development officer's desk: checks, builds, signs, approves and activates a rulebook folder, with keys that lie beside
 * it. What it publishes passes the same verification as everybody's. Used by one thread at a time.
 */
final class PolicyDesk {
    private static final Duration VALID_FOR = Duration.ofDays(30);

    private final Path rulebook;
    private final DevSigners signers;
    private final ClusterLayout layout;
    private final Admin admin;
    private final Producer<byte[], byte[]> producer;
    private final PolicyStore store;
    private final Clock clock;

    /** @param store holds what stands in {@code policy.bundles} already */
    PolicyDesk(
            Path rulebook,
            DevSigners signers,
            ClusterLayout layout,
            Admin admin,
            Producer<byte[], byte[]> producer,
            PolicyStore store,
            Clock clock) {
        this.rulebook = rulebook;
        this.signers = signers;
        this.layout = layout;
        this.admin = admin;
        this.producer = producer;
        this.store = store;
        this.clock = clock;
    }

    /**
     * Activates the folder as a new revision, unless it is what is in force.
     *
     * @return the new activation; empty where nothing changed
     * @throws io.sluice.policies.load.RulebookInvalidException where the check finds an error; nothing changes then
     */
    Optional<Activation> activate() {
        LoadedRulebook loaded = RulebookLoader.load(rulebook);
        BundleBuilder builder =
                new BundleBuilder(DevSigners.BUNDLE_KEY_ID, signers.bundleKey(), OpaTool.find(System.getenv(), home()));
        String tenant = layout.topics().tenant();
        Optional<ActivePolicy> present = store.newest();
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        if (present.isPresent() && present.get().inForce(now.plus(Duration.ofDays(1)))) {
            BundleMetadata metadata = present.get().bundle().metadata();
            BundleBuilder.Built same =
                    builder.build(loaded, tenant, metadata.revision(), metadata.notBefore(), metadata.expires());
            if (same.digest().equals(present.get().bundle().digest())) {
                return Optional.empty(); // a build of the same rulebook gives the same bytes
            }
        }
        long revision = present.map(policy -> policy.bundle().revision()).orElse(0L) + 1;
        long number = present.map(ActivePolicy::number).orElse(0L) + 1;
        BundleBuilder.Built built = builder.build(loaded, tenant, revision, now, now.plus(VALID_FOR));
        VerifiedBundle bundle = new BundleVerifier(signers.root()).open(built.archive());
        new TopicProvisioner(admin).createMissingTopics(releasedTopics(bundle));
        Activation activation = new Activation(number, built.digest(), revision, tenant, now);
        publish(built, activation);
        return Optional.of(activation);
    }

    private void publish(BundleBuilder.Built built, Activation activation) {
        String topic = layout.topics().bundles();
        Approvals approvals = Approvals.none(built.digest()).signedBy(signers.officer(), activation.tenant());
        byte[] signed = SignedActivation.issue(activation, signers.officer()).toBytes();
        send(topic, PolicyKeys.bundle(built.digest()), built.archive());
        send(topic, PolicyKeys.approvals(built.digest()), approvals.toBytes());
        AuditEntry entry = ActEntry.of(
                ActEntry.Code.POLICY_ACTIVATED,
                activation.tenant(),
                "policy",
                signers.officer().officer(),
                clock.instant(),
                Map.of(
                        "activation",
                        activation.number(),
                        "revision",
                        activation.revision(),
                        "bundle",
                        activation.bundle()));
        sendEntry(entry); // an act counts as done only when its entry is durable
        send(topic, PolicyKeys.activation(activation.number()), signed);
        store.accept(new io.sluice.policies.evaluate.PolicyRecord(PolicyKeys.bundle(built.digest()), built.archive()));
        store.accept(new io.sluice.policies.evaluate.PolicyRecord(
                PolicyKeys.approvals(built.digest()), approvals.toBytes()));
        if (!store.accept(
                new io.sluice.policies.evaluate.PolicyRecord(PolicyKeys.activation(activation.number()), signed))) {
            throw new CommandFailure("Revision " + activation.revision() + " was published but does not verify");
        }
    }

    /** A recipient's topic, by the finest time that any of its views carries. */
    List<TopicSpec> releasedTopics(VerifiedBundle bundle) {
        return bundle.rulebook().recipients().keySet().stream()
                .map(recipient -> layout.released(recipient, coarsest(bundle, recipient)))
                .toList();
    }

    private static Envelope.Time coarsest(VerifiedBundle bundle, String recipient) {
        Envelope.Time time = Envelope.Time.KEEP;
        for (var rows : bundle.document().path("matrix")) {
            String word = rows.path(recipient).path("envelope").path("time").asText("");
            if (!word.isEmpty()) {
                Envelope.Time found = Envelope.Time.valueOf(word.toUpperCase(Locale.ROOT));
                time = found.compareTo(time) > 0 ? found : time;
            }
        }
        return time;
    }

    private void send(String topic, String key, byte[] value) {
        await(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value));
    }

    private void sendEntry(AuditEntry entry) {
        await(new ProducerRecord<>(layout.topics().audit(), 0, null, entry.canonical()));
    }

    private void await(ProducerRecord<byte[], byte[]> record) {
        try {
            producer.send(record).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("Interrupted while publishing policy", e);
        } catch (ExecutionException e) {
            throw new CommandFailure("The policy could not be written to " + record.topic(), e.getCause());
        }
    }

    private static Path home() {
        return Path.of(System.getProperty("sluice.home", ".")).toAbsolutePath().normalize();
    }
}
