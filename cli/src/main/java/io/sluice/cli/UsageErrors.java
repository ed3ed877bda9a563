package io.sluice.cli;

import io.sluice.cli.config.Similar;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command line, what was probably meant, and where help is. */
final class UsageErrors implements IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException error, String[] arguments) {
        CommandLine command = error.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        command.getErr().println(name + ": " + message(error));
        if (!command.getSubcommands().isEmpty()) {
            command.getErr()
                    .println("Commands: "
                            + String.join(", ", command.getSubcommands().keySet()));
        }
        command.getErr().println("Try '" + name + " --help'.");
        return ExitCode.USAGE;
    }

    private static String message(ParameterException error) {
        List<String> unmatched =
                error instanceof UnmatchedArgumentException surplus ? surplus.getUnmatched() : List.of();
        if (unmatched.isEmpty()) {
            return String.valueOf(error.getMessage());
        }
        CommandLine command = error.getCommandLine();
        String first = unmatched.get(0);
        if (first.startsWith("-")) {
            String option = first.replaceFirst("=.*", "");
            Set<String> options =
                    new TreeSet<>(command.getCommandSpec().optionsMap().keySet());
            return "there is no option " + option + meant(option, options);
        }
        if (!command.getSubcommands().isEmpty()) {
            return "there is no command \"" + first + "\""
                    + meant(first, command.getSubcommands().keySet());
        }
        List<String> known = new ArrayList<>();
        for (PositionalParamSpec parameter : command.getCommandSpec().positionalParameters()) {
            Iterable<String> candidates = parameter.completionCandidates();
            if (candidates != null) {
                candidates.forEach(known::add);
            }
        }
        return known.isEmpty() || known.contains(first)
                ? "\"" + first + "\" is one argument too many"
                : "\"" + first + "\" is none of " + String.join(", ", known);
    }

    private static String meant(String word, Set<String> known) {
        return Similar.to(word, known)
                .map(likely -> "; did you mean " + likely + "?")
                .orElse("");
    }
}
