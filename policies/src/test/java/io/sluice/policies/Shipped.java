package io.sluice.policies;

import io.sluice.core.decision.Activation;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.WasmEngine;
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.BundleVerifier;
import io.sluice.policies.verify.InForce;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.policies.verify.VerifiedBundle;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;

/** The shipped rulebook, built, signed and approved for tests. */
public final class Shipped {
    public static final String TENANT = "dev";
    public static final Instant NOT_BEFORE = Instant.parse("2026-01-01T00:00:00Z");
    public static final Instant EXPIRES = Instant.parse("2027-01-01T00:00:00Z");
    public static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    public static final Path HOME = Path.of(System.getProperty("sluice.home"));
    public static final Path FOLDER = HOME.resolve("policies/rulebook");
    public static final KeyPair BUNDLE_KEY = KeyUse.BUNDLE.generate();
    public static final OfficerKey OFFICER = OfficerKey.generate("ada");

    private static final class Lazy {
        static final LoadedRulebook RULEBOOK = RulebookLoader.load(FOLDER);
        static final BundleBuilder.Built BUILT = builder().build(RULEBOOK, TENANT, 1, NOT_BEFORE, EXPIRES);
        static final VerifiedBundle BUNDLE =
                new BundleVerifier(root()).verify(BUILT.archive(), approvals(BUILT), InForce.nothing(root()), NOW);
        static final WasmEngine ENGINE = WasmEngine.of(BUNDLE, 1);
    }

    private Shipped() {}

    public static Optional<OpaTool> opa() {
        return OpaTool.find(System.getenv(), HOME);
    }

    public static LoadedRulebook rulebook() {
        return Lazy.RULEBOOK;
    }

    public static BundleBuilder builder() {
        return new BundleBuilder("dev-bundle", BUNDLE_KEY.getPrivate(), opa());
    }

    public static BundleBuilder.Built built() {
        return Lazy.BUILT;
    }

    public static byte[] approvals(BundleBuilder.Built built) {
        return Approvals.none(built.digest()).signedBy(OFFICER, TENANT).toBytes();
    }

    public static VerifiedBundle bundle() {
        return Lazy.BUNDLE;
    }

    public static WasmEngine engine() {
        return Lazy.ENGINE;
    }

    public static ActivePolicy policy() {
        return new ActivePolicy(
                new Activation(1, bundle().digest(), bundle().revision(), TENANT, NOW), bundle(), engine());
    }

    public static TrustRoot root() {
        TreeMap<String, PublicKey> keys = new TreeMap<>();
        keys.put("dev-bundle", BUNDLE_KEY.getPublic());
        return new TrustRoot(TENANT, keys, Approvers.only(OFFICER));
    }
}
