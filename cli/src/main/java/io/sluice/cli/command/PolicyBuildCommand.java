package io.sluice.cli.command;

import static java.util.Objects.requireNonNull;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Json;
import io.sluice.cli.policy.BundleSummary;
import io.sluice.cli.policy.OfficerFiles;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.policy.PolicyTopic;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.build.BundleSignature;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.sign.BundleKeys;
import io.sluice.policies.sign.KeyFile;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.BundleVerifier;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.policies.verify.VerifiedBundle;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Builds a signed bundle. */
@Command(
        name = "build",
        description = {
            "Check the rulebook and build its signed bundle.",
            "The same files, revision, times, author and key give the same bytes."
        },
        footer = {
            "%nExamples:",
            "  ./sluice policy build --valid-for 90d --author ada.key.pem --out revision-7.tar.gz",
            "  ./sluice policy build --revision 1 --out first.tar.gz      (asks no Kafka for the number)"
        })
final class PolicyBuildCommand extends Verb {
    @Mixin
    private final RulebookOption rulebook = new RulebookOption();

    @Option(
            names = "--revision",
            paramLabel = "N",
            description = "Its number, from 1; officers are then the trust root's. Default: the one after the newest in"
                    + " policy.bundles.")
    private @Nullable Long revision;

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
        LoadedRulebook loaded = RulebookLoader.load(rulebook.folder(() -> config));
        BundleBuilder builder = new BundleBuilder(
                BundleSignature.keyId(BundleKeys.publicKey(signer)),
                signer,
                OpaTool.find(System.getenv(), Path.of(System.getProperty("sluice.home", ""))));
        Place place = place(config, root);
        BundleBuilder.Built built = builder.build(
                loaded,
                config.features(),
                config.tenant(),
                place.revision(),
                time.notBefore(),
                time.expires(),
                author.officer(place.approvers()));
        VerifiedBundle bundle = new BundleVerifier(root).open(built.archive()); // what the rooms will say of it
        OfficerFiles.create(file, built.archive());
        print(bundle, file);
        return ExitCode.OK;
    }

    /** Where the revision stands: its number, and the officers who approve it. */
    private record Place(long revision, Approvers approvers) {}

    private Place place(SluiceConfig config, TrustRoot root) {
        if (revision != null) {
            if (revision < 1) {
                throw new ParameterException(spec().commandLine(), "--revision is at least 1");
            }
            return new Place(revision, root.approvers());
        }
        try {
            PolicyStore store = PolicyTopic.read(OfficerKafka.of(config), root, refused -> {});
            return new Place(store.nextRevision(), store.following().approvers());
        } catch (CommandFailure e) {
            throw new CommandFailure("The next revision number is not known; name it with --revision N", e);
        }
    }

    private void print(VerifiedBundle bundle, Path file) {
        if (output.json()) {
            Map<String, Object> json = BundleSummary.json(bundle);
            json.put("file", file.toString());
            out().println(Json.line(json));
            return;
        }
        out().println(BundleSummary.text(bundle));
        out().println();
        out().println("Written to " + file + ". Next: ./sluice policy approve " + file + " --key OFFICER_KEY");
    }
}
