package io.sluice.cli.command;

import static java.util.Objects.requireNonNull;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Json;
import io.sluice.cli.policy.Activator;
import io.sluice.cli.policy.BundleSummary;
import io.sluice.cli.policy.ImpactFile;
import io.sluice.cli.policy.Manner;
import io.sluice.cli.policy.OfficerFiles;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.policy.Openings;
import io.sluice.cli.policy.PastDecisions;
import io.sluice.core.decision.Activation;
import io.sluice.core.decision.ReturnLimit;
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
import java.math.BigDecimal;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Puts an approved bundle in force. */
@Command(
        name = "activate",
        description = {
            "Verify an approved bundle as gateway and jobs do, make its recipients' topics, and put it in force:"
                    + " bundle, approvals, audit entry and activation in one transaction.",
            "What opens a special category beyond what is in force is listed, and needs --acknowledge. The entry says how"
                    + " many records and subjects of the last days would have had another view.",
            "A revision that opens nothing beyond what is in force can decide a share of the subjects first (--canary), or"
                    + " what was admitted before too (--floor). The canary's bundle without --canary promotes it.",
            "A canary goes back by itself where more of its records go to quarantine through the policy than of the rest:"
                    + " you sign its return with it, and the protect job publishes that (--return-at, --return-after)."
        },
        footer = {
            "%nExamples:",
            "  ./sluice policy activate revision-7.tar.gz --key ada.key.pem",
            "  ./sluice policy activate revision-7.tar.gz --canary 5%% --key ada.key.pem",
            "  ./sluice policy activate --end-canary --key ada.key.pem"
        })
final class PolicyActivateCommand extends Verb {
    /** How far back the report looks that is made here. */
    private static final Duration IMPACT_SINCE = Duration.ofDays(7);

