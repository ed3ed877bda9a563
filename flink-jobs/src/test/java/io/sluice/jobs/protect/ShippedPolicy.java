package io.sluice.jobs.protect;

import io.sluice.core.decision.Activation;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.approve.SignedActivation;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.evaluate.PolicyKeys;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.verify.TrustRoot;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;

/** The shipped rulebook, built, signed and approved. */
@NullUnmarked // what is null here fails the test
final class ShippedPolicy {
    private static final Path HOME = Path.of(System.getProperty("sluice.home"));

    private final OfficerKey officer = OfficerKey.generate("ada");
    private final KeyPair bundleKey = TestKeys.bundleKey();

    TrustRoot root() {
        return new TrustRoot(
                World.TENANT, new TreeMap<>(Map.of("bundle", bundleKey.getPublic())), Approvers.only(officer));
    }

    /** The records of {@code policy.bundles} that put a revision in force. */
    Map<String, byte[]> revision(long number) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        BundleBuilder.Built built = new BundleBuilder(
                        "bundle", bundleKey.getPrivate(), OpaTool.find(System.getenv(), HOME))
                .build(
                        RulebookLoader.load(HOME.resolve("policies/rulebook")),
                        World.TENANT,
                        number,
                        now.minus(1, ChronoUnit.HOURS),
                        now.plus(1, ChronoUnit.DAYS));
        Map<String, byte[]> records = new LinkedHashMap<>();
        records.put(PolicyKeys.bundle(built.digest()), built.archive());
        records.put(
                PolicyKeys.approvals(built.digest()),
                Approvals.none(built.digest()).signedBy(officer, World.TENANT).toBytes());
        records.put(
                PolicyKeys.activation(number),
                SignedActivation.issue(new Activation(number, built.digest(), number, World.TENANT, now), officer)
                        .toBytes());
        return records;
    }
}
