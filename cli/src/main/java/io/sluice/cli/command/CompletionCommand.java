package io.sluice.cli.command;

import io.sluice.cli.ExitCode;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** Prints the completion script. */
@Command(
        name = "completion",
        description = "Print a completion script for bash and zsh.",
        footer = "%nUse it: source <(./sluice completion)")
final class CompletionCommand extends Verb {
    @Override
    public Integer call() {
        out().print(AutoComplete.bash("sluice", spec().root().commandLine()));
        out().flush();
        return ExitCode.OK;
    }
}
