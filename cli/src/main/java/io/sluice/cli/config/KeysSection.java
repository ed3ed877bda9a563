package io.sluice.cli.config;

import io.sluice.protection.keys.EnvelopeLimits;
import io.sluice.protection.keys.KmsSettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The key stores, and the tree of the subjects' keys. A room that has no use for one of them should not have its files.
 *
 * @param ingress keys of the seal and of subject references: gateway and protect job
 * @param fields keys of recipients' views: the protect job, the custodian and the reveal service
 * @param tree the subjects' keys: the same in all rooms that use them
 * @param custodian the room that announces the tree and makes keys underivable
 * @param envelope when keys of domains that values are encrypted under are replaced
 */
public record KeysSection(Store ingress, Store fields, Tree tree, Custodian custodian, Envelope envelope) {
    /** Checks the heartbeat against the lease. */
    public KeysSection {
        Require.range(
                "custodian.heartbeat",
                custodian.heartbeat(),
                Duration.ofMillis(100),
                tree.lease().dividedBy(3));
    }

    /**
     * One key store.
     *
     * @param folder where it lies, readable by its owner only
     * @param passwordFile of a local KMS only: file that holds its password, mode 600
     * @param kms what wraps its keys
     */
    public record Store(Path folder, Path passwordFile, KmsSection kms) {
        static Store in(Path folder, String name) {
            return new Store(folder, folder.resolve("password"), KmsSection.in(folder, name));
        }

        /** What opens it. */
        public KmsSettings settings() {
            return kms.settings(passwordFile);
        }

        /** Where the secret that opens it lies; {@code -} where it is no file. */
        public String secret() {
            return kms.secret(passwordFile);
        }
    }

    /**
     * The tree of the subjects' keys.
     *
     * @param folder where its files lie: the custodian writes them, the other rooms read
     * @param custodian public key of the custodian in PEM, whose announcements are followed
     * @param lease how long after an announcement the tree may be used; an erasure has reached every running room after it
     * @param clockSkew how far two machines' clocks may differ; added to the lease
     */
    public record Tree(Path folder, Path custodian, Duration lease, Duration clockSkew) {
        /** Checks ranges. */
        public Tree {
            Require.range("lease", lease, Duration.ofSeconds(1), Duration.ofHours(1));
            Require.range("clockSkew", clockSkew, Duration.ofMillis(100), Duration.ofMinutes(1));
        }
    }

    /**
     * The custodian.
     *
     * @param keystore PEM key and certificate of the custodian as a Kafka client
     * @param signingKey private key that signs announcements and certificates, mode 600
     * @param epoch the epoch that new values are protected in; only grows
     * @param heartbeat how often the revisions in force are announced; at most a third of the lease
     */
    public record Custodian(Path keystore, Path signingKey, int epoch, Duration heartbeat) {
        /** Checks ranges. */
        public Custodian {
            Require.range("epoch", epoch, 1, 9_999);
        }
    }

    /**
     * The limits of one version of a domain's key.
     *
     * @param maxAge longest time that it encrypts
     * @param maxUses most views that one process makes with it
     */
    public record Envelope(Duration maxAge, long maxUses) {
        /** Checks ranges. */
        public Envelope {
            new EnvelopeLimits(maxAge, maxUses);
        }

        /** As a key store takes it. */
        public EnvelopeLimits limits() {
            return new EnvelopeLimits(maxAge, maxUses);
        }
    }

    static KeysSection defaults(Path folder, Path certs) {
        Path keys = folder.resolve("keys");
        return new KeysSection(
                Store.in(keys.resolve("ingress"), "ingress"),
                Store.in(keys.resolve("fields"), "fields"),
                new Tree(
                        keys.resolve("tree"),
                        keys.resolve("custodian.pub.pem"),
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(5)),
                new Custodian(
                        certs.resolve("identities/custodian.keystore.pem"),
                        keys.resolve("custodian.key.pem"),
                        1,
                        Duration.ofMinutes(1)),
                new Envelope(EnvelopeLimits.DEFAULT.maxAge(), EnvelopeLimits.DEFAULT.maxUses()));
    }
}
