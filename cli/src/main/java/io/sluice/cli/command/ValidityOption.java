package io.sluice.cli.command;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** From when until when a revision is valid. */
final class ValidityOption {
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

    /** The two instants, in whole seconds. */
    record Validity(Instant notBefore, Instant expires) {}

    /** As the options say. @throws ParameterException where they make no sense */
    Validity from(Instant now, CommandSpec spec) {
        Instant from = notBefore == null ? now.truncatedTo(ChronoUnit.SECONDS) : notBefore;
        Instant end = until.expires == null ? from.plus(until.validFor) : until.expires;
        if (from.getNano() != 0 || end.getNano() != 0) {
            throw new ParameterException(spec.commandLine(), "--not-before and --expires are whole seconds");
        }
        if (!end.isAfter(from)) {
            throw new ParameterException(
                    spec.commandLine(), "The bundle would expire at " + end + ", before it begins at " + from);
        }
        return new Validity(from, end);
    }
}
