package io.sluice.cli.stack;

import io.sluice.cli.policy.Activator;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.policy.PolicyTopic;
import io.sluice.core.decision.Activation;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.build.BundleMetadata;
import io.sluice.policies.build.BundleSignature;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.check.Features;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.sign.BundleKeys;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A development officer's desk: checks, builds, signs, approves and activates a rulebook folder, with keys that lie beside
 * it. What it publishes passes the same verification as everybody's. {@link #activate} is for one thread at a time, the
 * rest is thread-safe.
 */
final class PolicyDesk {
    private static final Duration VALID_FOR = Duration.ofDays(30);

    /** A revision that has less than this left is renewed, though nothing changed. */
    private static final Duration RENEWAL = Duration.ofDays(1);

    private final Path rulebook;
    private final Features features;
    private final DevSigners signers;
    private final OfficerKafka kafka;
    private final Clock clock;
    private final BundleBuilder builder;
    private volatile PolicyStore store;

    PolicyDesk(Path rulebook, DevSigners signers, OfficerKafka kafka, Clock clock) {
        this(rulebook, Features.DEFAULT, signers, kafka, clock);
    }

    PolicyDesk(Path rulebook, Features features, DevSigners signers, OfficerKafka kafka, Clock clock) {
        this.features = features;
        this.rulebook = rulebook;
        this.signers = signers;
        this.kafka = kafka;
        this.clock = clock;
        this.builder = new BundleBuilder(
                BundleSignature.keyId(BundleKeys.publicKey(signers.bundle())),
                signers.bundle(),
                OpaTool.find(System.getenv(), home()));
        this.store = PolicyTopic.read(kafka, signers.root(), refused -> {});
    }

    /** The newest activation that this desk knows of. */
    Optional<ActivePolicy> newest() {
        return store.newest();
    }

    /**
     * Activates the folder as a new revision, unless it is what is in force.
     *
     * @return the new activation; empty where nothing changed
     * @throws io.sluice.policies.PolicyException where the rulebook has an error or the rooms would refuse it; nothing
     *     changes then
     */
    Optional<Activation> activate() {
        LoadedRulebook loaded = RulebookLoader.load(rulebook);
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        if (isInForce(loaded, now)) {
            return Optional.empty();
        }
        try (Activator turn = Activator.open(kafka, signers.root(), clock)) {
            String tenant = signers.root().tenant();
            long revision = turn.store().nextRevision();
            BundleBuilder.Built built = builder.build(loaded, features, tenant, revision, now, now.plus(VALID_FOR));
            OfficerKey officer = OfficerKey.among(turn.store().following().approvers(), signers.officer());
            Approvals approvals = Approvals.none(built.digest()).signedBy(officer, tenant);
            Activation activation = turn.activate(built.archive(), approvals, officer);
            store = turn.store();
            return Optional.of(activation);
        }
    }

    /** A build of the same rulebook gives the same bytes. */
    private boolean isInForce(LoadedRulebook loaded, Instant now) {
        Optional<ActivePolicy> present = store.newest().filter(policy -> policy.inForce(now.plus(RENEWAL)));
        if (present.isEmpty()) {
            return false;
        }
        BundleMetadata metadata = present.get().bundle().metadata();
        return builder.build(
                        loaded,
                        features,
                        metadata.tenant(),
                        metadata.revision(),
                        metadata.notBefore(),
                        metadata.expires())
                .digest()
                .equals(present.get().bundle().digest());
    }

    private static Path home() {
        return Path.of(System.getProperty("sluice.home", ".")).toAbsolutePath().normalize();
    }
}
