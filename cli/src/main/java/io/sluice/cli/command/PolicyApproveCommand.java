package io.sluice.cli.command;

import static java.util.Objects.requireNonNull;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Json;
import io.sluice.cli.policy.BundleSummary;
import io.sluice.cli.policy.OfficerFiles;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.policy.Openings;
import io.sluice.cli.policy.PolicyTopic;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.sign.KeyFile;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.BundleVerifier;
import io.sluice.policies.verify.InForce;
import io.sluice.policies.verify.SpecialOpenings;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.policies.verify.VerifiedBundle;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Adds an officer's approval. */
@Command(
        name = "approve",
        description = {
            "Show what a bundle puts in force, and sign its digest as an officer.",
            "The approvers are those of the revision in force; before the first one, those of the trust root. Its author"
                    + " cannot be the only one, and what opens a special category takes an officer of the role dpo."
        },
        footer = "%nExample: ./sluice policy approve revision-7.tar.gz --key ada.key.pem")
final class PolicyApproveCommand extends Verb {
    @Parameters(index = "0", paramLabel = "BUNDLE", description = "What \"policy build\" wrote.")
    private @Nullable Path bundle;

    @Option(names = "--key", required = true, paramLabel = "FILE", description = "The officer's private key, mode 600.")
    private @Nullable Path key;

    @Option(
            names = "--approvals",
            paramLabel = "FILE",
            description = "Where approvals are collected. Default: approvals.json beside the bundle.")
    private @Nullable Path approvals;

    @Option(names = "--offline", description = "Do not ask Kafka who may approve: take the officers of the trust root.")
    private boolean offline;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        SluiceConfig config = config();
        Path file = requireNonNull(bundle, "picocli sets it");
        TrustRoot root = OfficerFiles.trustRoot(config, null);
        PrivateKey signer = KeyFile.readPrivate(requireNonNull(key, "picocli sets it"), KeyUse.OFFICER);
        VerifiedBundle opened = new BundleVerifier(root).open(OfficerFiles.bundle(file));
        Path collected = approvals == null ? file.resolveSibling("approvals.json") : approvals;
        Approvals before = OfficerFiles.approvals(collected, opened.digest()).orElse(Approvals.none(opened.digest()));
        InForce inForce = offline ? InForce.nothing(root) : inForce(config, root);
        OfficerKey officer = officer(inForce, signer);
        requireWorthApproving(opened, inForce);

        boolean already = before.approvedBy(inForce.approvers(), root.tenant()).contains(officer.officer());
        Approvals after = already ? before : before.signedBy(officer, root.tenant());
        if (!already) {
            OfficerFiles.replace(collected, after.toBytes());
        }
        print(opened, officer, after, inForce, collected, already);
        return ExitCode.OK;
    }

    private static InForce inForce(SluiceConfig config, TrustRoot root) {
        try {
            return PolicyTopic.read(OfficerKafka.of(config), root, refused -> {})
                    .following();
        } catch (CommandFailure e) {
            throw new CommandFailure(
                    "Who may approve stands in policy.bundles; --offline takes the trust root's officers instead", e);
        }
    }

    private OfficerKey officer(InForce inForce, PrivateKey signer) {
        try {
            return OfficerKey.among(inForce.approvers(), signer);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(key + " is the key of no officer who may approve: "
                    + String.join(", ", inForce.approvers().officers().keySet()) + " ("
                    + (inForce.revision() == 0 ? "the trust root" : "revision " + inForce.revision()) + " says so)");
        }
    }

    private static void requireWorthApproving(VerifiedBundle bundle, InForce inForce) {
        if (bundle.revision() <= inForce.revision()) {
            throw new CommandFailure("Revision " + bundle.revision() + " is not newer than revision "
                    + inForce.revision() + ", which is in force; build it anew");
        }
        if (!Instant.now().isBefore(bundle.metadata().expires())) {
            throw new CommandFailure("Revision " + bundle.revision() + " expired at "
                    + bundle.metadata().expires() + "; build it anew");
        }
    }

    private void print(
            VerifiedBundle bundle,
            OfficerKey officer,
            Approvals approvals,
            InForce inForce,
            Path file,
            boolean already) {
        Approvers approvers = inForce.approvers();
        List<String> approvedBy =
                approvals.approvedBy(approvers, bundle.metadata().tenant());
        List<String> openings = SpecialOpenings.of(inForce.bundle(), bundle);
        String author = bundle.author(approvers).orElse(null);
        List<String> missing = approvers.missing(approvedBy, author, !openings.isEmpty());
        if (output.json()) {
            Map<String, Object> json = BundleSummary.json(bundle);
            json.put("author", author);
            json.put("opensSpecial", openings);
            json.put("officer", officer.officer());
            json.put("approvedBy", approvedBy);
            json.put("required", approvers.required());
            json.put("missing", missing);
            json.put("complete", missing.isEmpty());
            json.put("approvals", file.toString());
            out().println(Json.line(json));
            return;
        }
        out().println(BundleSummary.text(bundle));
        out().println();
        out().println("Written by " + (author == null ? "an unknown author" : author) + ".");
        out().print(Openings.text(openings, inForce));
        out().println(
                        already
                                ? officer.officer() + " has approved it before."
                                : "Approved by " + officer.officer() + ".");
        out().println(approvedBy.size() + " of " + approvers.required() + " approvals: " + String.join(", ", approvedBy)
                + " (" + file + ")");
        if (missing.isEmpty()) {
            out().println("Next: ./sluice policy activate " + this.bundle + " --approvals " + file
                    + " --key OFFICER_KEY");
        } else {
            out().println("It cannot be activated yet: " + String.join("; ", missing) + ".");
        }
    }
}
