package io.sluice.audit.api;

import io.sluice.core.decision.Activation;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.check.Features;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.PolicyEngine;
import io.sluice.policies.evaluate.WasmEngine;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.BundleVerifier;
import io.sluice.policies.verify.InForce;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.policies.verify.VerifiedBundle;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The shipped rulebook in force, made once per JVM. */
public final class ShippedPolicy {
    public static final String TENANT = "dev";
    public static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    private static final class Lazy {
        static final VerifiedBundle BUNDLE = bundle();
        static final ActivePolicy POLICY = with(WasmEngine.of(BUNDLE, 1));
    }

    private ShippedPolicy() {}

    public static ActivePolicy policy() {
        return Lazy.POLICY;
    }

    /** The same bundle, answered by somebody else. */
    public static ActivePolicy with(PolicyEngine engine) {
        return new ActivePolicy(
                new Activation(1, Lazy.BUNDLE.digest(), Lazy.BUNDLE.revision(), TENANT, NOW), Lazy.BUNDLE, engine);
    }

    private static VerifiedBundle bundle() {
        try {
            KeyPair key = KeyUse.BUNDLE.generate();
            OfficerKey officer = OfficerKey.generate("ada");
            TrustRoot root = new TrustRoot(
                    TENANT, new TreeMap<>(Map.of("dev-bundle", key.getPublic())), Approvers.only(officer));
            BundleBuilder.Built built = new BundleBuilder("dev-bundle", key.getPrivate(), Optional.empty())
                    .build(
                            RulebookLoader.load(Path.of(System.getProperty("sluice.home"), "policies", "rulebook")),
                            new Features(true),
                            TENANT,
                            1,
                            NOW.minusSeconds(3_600),
                            NOW.plusSeconds(86_400L * 30));
            byte[] approvals =
                    Approvals.none(built.digest()).signedBy(officer, TENANT).toBytes();
            return new BundleVerifier(root).verify(built.archive(), approvals, InForce.nothing(root), NOW);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
