package io.sluice.jobs.protect;

import io.sluice.jobs.kafka.AdminTopicLookup;
import io.sluice.jobs.kafka.KafkaStatusSink;
import io.sluice.jobs.kafka.KeyTail;
import io.sluice.jobs.kafka.PolicyTail;
import io.sluice.jobs.kafka.TopicDirectory;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.status.StatusBeat;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.protection.keys.CustodianPublicKey;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.keytree.RegistryLimits;
import io.sluice.protection.keytree.SubjectKeys;
import io.sluice.protection.keytree.TreeFolder;
import io.sluice.protection.seal.SealKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the subtasks of a job share in one JVM: the policies known, the topics known, the opened keystores, the registry of
 * subjects' keys. Opened by the first subtask, closed with the last. Everything in it is thread-safe.
 */
final class SharedParts {
    private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(20);

    /** Guarded by the class. */
    private static final Map<ProtectConfig, SharedParts> OPEN = new HashMap<>();

    private final TrustRoot root;
    private final PolicyStore policies;
    private final PolicyTail tail;
    private final StatusBeat status;
    private final TopicDirectory topics;
    private final SealKeys sealKeys;
    private final Keystore fieldKeys;
    private final Optional<SubjectKeys> subjectKeys;
    private final Optional<KeyTail> keyTail;
    private final RotationEntries rotations;
    private int users;

    private SharedParts(ProtectConfig config) {
        this.sealKeys = SealKeys.open(
                config.keys().ingress().folderPath(), config.keys().ingress().kms(), config.tenant());
        this.fieldKeys = Keystore.open(
                config.keys().fields().folderPath(), config.keys().fields().kms(), config.tenant());
        this.subjectKeys = Optional.ofNullable(config.keys().tree()).map(tree -> registry(config, tree));
        this.root = trustRoot(config);
        this.policies = PolicyStore.logging(
                root, config.policy().engine().engines(config.run().parallelism()));
        this.topics = new TopicDirectory(new AdminTopicLookup(config.kafka(), ADMIN_TIMEOUT), System::nanoTime);
        this.tail = new PolicyTail(config.kafka(), config.topics().bundles(), policies);
        this.status = StatusBeat.start(
                "protect",
                config.policy().status(),
                Clock.systemUTC(),
                policies::standing,
                tail::finding,
                () -> new KafkaStatusSink(config.kafka(), config.topics().status()));
        this.keyTail = subjectKeys.map(
                keys -> new KeyTail(config.kafka(), config.topics().keys(), keys));
        this.rotations = RotationEntries.start(config.kafka(), config.topics(), fieldKeys.ring());
    }

    /** The parts of a job; each call needs its {@link #release}. */
    static synchronized SharedParts acquire(ProtectConfig config) {
        SharedParts parts = OPEN.get(config);
        if (parts == null) {
            parts = new SharedParts(config);
            OPEN.put(config, parts);
        }
        parts.users++;
        return parts;
    }

    static void release(ProtectConfig config) {
        SharedParts last = null;
        synchronized (SharedParts.class) {
            SharedParts parts = OPEN.get(config);
            if (parts != null && --parts.users == 0) {
                last = OPEN.remove(config);
            }
        }
        if (last != null) {
            last.rotations.close();
            last.status.close();
            last.tail.close();
            last.keyTail.ifPresent(KeyTail::close);
            last.subjectKeys.ifPresent(SubjectKeys::close);
            last.topics.close();
        }
    }

    PolicyStore policies() {
        return policies;
    }

    /** What the job pins. */
    TrustRoot root() {
        return root;
    }

    /** Whether {@link #policies} has been given all that stood in {@code policy.bundles} when the job came up. */
    boolean policiesCaughtUp() {
        return tail.isCaughtUp();
    }

    /** Tells officers what the job's tasks in this JVM have in force. */
    StatusBeat status() {
        return status;
    }

    TopicDirectory topics() {
        return topics;
    }

    SealKeys sealKeys() {
        return sealKeys;
    }

    Keystore fieldKeys() {
        return fieldKeys;
    }

    /** The registry of subjects' keys; empty of a job without a key tree. */
    Optional<SubjectKeys> subjectKeys() {
        return subjectKeys;
    }

    private SubjectKeys registry(ProtectConfig config, ProtectKeys.SubjectTree tree) {
        return new SubjectKeys(
                config.tenant(),
                CustodianPublicKey.read(Path.of(tree.custodian())),
                fieldKeys,
                new TreeFolder(Path.of(tree.folder())),
                RegistryLimits.DEFAULT.withLease(tree.lease(), tree.clockSkew()),
                Clock.systemUTC(),
                System::nanoTime);
    }

    private static TrustRoot trustRoot(ProtectConfig config) {
        try {
            TrustRoot root =
                    TrustRoot.of(Files.readAllBytes(Path.of(config.policy().trustRoot())));
            if (!root.tenant().equals(config.tenant())) {
                throw new IllegalArgumentException("The trust root "
                        + config.policy().trustRoot() + " is of tenant " + root.tenant() + ", not " + config.tenant());
            }
            return root;
        } catch (IOException e) {
            throw new UncheckedIOException("The trust root cannot be read", e);
        }
    }
}
