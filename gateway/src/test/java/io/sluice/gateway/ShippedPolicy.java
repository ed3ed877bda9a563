package io.sluice.gateway;

import io.sluice.core.decision.Activation;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.approve.SignedActivation;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.TrustRoot;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The shipped rulebook, built, signed, approved and activated with keys of this test. */
final class ShippedPolicy {
    private final Path home = Path.of(System.getProperty("sluice.home"));
    private final LoadedRulebook rulebook = RulebookLoader.load(home.resolve("policies/rulebook"));
    private final KeyPair bundleKey = KeyUse.BUNDLE.generate();
    private final OfficerKey officer = OfficerKey.generate("ada");

    TrustRoot root() {
        return new TrustRoot(
                "dev", new TreeMap<>(Map.of("dev-bundle", bundleKey.getPublic())), Approvers.only(officer));
    }

    /** Whether a group has a dataset for a value. */
    boolean has(String group, String value) {
        for (var dataset : rulebook.document().path("datasets")) {
            if (dataset.at("/group/name").asText().equals(group)
                    && dataset.at("/group/value").asText().equals(value)) {
                return true;
            }
        }
        return false;
    }

    /** The records of {@code policy.bundles} of an activation, in order. */
    Map<String, byte[]> records(long activation) {
        Instant now = Instant.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
        BundleBuilder.Built built = new BundleBuilder(
                        "dev-bundle", bundleKey.getPrivate(), OpaTool.find(System.getenv(), home))
                .build(rulebook, "dev", activation, now.minus(Duration.ofHours(1)), now.plus(Duration.ofDays(1)));
        Activation issued = new Activation(activation, built.digest(), activation, "dev", now);
        Map<String, byte[]> records = new LinkedHashMap<>();
        records.put("bundle/" + built.digest(), built.archive());
        records.put(
                "approvals/" + built.digest(),
                Approvals.none(built.digest()).signedBy(officer, "dev").toBytes());
        records.put(
                "activation/" + activation,
                SignedActivation.issue(issued, officer).toBytes());
        return records;
    }
}
