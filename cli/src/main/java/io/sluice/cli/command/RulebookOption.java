package io.sluice.cli.command;

import io.sluice.cli.config.SluiceConfig;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Option {@code --rulebook}: the officers' folder. */
final class RulebookOption {
    @Option(
            names = "--rulebook",
            paramLabel = "DIR",
            description = "The officers' folder. Default: the setting policy.rulebook.")
    private @Nullable Path folder;

    /** The folder that was named, else that of the settings, which are read only then. */
    Path folder(Supplier<SluiceConfig> config) {
        return folder == null ? config.get().policy().rulebook() : folder;
    }
}
