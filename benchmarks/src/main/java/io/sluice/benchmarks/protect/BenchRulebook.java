package io.sluice.benchmarks.protect;

import static java.util.Objects.requireNonNull;

import io.sluice.core.decision.Activation;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.approve.SignedActivation;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.evaluate.PolicyKeys;
import io.sluice.policies.evaluate.PolicyRecord;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.TrustRoot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A rulebook for a run: a copy of the shipped one in which billing gets a view of every record too, so that there are
 * three. It is built, signed, approved and activated with keys that are made for the run.
 */
public final class BenchRulebook {
    /** Who gets a view of every record. */
    static final List<String> RECIPIENTS = List.of("billing", "care", "research");

    /** The only activation. */
    static final long ACTIVATION = 1;

    private static final String KEY_ID = "bundle-signer-bench";
    private static final List<String> OWN = List.of("recipients/billing.yaml", "protections/billing-fhir.yaml");

    private final TrustRoot root;
    private final List<PolicyRecord> records;

    private BenchRulebook(TrustRoot root, List<PolicyRecord> records) {
        this.root = root;
        this.records = records;
    }

    /**
     * Builds it.
     *
     * @param shipped the shipped rulebook's folder
     * @param folder where the copy goes; must not exist
     */
    public static BenchRulebook build(Path shipped, Path folder, String tenant, Instant now) {
        copy(shipped, folder);
        KeyPair key = KeyUse.BUNDLE.generate();
        OfficerKey officer = OfficerKey.generate("bench-officer");
        Instant issued = now.truncatedTo(ChronoUnit.SECONDS);
        BundleBuilder.Built built = new BundleBuilder(KEY_ID, key.getPrivate(), OpaTool.find(System.getenv(), null))
                .build(RulebookLoader.load(folder), tenant, 1, issued, issued.plus(Duration.ofDays(1)));
        Activation activation = new Activation(ACTIVATION, built.digest(), 1, tenant, issued);
        TreeMap<String, java.security.PublicKey> keys = new TreeMap<>();
        keys.put(KEY_ID, key.getPublic());
        return new BenchRulebook(
                new TrustRoot(tenant, keys, Approvers.only(officer)),
                List.of(
                        new PolicyRecord(PolicyKeys.bundle(built.digest()), built.archive()),
                        new PolicyRecord(
                                PolicyKeys.approvals(built.digest()),
                                Approvals.none(built.digest())
                                        .signedBy(officer, tenant)
                                        .toBytes()),
                        new PolicyRecord(
                                PolicyKeys.activation(ACTIVATION),
                                SignedActivation.issue(activation, officer).toBytes())));
    }

    /** What a room pins. */
    public TrustRoot root() {
        return root;
    }

    /** The records of {@code policy.bundles} that put it in force. */
    public List<PolicyRecord> records() {
        return records;
    }

    private static void copy(Path shipped, Path folder) {
        try {
            try (Stream<Path> paths = Files.walk(shipped)) {
                for (Path path : paths.toList()) {
                    Files.copy(path, folder.resolve(shipped.relativize(path).toString()));
                }
            }
            for (String file : OWN) {
                try (InputStream in = BenchRulebook.class.getResourceAsStream("rulebook/" + file)) {
                    Files.copy(requireNonNull(in, file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The rulebook " + shipped + " cannot be copied", e);
        }
    }
}
