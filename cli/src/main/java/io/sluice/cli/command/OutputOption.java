package io.sluice.cli.command;

import io.sluice.cli.output.Format;
import picocli.CommandLine.Option;

/** Option {@code -o}: whether a verb prints for people or for programs. */
final class OutputOption {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "text for people or json for programs. Default: ${DEFAULT-VALUE}.",
            defaultValue = "text")
    private Format format = Format.text;

    boolean json() {
        return format == Format.json;
    }
}
