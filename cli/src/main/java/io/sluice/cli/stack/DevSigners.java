package io.sluice.cli.stack;

import io.sluice.certs.PkiFiles;
import io.sluice.certs.PolicySigner;
import io.sluice.cli.CommandFailure;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerPublicKey;
import io.sluice.policies.build.BundleSignature;
import io.sluice.policies.sign.BundleKeys;
import io.sluice.policies.sign.KeyFile;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.TrustRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Map;
import java.util.TreeMap;

/**
 * Development keys for policy: one officer who writes, approves and activates alone, one key that signs bundles. Never for production.
 *
 * @param officer the officer's private key
 * @param bundle the bundle signer's private key
 * @param root what the rooms pin of the two
 */
record DevSigners(PrivateKey officer, PrivateKey bundle, TrustRoot root) {
    /** Takes the keys of the development PKI and writes the trust root that the rooms read. */
    static DevSigners open(StackFolder folder, PkiFiles pki, String tenant) {
        var ada = pki.signer(PolicySigner.OFFICER_ADA);
        var signer = pki.signer(PolicySigner.BUNDLE_SIGNER);
        PrivateKey bundle = KeyFile.readPrivate(signer.key(), KeyUse.BUNDLE);
        PublicKey bundlePublic = BundleKeys.publicKey(bundle);
        OfficerPublicKey officer = OfficerPublicKey.of(KeyFile.readPublic(ada.publicKey(), KeyUse.OFFICER));
        TrustRoot root = new TrustRoot(
                tenant,
                new TreeMap<>(Map.of(BundleSignature.keyId(bundlePublic), bundlePublic)),
                Approvers.only(PolicySigner.OFFICER_ADA.keyName(), officer));
        try {
            Files.createDirectories(folder.trustRoot().toAbsolutePath().getParent());
            Files.write(folder.trustRoot(), root.toBytes());
        } catch (IOException e) {
            throw new CommandFailure(folder.trustRoot() + " cannot be written", e);
        }
        return new DevSigners(KeyFile.readPrivate(ada.key(), KeyUse.OFFICER), bundle, root);
    }
}
