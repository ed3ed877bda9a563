package io.sluice.cli.command;

import io.sluice.cli.ExitCode;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints the completion script of the verbs that there are. */
@Command(
        name = "completion",
        description = {
            "Print the script by which a shell completes commands, options and their values.",
            "Put it in a file once, and again after an update: your shell then starts no JVM for it."
        },
        footer = {
            "%nExamples:",
            "  ./sluice completion bash > ~/.local/share/bash-completion/completions/sluice",
            "  ./sluice completion zsh > ~/.sluice-completion      (and in ~/.zshrc: source ~/.sluice-completion)",
            "  source <(./sluice completion)                       (for this shell alone)"
        })
final class CompletionCommand extends Verb {
    enum Shell {
        bash,
        zsh
    }

    @Parameters(
            arity = "0..1",
            paramLabel = "SHELL",
            defaultValue = "bash",
            description = "bash or zsh, which take the same script. Default: ${DEFAULT-VALUE}.")
    private Shell unused = Shell.bash; // picocli's script finds out which of the two runs it

    @Override
    public Integer call() {
        out().print(AutoComplete.bash("sluice", spec().root().commandLine()));
        out().flush();
        return ExitCode.OK;
    }
}
