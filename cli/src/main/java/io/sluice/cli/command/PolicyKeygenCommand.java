package io.sluice.cli.command;

import static java.util.Objects.requireNonNull;

import io.sluice.cli.ExitCode;
import io.sluice.policies.approve.OfficerPublicKey;
import io.sluice.policies.sign.KeyFile;
import io.sluice.policies.sign.KeyUse;
import java.nio.file.Path;
import java.security.KeyPair;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a signing key. */
@Command(
        name = "keygen",
        description = {
            "Make a signing key: NAME.key.pem, mode 600, and NAME.pub.pem.",
            "officer: Ed25519, approves and activates. bundle: P-256, signs what is built.",
            "A file that exists is never written over."
        },
        footer = "%nExample: ./sluice policy keygen officer --out ada")
final class PolicyKeygenCommand extends Verb {
    private static final class Uses extends LowerCase {
        Uses() {
            super(KeyUse.values());
        }
    }

    @Parameters(
            index = "0",
            paramLabel = "USE",
            completionCandidates = Uses.class,
            description = "Whose key: officer or bundle.")
    private @Nullable KeyUse use;

    @Option(names = "--out", required = true, paramLabel = "NAME", description = "Where to write, without the endings.")
    private @Nullable Path name;

    @Override
    public Integer call() {
        KeyUse wanted = requireNonNull(use, "picocli sets it");
        Path base = requireNonNull(name, "picocli sets it");
        Path privateFile = base.resolveSibling(base.getFileName() + ".key.pem");
        Path publicFile = base.resolveSibling(base.getFileName() + ".pub.pem");
        KeyFile.requireNew(privateFile); // before seconds are spent on a pair
        KeyPair pair = wanted.generate();
        KeyFile.create(pair, privateFile, publicFile);
        out().println("Private key: " + privateFile + " (mode 600; keep it to yourself)");
        out().println("Public key:  " + publicFile);
        if (wanted == KeyUse.OFFICER) {
            out().println("In approvers.yaml:  key: \""
                    + OfficerPublicKey.of(pair.getPublic()).base64() + "\"");
        }
        return ExitCode.OK;
    }
}
