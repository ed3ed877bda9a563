package io.sluice.cli.policy;

import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.build.BundleSignature;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.TrustRoot;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Two officers, a bundle signer and what they make of the shipped rulebook. */
final class Officers {
    static final String TENANT = "dev";
    static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    static final OfficerKey ADA = OfficerKey.generate("ada");
    static final OfficerKey GRACE = OfficerKey.generate("grace");
    static final KeyPair SIGNER = KeyUse.BUNDLE.generate();
    static final Path RULEBOOK = Path.of(System.getProperty("sluice.home")).resolve("policies/rulebook");

    private static final Map<Long, BundleBuilder.Built> BUILT = new ConcurrentHashMap<>();

    private Officers() {}

    static TrustRoot root() {
        return new TrustRoot(
                TENANT,
                new TreeMap<>(Map.of(BundleSignature.keyId(SIGNER.getPublic()), SIGNER.getPublic())),
                new Approvers(
                        2, new TreeMap<>(Map.of("ada", ADA.publicKey(), "grace", GRACE.publicKey())), Set.of("grace")));
    }

    static BundleBuilder.Built build(String tenant, long revision, Instant notBefore, Instant expires) {
        return build(SIGNER, tenant, revision, notBefore, expires);
    }

    static BundleBuilder.Built build(KeyPair signer, String tenant, long revision, Instant notBefore, Instant expires) {
        return new BundleBuilder(BundleSignature.keyId(SIGNER.getPublic()), signer.getPrivate(), Optional.empty())
                .build(RulebookLoader.load(RULEBOOK), tenant, revision, notBefore, expires);
    }

    /** Built once in a run: a build takes a second. */
    static BundleBuilder.Built build(long revision) {
        return BUILT.computeIfAbsent(
                revision, number -> build(TENANT, number, NOW.minusSeconds(60), NOW.plusSeconds(86_400)));
    }

    static Approvals approvedByBoth(BundleBuilder.Built built) {
        return Approvals.none(built.digest()).signedBy(ADA, TENANT).signedBy(GRACE, TENANT);
    }
}
