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
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.build.BundleSignature;
import io.sluice.policies.evaluate.HistoryEntry;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.sign.BundleKeys;
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
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Builds the content of an earlier revision again, as a new one. */
@Command(
        name = "rollback",
        description = {
            "Build a new revision with the content of an earlier one, out of policy.bundles.",
            "It is approved and activated as any other: going back may open what was closed since. With the rules the"
                    + " officers of that revision come back too, and approve the one after it."
        },
        footer = "%nExample: ./sluice policy rollback 6 --author ada.key.pem --out revision-8.tar.gz")
final class PolicyRollbackCommand extends Verb {
    @Parameters(
            index = "0",
            paramLabel = "REVISION",
            description = "The earlier revision, as \"policy history\" lists it.")
    private long revision;

    @Mixin
    private final ValidityOption validity = new ValidityOption();

    @Mixin
    private final AuthorOption author = new AuthorOption();

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Private key that signs it. Default: the setting policy.bundleKey.")
    private @Nullable Path key;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The bundle; a new file.")
    private @Nullable Path out;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        SluiceConfig config = config();
        Path file = requireNonNull(out, "picocli sets it");
        OfficerFiles.requireNew(file);
        ValidityOption.Validity time = validity.from(Instant.now(), spec());
        PrivateKey signer = KeyFile.readPrivate(key == null ? config.policy().bundleKey() : key, KeyUse.BUNDLE);
        TrustRoot root = OfficerFiles.trustRoot(config, null);
        PolicyStore store = PolicyTopic.read(OfficerKafka.of(config), root, refused -> {});
        InForce inForce = store.following();
        VerifiedBundle earlier = earlier(store, inForce);
        byte[] archive = store.archive(earlier.digest())
                .orElseThrow(
                        () -> new CommandFailure("The bundle of revision " + revision + " is not in policy.bundles"));
        BundleBuilder.Built built = new BundleBuilder(
                        BundleSignature.keyId(BundleKeys.publicKey(signer)), signer, Optional.empty())
                .again(
                        archive,
                        earlier.metadata(),
                        store.nextRevision(),
                        time.notBefore(),
                        time.expires(),
                        author.officer(inForce.approvers()));
        VerifiedBundle bundle = new BundleVerifier(root).open(built.archive());
        OfficerFiles.create(file, built.archive());
        print(bundle, inForce, root, file);
        return ExitCode.OK;
    }

    private VerifiedBundle earlier(PolicyStore store, InForce inForce) {
        if (revision == inForce.revision()) {
            throw new CommandFailure("Revision " + revision + " is the newest; there is nothing to go back from."
                    + " To renew it, build it anew from its files");
        }
        List<HistoryEntry> history = store.history(Instant.now());
        return history.stream()
                .map(HistoryEntry::bundle)
                .filter(Objects::nonNull)
                .filter(bundle -> bundle.revision() == revision)
                .findFirst()
                .orElseThrow(() -> new CommandFailure("Revision " + revision + " was never in force; \"./sluice policy"
                        + " history\" lists those that were"));
    }

    private void print(VerifiedBundle bundle, InForce inForce, TrustRoot root, Path file) {
        List<String> openings = SpecialOpenings.of(inForce.bundle(), bundle);
        if (output.json()) {
            Map<String, Object> json = BundleSummary.json(bundle);
            json.put("contentOf", revision);
            json.put("opensSpecial", openings);
            json.put("file", file.toString());
            out().println(Json.line(json));
            return;
        }
        out().println(BundleSummary.text(bundle));
        out().println();
        out().println("Its content is that of revision " + revision + ".");
        out().print(Openings.text(openings, inForce));
        Approvers next = InForce.of(bundle, root).approvers();
        if (!next.equals(inForce.approvers())) {
            out().println("After it, other officers approve: " + next.required() + " of "
                    + String.join(", ", next.officers().keySet()) + ".");
        }
        out().println("Written to " + file + ". Next: ./sluice policy approve " + file + " --key OFFICER_KEY");
    }
}
