package io.sluice.cli.command;

import io.sluice.cli.ExitCode;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.UnmatchedArgumentException;

/** Shows what {@code --help} does, for those who try {@code help} first. */
@Command(
        name = "help",
        description = "Show the help of a command, as its option --help does.",
        footer = "%nExample: ./sluice help audit verify")
final class HelpCommand extends Verb {
    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "The command's words. Default: all of Sluice.")
    private List<String> words = List.of();

    @Override
    public Integer call() {
        CommandLine command = spec().root().commandLine();
        for (String word : words) {
            CommandLine next = command.getSubcommands().get(word);
            if (next == null) {
                throw new UnmatchedArgumentException(command, List.of(word));
            }
            command = next;
        }
        command.usage(out());
        return ExitCode.OK;
    }
}
