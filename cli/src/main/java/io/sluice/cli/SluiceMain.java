package io.sluice.cli;

import io.sluice.cli.command.SluiceCommand;
import io.sluice.cli.output.Terminal;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** Where the {@code sluice} command starts. The exit codes are those of {@link ExitCode}. */
public final class SluiceMain {
    private SluiceMain() {}

    /** Runs a command line and ends the process with its exit code. */
    public static void main(String[] arguments) {
        int code = run(arguments, System.out, System.err);
        System.out.flush();
        System.err.flush();
        System.exit(code);
    }

    /** Runs a command line in this process, printing to these streams. */
    public static int run(String[] arguments, PrintStream out, PrintStream err) {
        Terminal terminal = Terminal.detect();
        CommandLine commandLine = SluiceCommand.commandLine(terminal, arguments);
        PrintWriter errors = writer(err);
        commandLine.setOut(writer(out)).setErr(errors);
        commandLine.setUsageHelpWidth(Math.min(terminal.columns(), 120));
        commandLine.setParameterExceptionHandler(new UsageErrors());
        commandLine.setExecutionExceptionHandler(new Failures());
        return commandLine.execute(arguments);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }
}
