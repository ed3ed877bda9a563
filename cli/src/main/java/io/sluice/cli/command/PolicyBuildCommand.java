package io.sluice.cli.command;

import static java.util.Objects.requireNonNull;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.config.Durations;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Json;
import io.sluice.cli.policy.BundleSummary;
import io.sluice.cli.policy.OfficerFiles;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.policy.PolicyTopic;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.build.BundleSignature;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.sign.KeyFile;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.BundleVerifier;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.policies.verify.VerifiedBundle;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** Builds a signed bundle. */
@Command(
        name = "build",
        description = {
            "Check the rulebook and build its signed bundle.",
            "The same files, revision, times and key give the same bytes."
        },
        footer = {
            "%nExamples:",
            "  ./sluice policy build --valid-for 90d --out revision-7.tar.gz",
            "  ./sluice policy build --revision 1 --out first.tar.gz      (asks no Kafka for the number)"
        })
final class PolicyBuildCommand extends Verb {
    @Mixin
    private final RulebookOption rulebook = new RulebookOption();

    @Option(
            names = "--revision",
            paramLabel = "N",
            description = "Its number, from 1. Default: the one after the newest in policy.bundles.")
    private @Nullable Long revision;

    @Option(
            names = "--not-before",
            paramLabel = "TIME",
            description = "From when it may decide, RFC 3339, whole seconds. Default: now.")
    private @Nullable Instant notBefore;

    @ArgGroup
    private Until until = new Until();

    /** One way to say when it ends. */
    private static final class Until {
        @Option(
                names = "--expires",
                paramLabel = "TIME",
                description = "When it ends, RFC 3339: from then on no record is accepted under it.")
        private @Nullable Instant expires;

        @Option(
                names = "--valid-for",
                paramLabel = "DURATION",
                converter = DurationText.class,
                description = "How long it is valid, as 30d or 12h. Default: 30d.")
        private Duration validFor = Duration.ofDays(30);
    }

    /** A duration as in {@code sluice.yaml}. */
    private static final class DurationText implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return Durations.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'" + text + "' " + e.getMessage());
            }
        }
    }

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
        Instant from = notBefore == null ? Instant.now().truncatedTo(ChronoUnit.SECONDS) : notBefore;
        Instant end = until.expires == null ? from.plus(until.validFor) : until.expires;
        requireTimes(from, end);
        PrivateKey signer = KeyFile.readPrivate(key == null ? config.policy().bundleKey() : key, KeyUse.BUNDLE);
        TrustRoot root = OfficerFiles.trustRoot(config, null);
        LoadedRulebook loaded = RulebookLoader.load(rulebook.folder(() -> config));
        BundleBuilder builder = new BundleBuilder(
                BundleSignature.keyId(BundleSignature.publicKey(signer)),
                signer,
                OpaTool.find(System.getenv(), Path.of(System.getProperty("sluice.home", ""))));
        BundleBuilder.Built built =
                builder.build(loaded, config.features(), config.tenant(), number(config, root), from, end);
        VerifiedBundle bundle = new BundleVerifier(root).open(built.archive()); // what the rooms will say of it
        OfficerFiles.create(file, built.archive());
        print(bundle, file);
        return ExitCode.OK;
    }

    private void requireTimes(Instant from, Instant end) {
        if (from.getNano() != 0 || end.getNano() != 0) {
            throw new ParameterException(spec().commandLine(), "--not-before and --expires are whole seconds");
        }
        if (!end.isAfter(from)) {
            throw new ParameterException(
                    spec().commandLine(), "The bundle would expire at " + end + ", before it begins at " + from);
        }
    }

    private long number(SluiceConfig config, TrustRoot root) {
        if (revision != null) {
            if (revision < 1) {
                throw new ParameterException(spec().commandLine(), "--revision is at least 1");
            }
            return revision;
        }
        try {
            return PolicyTopic.read(OfficerKafka.of(config), root, refused -> {})
                            .following()
                            .revision()
                    + 1;
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
