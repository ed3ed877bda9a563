package io.sluice.cli.command;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Option {@code --junit}: a report for build servers beside what is printed. */
final class JUnitOption {
    @Option(
            names = "--junit",
            paramLabel = "FILE",
            description = "Write the report as JUnit XML too, which build servers show.")
    private @Nullable Path file;

    Optional<Path> file() {
        return Optional.ofNullable(file);
    }
}
