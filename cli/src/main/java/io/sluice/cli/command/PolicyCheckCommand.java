package io.sluice.cli.command;

import io.sluice.cli.ExitCode;
import io.sluice.cli.output.Json;
import io.sluice.policies.check.CheckReport;
import io.sluice.policies.check.Features;
import io.sluice.policies.check.RulebookChecker;
import io.sluice.policies.load.RulebookInvalidException;
import io.sluice.policies.load.RulebookLoader;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Checks a rulebook folder. */
@Command(
        name = "check",
        description = "Check every file of the rulebook: each error with file, line and fix.",
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:no error; there may be warnings",
            "1:an error, so no bundle can be built of it",
            "2:the command line was wrong"
        },
        footer = "%nExample: ./sluice policy check --rulebook my-rulebook")
final class PolicyCheckCommand extends Verb {
    @Mixin
    private final RulebookOption rulebook = new RulebookOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        CheckReport report = report(rulebook.folder(this::config), config().features());
        String text = report.findings().isEmpty() ? "The rulebook is in order." : report.text();
        out().println(output.json() ? Json.line(report.toJson()) : text);
        return report.errors().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static CheckReport report(Path folder, Features features) {
        try {
            return RulebookChecker.check(RulebookLoader.load(folder), features);
        } catch (RulebookInvalidException e) {
            return new CheckReport(e.findings());
        }
    }
}
