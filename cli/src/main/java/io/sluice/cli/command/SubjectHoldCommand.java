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
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Holds a subject's data. */
@Command(
        name = "hold",
        description = {
            "Hold a data subject's data (GDPR Art. 17(3)): an erasure of it is blocked at once but goes no further until the"
                    + " hold ends.",
            "An erasure whose keys are already ordered away goes on. A second hold replaces the first."
        },
        footer = {
            "%nExample:",
            "  ./sluice subject hold --subject c-4711 --controller webshop-eu --scheme customer --reason \"litigation 7/26\""
        })
final class SubjectHoldCommand extends Verb {
    @Mixin
    private final SubjectOption subject = new SubjectOption();

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "TEXT",
            description = "Why, for the audit log, which keeps it for ever: name a case, no person.")
    private @Nullable String reason;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "When the hold ends by itself, as 2027-03-01T00:00:00Z. Without it: when it is released.")
    private @Nullable Instant until;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        String text = requireNonNull(reason, "picocli sets it").strip();
        if (text.isEmpty() || text.length() > LegalHold.MAX_REASON_CHARS) {
            throw new ParameterException(
                    spec().commandLine(), "--reason is 1 to " + LegalHold.MAX_REASON_CHARS + " characters");
        }
        Clock clock = Clock.systemUTC();
        if (until != null && !until.isAfter(clock.instant())) {
            throw new ParameterException(spec().commandLine(), "--until is in the past");
        }
        SluiceConfig config = config();
        SubjectRef ref = subject.ref(spec(), config);
        HoldDesk desk =
                new HoldDesk(OfficerKafka.of(config), Officer.of(config.policy().keystore()), clock);
        LegalHold hold = desk.hold(ref, text, until);
        out().println(
                        output.json()
                                ? Json.line(Map.of("subject", ref.value(), "hold", hold.toJson()))
                                : "Held: " + ref + (until == null ? "" : " until " + until));
        return ExitCode.OK;
    }
}
