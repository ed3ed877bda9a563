package io.sluice.cli.command;

import static java.util.Objects.requireNonNull;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Json;
import io.sluice.cli.policy.Activator;
import io.sluice.cli.policy.BundleSummary;
import io.sluice.cli.policy.OfficerFiles;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.core.decision.Activation;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.sign.KeyFile;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.BundleVerifier;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.policies.verify.VerifiedBundle;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts an approved bundle in force. */
@Command(
        name = "activate",
        description = {
            "Verify an approved bundle as gateway and jobs do, make its recipients' topics, and put it in force:"
                    + " bundle, approvals, audit entry and activation in one transaction."
        },
        footer = "%nExample: ./sluice policy activate revision-7.tar.gz --key ada.key.pem")
final class PolicyActivateCommand extends Verb {
    @Parameters(index = "0", paramLabel = "BUNDLE", description = "What \"policy build\" wrote.")
    private @Nullable Path bundle;

    @Option(
            names = "--approvals",
            paramLabel = "FILE",
            description = "The officers' approvals. Default: approvals.json beside the bundle.")
    private @Nullable Path approvals;

    @Option(
            names = "--key",
            required = true,
            paramLabel = "FILE",
            description = "Private key of the officer who issues the activation, mode 600.")
    private @Nullable Path key;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        SluiceConfig config = config();
        Path file = requireNonNull(bundle, "picocli sets it");
        TrustRoot root = OfficerFiles.trustRoot(config, null);
        PrivateKey signer = KeyFile.readPrivate(requireNonNull(key, "picocli sets it"), KeyUse.OFFICER);
        byte[] archive = OfficerFiles.bundle(file);
        VerifiedBundle opened = new BundleVerifier(root).open(archive);
        Path collected = approvals == null ? file.resolveSibling("approvals.json") : approvals;
        Approvals approved = OfficerFiles.approvals(collected, opened.digest())
                .orElseThrow(() -> new CommandFailure(collected + " does not exist; \"./sluice policy approve " + file
                        + " --key OFFICER_KEY\" makes it"));
        try (Activator turn = Activator.open(OfficerKafka.of(config), root, Clock.systemUTC())) {
            Approvers approvers = turn.store().following().approvers();
            Activation activation = turn.activate(archive, approved, officer(approvers, signer));
            print(activation, opened);
        }
        return ExitCode.OK;
    }

    private OfficerKey officer(Approvers approvers, PrivateKey signer) {
        try {
            return OfficerKey.among(approvers, signer);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(key + " is the key of no officer of the revision in force: "
                    + String.join(", ", approvers.officers().keySet()));
        }
    }

    private void print(Activation activation, VerifiedBundle bundle) {
        if (output.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("activation", activation.number());
            json.putAll(BundleSummary.json(bundle));
            out().println(Json.line(json));
            return;
        }
        out().println("Activation " + activation.number() + ": revision " + activation.revision()
                + " is in force until " + bundle.metadata().expires() + ".");
        out().println("New records are decided under it; records admitted before keep theirs.");
    }
}