    private static final Pattern SHARE = Pattern.compile("[0-9]{1,2}([.][0-9]{1,2})?%");

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "BUNDLE",
            description = "What \"policy build\" wrote; not with --end-canary.")
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
            names = "--canary",
            paramLabel = "SHARE",
            description =
                    "Let it decide a stable share of the subjects, 0.01%% to 99.99%%; the rest stays with the revision"
                            + " in force. A greater share later keeps these subjects.")
    private @Nullable String canary;

    @Option(
            names = "--return-at",
            paramLabel = "EXCESS",
            description =
                    "The canary goes back where the share of its records that fail exceeds that of the rest by more, 0%% to"
                            + " 99.99%%. Default: 2%%.")
    private @Nullable String returnAt;

    @Option(
            names = "--return-after",
            paramLabel = "RECORDS",
            description = "So many records the canary decides before it is judged. Default: 200.")
    private @Nullable Long returnAfter;

    @Option(
            names = "--end-canary",
            description = "End the canary: the revision in force decides all that is admitted from now on.")
    private boolean endCanary;

    @Option(
            names = "--floor",
            description =
                    "Let it decide records that were admitted before too. Where the revision that one was admitted"
                            + " under is stricter, that one goes on; where neither is, the record is quarantined.")
    private boolean floor;

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
        Manner manner = manner();
        SluiceConfig config = config();
        TrustRoot root = OfficerFiles.trustRoot(config, null);
        PrivateKey signer = KeyFile.readPrivate(requireNonNull(key, "picocli sets it"), KeyUse.OFFICER);
        if (endCanary) {
            endCanary(config, root, signer);
            return ExitCode.OK;
        }
        Path file = requireNonNull(bundle, "it was asked for");
        byte[] archive = OfficerFiles.bundle(file);
        VerifiedBundle opened = new BundleVerifier(root).open(archive);
        Path collected = approvals == null ? file.resolveSibling("approvals.json") : approvals;
        Approvals approved = OfficerFiles.approvals(collected, opened.digest())
                .orElseThrow(() -> new CommandFailure(collected + " does not exist; \"./sluice policy approve " + file
                        + " --key OFFICER_KEY\" makes it"));
        try (Activator turn = Activator.open(OfficerKafka.of(config), root, Clock.systemUTC())) {
            Approvers approvers = turn.store().following().approvers();
            OfficerKey officer = officer(approvers, signer);
            VerifiedBundle judged = turn.judge(archive, approved, officer, manner);
            InForce inForce = turn.store().following();
            List<String> openings = SpecialOpenings.of(inForce.bundle(), judged);
            requireAcknowledged(openings, inForce);
            Map<String, Object> detail = new TreeMap<>(report(config, inForce.bundle(), judged));
            detail.put("opensSpecial", openings.size());
            Activation activation = turn.activate(archive, approved, officer, manner, detail);
            print(activation, opened);
        }
        return ExitCode.OK;
    }

    private Manner manner() {
        if (endCanary ? bundle != null || canary != null || floor || acknowledge || impact != null : bundle == null) {
            throw usage(
                    endCanary
                            ? "--end-canary takes --key alone: it names no bundle, and brings none"
                            : "Name the BUNDLE to activate, or --end-canary");
        }
        if (canary != null && floor) {
            throw usage("--canary and --floor exclude each other: a floor is for all records");
        }
        if (canary == null && (returnAt != null || returnAfter != null)) {
            throw usage("--return-at and --return-after are for a canary: name its share with --canary");
        }
        return canary != null
                ? new Manner.ToShare(basisPoints("--canary", canary, 1), returnLimit())
                : floor ? Manner.FLOOR : Manner.WHOLE;
    }

    private ReturnLimit returnLimit() {
        try {
            return new ReturnLimit(
                    returnAt == null
                            ? ReturnLimit.DEFAULT.excessBasisPoints()
                            : basisPoints("--return-at", returnAt, 0),
                    returnAfter == null ? ReturnLimit.DEFAULT.records() : returnAfter);
        } catch (IllegalArgumentException e) {
            throw usage("--return-after: " + e.getMessage());
        }
    }

    private int basisPoints(String option, String share, int least) {
        if (SHARE.matcher(share).matches()) {
            int points = new BigDecimal(share.substring(0, share.length() - 1))
                    .movePointRight(2)
                    .intValueExact();
            if (points >= least) {
                return points;
            }
        }
        throw usage(option + " takes a share from " + (least == 0 ? "0%" : "0.01%")
                + " to 99.99%, in hundredths of a percent at the finest, as 5% or 0.25%; not '" + share + "'");
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec().commandLine(), message);
    }

    private void endCanary(SluiceConfig config, TrustRoot root, PrivateKey signer) {
        try (Activator turn = Activator.open(OfficerKafka.of(config), root, Clock.systemUTC())) {
            Activation activation =
                    turn.endCanary(officer(turn.store().following().approvers(), signer));
            out().println(
                            output.json()
                                    ? Json.line(Map.of(
                                            "activation", activation.number(), "revision", activation.revision()))
                                    : "Activation " + activation.number() + ": the canary has ended; revision "
                                            + activation.revision() + " decides all new records.");
        }
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
        if (canary != null) {
            out().println("Activation " + activation.number() + ": revision " + bundle.revision() + " decides " + canary
                    + " of the subjects, revision " + activation.revision() + " the rest.");
            ReturnLimit limit = requireNonNull(activation.canary().orElseThrow().returnAt(), "the verb sets it");
            out().println("It goes back by itself where more than "
                    + BigDecimal.valueOf(limit.excessBasisPoints(), 2)
                            .stripTrailingZeros()
                            .toPlainString()
                    + "% more of its records fail than of the rest, after " + limit.records()
                    + " of them: activation " + (activation.number() + 1) + " is signed and kept for that.");
            out().println("Next: the same without --canary promotes it, --end-canary ends it.");
            return;
        }
        out().println("Activation " + activation.number() + ": revision " + activation.revision()
                + " is in force until " + bundle.metadata().expires() + ".");
        out().println(
                        floor
                                ? "New records are decided under it, and those admitted before as each task learns of it."
                                : "New records are decided under it; records admitted before keep theirs.");
    }
}
