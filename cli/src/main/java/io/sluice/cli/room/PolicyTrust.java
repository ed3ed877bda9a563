package io.sluice.cli.room;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.policies.verify.TrustRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The pinned root of the policy, which a room reads once at its start. */
final class PolicyTrust {
    private PolicyTrust() {}

    /** @throws CommandFailure where the file is no trust root, or is another tenant's */
    static TrustRoot read(SluiceConfig config) {
        Path file = config.policy().trustRoot();
        TrustRoot root;
        try {
            root = TrustRoot.of(Files.readAllBytes(file));
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailure("policy.trustRoot: " + file + " is no trust root", e);
        }
        if (!root.tenant().equals(config.tenant())) {
            throw new CommandFailure("policy.trustRoot: " + file + " is of the tenant " + root.tenant()
                    + ", the setting tenant is " + config.tenant());
        }
        return root;
    }
}
