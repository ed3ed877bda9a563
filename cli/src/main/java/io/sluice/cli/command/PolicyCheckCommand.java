package io.sluice.cli.command;

import io.sluice.cli.ExitCode;
import io.sluice.cli.output.Format;
import io.sluice.cli.output.Json;
import io.sluice.policies.check.CheckReport;
import io.sluice.policies.check.RulebookChecker;
import io.sluice.policies.load.RulebookInvalidException;
import io.sluice.policies.load.RulebookLoader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Checks a rulebook folder. */
@Command(
        name = "check",
        description = "Check every file of the rulebook: each error with file, line and fix.",
        footer = {"%nExample:", "  ./sluice policy check --rulebook my-rulebook"})
final class PolicyCheckCommand extends Verb {
    @Option(
            names = "--rulebook",
            paramLabel = "DIR",
            description = "The officers' folder. Default: the setting policy.rulebook.")
    private @Nullable Path rulebook;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "text or json.",
            defaultValue = "text")
    private Format format = Format.text;

    @Override
    public Integer call() {
        CheckReport report = report(rulebook == null ? config().policy().rulebook() : rulebook);
        String text = report.findings().isEmpty() ? "The rulebook is in order." : report.text();
        out().println(format == Format.json ? Json.line(report.toJson()) : text);
        return report.errors().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static CheckReport report(Path folder) {
        try {
            return RulebookChecker.check(RulebookLoader.load(folder));
        } catch (RulebookInvalidException e) {
            return new CheckReport(e.findings());
        }
    }
}
