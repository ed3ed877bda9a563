package io.sluice.policies.draft;

import io.sluice.core.decision.Activation;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.build.BundleSignature;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.check.Features;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.WasmEngine;
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.BundleVerifier;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.policies.verify.VerifiedBundle;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A rulebook as it would decide: built, signed and verified as any revision, under a key that is made for it and thrown away,
 * so that nothing of it can ever be put in force. For the verbs that show what a draft does. Stateless and thread-safe.
 */
public final class DraftPolicy {
    /** The tenant of a draft where no deployment is named. */
    public static final String TENANT = "draft";

    private static final Duration VALID = Duration.ofDays(1);

    private DraftPolicy() {}

    /**
     * Builds a draft.
     *
     * @param opa compiles Rego that differs from what is shipped
     * @throws io.sluice.policies.load.RulebookInvalidException if the check finds an error
     * @throws io.sluice.policies.build.RegoRejectedException if edited Rego does not compile, or OPA is missing to compile it
     */
    public static ActivePolicy of(LoadedRulebook rulebook, Features features, Optional<OpaTool> opa) {
        return build(rulebook, features, opa).policy();
    }

    /** The same with the archive that decides. */
    public static Built build(LoadedRulebook rulebook, Features features, Optional<OpaTool> opa) {
        KeyPair key = KeyUse.BUNDLE.generate();
        String keyId = BundleSignature.keyId(key.getPublic());
        BundleBuilder.Built built = new BundleBuilder(keyId, key.getPrivate(), opa)
                .build(rulebook, features, TENANT, 1, Instant.EPOCH, Instant.EPOCH.plus(VALID));
        TreeMap<String, PublicKey> keys = new TreeMap<>();
        keys.put(keyId, key.getPublic());
        TrustRoot root = new TrustRoot(TENANT, keys, Approvers.only(OfficerKey.generate("nobody")));
        return new Built(of(new BundleVerifier(root).open(built.archive())), built.archive());
    }

    /**
     * A draft that is built.
     *
     * @param policy decides as the revision would
     * @param archive its bundle; no room takes it
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Built(ActivePolicy policy, byte[] archive) {}

    /** A bundle that reads and is signed, whether or not it is approved and in its time, as it would decide. */
    public static ActivePolicy of(VerifiedBundle bundle) {
        Activation activation = new Activation(
                1,
                bundle.digest(),
                bundle.revision(),
                bundle.metadata().tenant(),
                bundle.metadata().notBefore());
        return new ActivePolicy(activation, bundle, WasmEngine.of(bundle, 1));
    }
}
