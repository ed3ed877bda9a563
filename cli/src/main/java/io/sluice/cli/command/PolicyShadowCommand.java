package io.sluice.cli.command;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.output.Json;
import io.sluice.cli.policy.Activator;
import io.sluice.cli.policy.OfficerFiles;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.core.decision.Activation;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.sign.KeyFile;
import io.sluice.policies.sign.KeyUse;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** A candidate beside what is in force. */
@Command(
        name = "shadow",
        description = {
            "Set a bundle beside the revision in force, in the running job: it is asked about every record too, what it would"
                    + " have decided otherwise is counted, and it releases nothing. So it needs the build's signature and"
                    + " no approvals.",
            "\"policy shadow status\" shows the counts. It ends with --end, or with the next whole activation or floor; a canary keeps it."
        },
        subcommands = PolicyShadowStatusCommand.class,
        footer = {
            "%nExamples:",
            "  ./sluice policy shadow revision-8.tar.gz --key ada.key.pem",
            "  ./sluice policy shadow --end --key ada.key.pem"
        })
final class PolicyShadowCommand extends Verb {
    @Parameters(index = "0", arity = "0..1", paramLabel = "BUNDLE", description = "What \"policy build\" wrote.")
    private @Nullable Path bundle;

    @Option(names = "--end", description = "End the shadow that runs.")
    private boolean end;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Private key of the officer who issues the activation, mode 600.")
    private @Nullable Path key;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        Path file = bundle;
        Path officers = key;
        if ((file == null) != end) {
            throw new ParameterException(spec().commandLine(), "Name a BUNDLE, or --end");
        }
        if (officers == null) {
            throw new ParameterException(spec().commandLine(), "Missing required option: '--key=FILE'");
        }
        var config = config();
        PrivateKey signer = KeyFile.readPrivate(officers, KeyUse.OFFICER);
        byte[] archive = file == null ? null : OfficerFiles.bundle(file);
        try (Activator turn =
                Activator.open(OfficerKafka.of(config), OfficerFiles.trustRoot(config, null), Clock.systemUTC())) {
            OfficerKey officer = officer(turn.store().following().approvers(), signer, officers);
            print(archive == null ? turn.endShadow(officer) : turn.shadow(archive, officer));
        }
        return ExitCode.OK;
    }

    private static OfficerKey officer(Approvers approvers, PrivateKey signer, Path file) {
        try {
            return OfficerKey.among(approvers, signer);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    file + " is the key of no officer of the revision in force: "
                            + String.join(", ", approvers.officers().keySet()),
                    e);
        }
    }

    private void print(Activation activation) {
        var shadow = activation.shadow();
        if (output.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("activation", activation.number());
            json.put("revision", activation.revision());
            shadow.ifPresent(named -> {
                json.put("shadowRevision", named.revision());
                json.put("shadowBundle", named.bundle());
            });
            out().println(Json.line(json));
            return;
        }
        out().println("Activation " + activation.number() + ": revision " + activation.revision() + " stays in force, "
                + shadow.map(named -> "with revision " + named.revision() + " as its shadow.")
                        .orElse("and its shadow has ended."));
        if (shadow.isPresent()) {
            out().println("Records that are accepted from now on are counted: ./sluice policy shadow status");
        }
    }
}
