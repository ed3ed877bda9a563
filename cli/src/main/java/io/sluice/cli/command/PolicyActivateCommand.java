package io.sluice.cli.command;

import static java.util.Objects.requireNonNull;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Json;
import io.sluice.cli.policy.Activator;
import io.sluice.cli.policy.BundleSummary;
import io.sluice.cli.policy.ImpactFile;
import io.sluice.cli.policy.OfficerFiles;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.policy.Openings;
import io.sluice.cli.policy.PastDecisions;
import io.sluice.core.decision.Activation;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.draft.DraftPolicy;
import io.sluice.policies.sign.KeyFile;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.BundleVerifier;
import io.sluice.policies.verify.InForce;
import io.sluice.policies.verify.SpecialOpenings;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.policies.verify.VerifiedBundle;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
                    + " bundle, approvals, audit entry and activation in one transaction.",
            "What opens a special category beyond what is in force is listed, and needs --acknowledge. The entry says how"
                    + " many records and subjects of the last days would have had another view."
        },
        footer = "%nExample: ./sluice policy activate revision-7.tar.gz --key ada.key.pem")
final class PolicyActivateCommand extends Verb {
    /** How far back the report looks that is made here. */
    private static final Duration IMPACT_SINCE = Duration.ofDays(7);

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

    @Option(
            names = "--acknowledge",
            description = "Say that you know that it opens something of a special category, which the message lists.")
    private boolean acknowledge;

    @Option(
            names = "--impact",
            paramLabel = "FILE",
            description =
                    "The report of \"policy impact BUNDLE --out FILE\", for the audit entry. Default: made now, of the"
                            + " last 7 days, where the audit log is at hand.")
    private @Nullable Path impact;

    @Mixin
    private final AuditLogOption log = new AuditLogOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() throws IOException {
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
            OfficerKey officer = officer(approvers, signer);
            VerifiedBundle judged = turn.judge(archive, approved, officer);
            InForce inForce = turn.store().following();
            List<String> openings = SpecialOpenings.of(inForce.bundle(), judged);
            requireAcknowledged(openings, inForce);
            Map<String, Object> detail = new TreeMap<>(report(config, inForce.bundle(), judged));
            detail.put("opensSpecial", openings.size());
            Activation activation = turn.activate(archive, approved, officer, detail);
            print(activation, opened);
        }
        return ExitCode.OK;
    }

    private void requireAcknowledged(List<String> openings, InForce inForce) {
        if (!openings.isEmpty() && !acknowledge) {
            throw new CommandFailure(
                    "It opens a special category; nothing was activated. Read the list, and repeat with"
                            + " --acknowledge.\n"
                            + Openings.text(openings, inForce).stripTrailing());
        }
    }

    /** What the entry says of its impact; nothing for the first revision, and where no log is at hand. */
    private Map<String, Object> report(SluiceConfig config, @Nullable VerifiedBundle before, VerifiedBundle after)
            throws IOException {
        if (before == null) {
            return Map.of();
        }
        if (impact != null) {
            return Map.of("impact", ImpactFile.detail(impact, before, after));
        }
        if (!log.isThere(config)) {
            err().println(
                            "No audit log is at hand, so the entry says nothing of the impact; \"policy impact\" makes the"
                                    + " report where the log is, and --impact takes it.");
            return Map.of();
        }
        try (var index = log.index(config)) {
            return Map.of(
                    "impact",
                    ImpactFile.detail(new PastDecisions(index)
                            .impact(DraftPolicy.of(before), DraftPolicy.of(after), IMPACT_SINCE)));
        }
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
