package io.sluice.benchmarks.decision;

import io.sluice.core.decision.Activation;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.PolicyEngine;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.BundleVerifier;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.policies.verify.VerifiedBundle;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The shipped rulebook, built and signed with a key that is made for the run.
 *
 * @param archive what an OPA server loads
 * @param verified what the rooms decide by
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record BenchBundle(byte[] archive, VerifiedBundle verified) {
    private static final String TENANT = "bench";
    private static final String KEY_ID = "bundle-signer-bench";

    /** Builds it from the rulebook's folder. */
    static BenchBundle build(Path rulebook, Optional<OpaTool> opa) {
        KeyPair key = KeyUse.BUNDLE.generate();
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        BundleBuilder.Built built = new BundleBuilder(KEY_ID, key.getPrivate(), opa)
                .build(RulebookLoader.load(rulebook), TENANT, 1, now, now.plus(Duration.ofDays(1)));
        TreeMap<String, PublicKey> keys = new TreeMap<>(Map.of(KEY_ID, key.getPublic()));
        TrustRoot root = new TrustRoot(TENANT, keys, Approvers.only(OfficerKey.generate("bench-officer")));
        return new BenchBundle(built.archive(), new BundleVerifier(root).open(built.archive()));
    }

    /** The policy as a room holds it, its cache empty. */
    ActivePolicy policy(PolicyEngine engine) {
        Instant issued = verified.metadata().notBefore();
        return new ActivePolicy(
                new Activation(1, verified.digest(), verified.revision(), TENANT, issued), verified, engine);
    }
}
