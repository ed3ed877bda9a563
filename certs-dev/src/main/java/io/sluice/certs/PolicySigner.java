package io.sluice.certs;

import java.util.Locale;

/** Holders of Ed25519 keys that sign policy bundles, approvals and activations in development. */
public enum PolicySigner {
    /** First approving officer. */
    OFFICER_ADA,
    /** Second approving officer. */
    OFFICER_GRACE,
    /** The build that signs bundles. */
    BUNDLE_SIGNER;

    /** Returns the key's name: {@code officer-ada}. */
    public String keyName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
