package io.sluice.cli.command;

import io.sluice.cli.ExitCode;
import io.sluice.cli.config.EffectiveConfig;
import io.sluice.cli.output.Json;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints the values in force. */
@Command(
        name = "config",
        description = {
            "Print the settings in force, secrets masked: defaults, sluice.yaml and the environment laid over each"
                    + " other.",
            "A setting that is not known or out of range is named, with the one that was probably meant."
        },
        footer = "%nExample: ./sluice config --config /etc/sluice/sluice.yaml")
final class ConfigCommand extends Verb {
    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        Map<String, Object> tree = EffectiveConfig.tree(config());
        if (output.json()) {
            out().println(Json.line(tree));
        } else {
            out().print(EffectiveConfig.yaml(tree));
            out().flush();
        }
        return ExitCode.OK;
    }
}
