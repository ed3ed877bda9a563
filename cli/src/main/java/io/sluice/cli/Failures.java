package io.sluice.cli;

import io.sluice.cli.command.SluiceCommand;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Turns an exception into the message that a user reads. A stack trace is shown only with {@code --verbose} or
 * {@code SLUICE_DEBUG}. Sluice's own exceptions speak for themselves, and what goes wrong every day is put in words; of
 * others the class is named too, since the message of a library often means nothing without it.
 */
final class Failures implements IExecutionExceptionHandler {
    private static final int MAX_CAUSES = 3;
    private static final Pattern SETTING = Pattern.compile(
            "\\b(?:kafka|cluster|keys|policy|gateway|protect|deliver|audit|witness|reveal)\\.[a-z][A-Za-z]+");

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, @Nullable ParseResult parsed) {
        PrintWriter err = command.getErr();
        String text = describe(failure);
        err.println(command.getCommandSpec().qualifiedName() + ": " + text);
        if (command.getCommandSpec().root().userObject() instanceof SluiceCommand sluice) {
            if (sluice.withoutSettings() && SETTING.matcher(text).find()) {
                err.println("There is no sluice.yaml here and --config names none: these are the defaults.");
            }
            if (sluice.verbose() || debug()) {
                failure.printStackTrace(err);
            } else if (!speaksForItself(failure)) {
                err.println("(--verbose shows where this happened)");
            }
        }
        err.flush();
        return ExitCode.FAILED;
    }

    /** What failed and because of what, on one line each. */
    static String describe(Throwable failure) {
        StringBuilder text = new StringBuilder(own(failure));
        Throwable cause = plain(failure).isPresent() ? null : failure.getCause();
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            String message = own(cause);
            if (text.indexOf(message) < 0) {
                text.append("\n  because: ").append(message);
            }
            cause = plain(cause).isPresent() ? null : cause.getCause();
        }
        return text.toString();
    }

    private static String own(Throwable failure) {
        String message = failure.getMessage();
        if (plain(failure).isPresent()) {
            return plain(failure).get();
        }
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        return ours(failure) ? message : failure.getClass().getSimpleName() + ": " + message;
    }

    /** What happens every day, in words. What lies below it is of no use to anybody. */
    private static Optional<String> plain(Throwable failure) {
        String about = String.valueOf(failure.getMessage());
        if (failure instanceof NoSuchFileException) {
            return Optional.of("there is no file or folder " + about);
        }
        if (failure instanceof AccessDeniedException) {
            return Optional.of("access to " + about + " is denied; look at its owner and mode");
        }
        if (failure instanceof FileAlreadyExistsException) {
            return Optional.of(about + " exists already");
        }
        if (failure instanceof NotDirectoryException) {
            return Optional.of(about + " is no folder");
        }
        if (failure instanceof ConnectException) {
            return Optional.of(
                    failure.getCause() instanceof UnresolvedAddressException
                            ? "no such host is known"
                            : "nothing answers at that address");
        }
        if (failure instanceof SSLHandshakeException && about.contains("PKIX path building failed")) {
            return Optional.of("the server's certificate is of no authority that is trusted here");
        }
        return failure instanceof UnknownHostException
                ? Optional.of("no host " + about + " is known")
                : Optional.empty();
    }

    private static boolean ours(Throwable failure) {
        // An UncheckedIOException is made by the code that knows what it was doing, and says so.
        return failure.getClass().getName().startsWith("io.sluice.") || failure instanceof UncheckedIOException;
    }

    /** Whether nothing below would tell a user more. */
    private static boolean speaksForItself(Throwable failure) {
        return plain(failure).isPresent()
                || (ours(failure) && (failure.getCause() == null || speaksForItself(failure.getCause())));
    }

    private static boolean debug() {
        String variable = System.getenv("SLUICE_DEBUG");
        return variable != null && !variable.isEmpty() && !variable.equals("0");
    }
}
