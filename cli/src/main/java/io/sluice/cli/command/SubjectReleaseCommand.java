package io.sluice.cli.command;

import static java.util.Objects.requireNonNull;

import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Json;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.quarantine.Officer;
import io.sluice.cli.subject.HoldDesk;
import io.sluice.core.audit.LegalHold;
import io.sluice.core.event.SubjectRef;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Ends a hold. */
@Command(
        name = "release",
        description = "End the legal hold of a data subject's data. An erasure that waited for it goes on.",
        footer = {
            "%nExample:",
            "  ./sluice subject release --ref s1_aaaabbbbccccddddeeeeffff22 --why \"case 7/26 is closed\""
        })
final class SubjectReleaseCommand extends Verb {
    @Mixin
    private final SubjectOption subject = new SubjectOption();

    @Option(
            names = "--why",
            required = true,
            paramLabel = "TEXT",
            description = "Your reason, for the audit log, which keeps it for ever: name a case, no person.")
    private @Nullable String why;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        String text = requireNonNull(why, "picocli sets it").strip();
        if (text.isEmpty() || text.length() > LegalHold.MAX_REASON_CHARS) {
            throw new ParameterException(
                    spec().commandLine(), "--why is 1 to " + LegalHold.MAX_REASON_CHARS + " characters");
        }
        SluiceConfig config = config();
        SubjectRef ref = subject.ref(spec(), config);
        new HoldDesk(OfficerKafka.of(config), Officer.of(config.policy().keystore()), Clock.systemUTC())
                .release(ref, text);
        out().println(output.json() ? Json.line(Map.of("subject", ref.value(), "released", true)) : "Released: " + ref);
        return ExitCode.OK;
    }
}
