package io.sluice.certs;

import java.util.Locale;

/** Holders of keys that sign policy bundles, approvals and activations in development. */
public enum PolicySigner {
    /** First approving officer. */
    OFFICER_ADA("Ed25519"),
    /** Second approving officer. */
    OFFICER_GRACE("Ed25519"),
    /** The build that signs bundles. */
    BUNDLE_SIGNER("EC");

    private final String algorithm;

    PolicySigner(String algorithm) {
        this.algorithm = algorithm;
    }

    String algorithm() {
        return algorithm;
    }

    /** Returns the key's name: {@code officer-ada}. */
    public String keyName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
