package io.sluice.cli.command;

import io.sluice.cli.CommandFailure;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.sign.KeyFile;
import io.sluice.policies.sign.KeyUse;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who wrote a revision. */
final class AuthorOption {
    @Option(
            names = "--author",
            paramLabel = "FILE",
            description = "Private key of the officer who wrote it, and who then cannot be the only one to approve it."
                    + " Without it, two have to approve.")
    private @Nullable Path key;

    /** The officer whose key it is; null where nobody says so. @throws CommandFailure where it is none of theirs */
    @Nullable
    OfficerKey officer(Approvers approvers) {
        if (key == null) {
            return null;
        }
        try {
            return OfficerKey.among(approvers, KeyFile.readPrivate(key, KeyUse.OFFICER));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("--author " + key + " is the key of no officer: "
                    + String.join(", ", approvers.officers().keySet()));
        }
    }
}
