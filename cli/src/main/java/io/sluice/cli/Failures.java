package io.sluice.cli;

import io.sluice.cli.command.SluiceCommand;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Turns an exception into the message that a user reads. A stack trace is shown only with {@code --verbose} or
 * {@code SLUICE_DEBUG}. Sluice's own exceptions speak for themselves; of others the class is named too, since the message
 * of a library often means nothing without it.
 */
final class Failures implements IExecutionExceptionHandler {
    private static final int MAX_CAUSES = 3;

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, @Nullable ParseResult parsed) {
        PrintWriter err = command.getErr();
        err.println(command.getCommandSpec().qualifiedName() + ": " + describe(failure));
        if (verbose(command)) {
            failure.printStackTrace(err);
        } else if (!(failure instanceof CommandFailure) || failure.getCause() != null) {
            err.println("(--verbose shows where this happened)");
        }
        err.flush();
        return ExitCode.FAILED;
    }

    /** What failed and because of what, on one line each. */
    static String describe(Throwable failure) {
        StringBuilder text = new StringBuilder(own(failure));
        Throwable cause = failure.getCause();
        for (int i = 0; cause != null && i < MAX_CAUSES; i++, cause = cause.getCause()) {
            String message = own(cause);
            if (text.indexOf(message) < 0) {
                text.append("\n  because: ").append(message);
            }
        }
        return text.toString();
    }

    private static String own(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        boolean ours = failure.getClass().getName().startsWith("io.sluice.");
        return ours ? message : failure.getClass().getSimpleName() + ": " + message;
    }

    private static boolean verbose(CommandLine command) {
        String variable = System.getenv("SLUICE_DEBUG");
        if (variable != null && !variable.isEmpty() && !variable.equals("0")) {
            return true;
        }
        Object root = command.getCommandSpec().root().userObject();
        return root instanceof SluiceCommand sluice && sluice.verbose();
    }
}
