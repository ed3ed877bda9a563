package io.sluice.cli.command;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.output.Json;
import io.sluice.policies.load.EditorFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Hands out what editors need. */
@Command(
        name = "schemas",
        description = {
            "Write what an editor needs to complete and mark the files of a rulebook: a JSON Schema for each kind of file, the"
                    + " capabilities of the Rego for opa, and the settings that say which schema goes with which file.",
            "Into the folder .editor of the rulebook, which is no part of it. Editors with the YAML language server read settings.json;"
                    + " in others the first line of a file names its schema, as # yaml-language-server: $schema=../.editor/recipients.schema.json."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {"0:written", "1:a file cannot be written", "2:the command line was wrong"},
        footer = "%nExample: ./sluice policy schemas --rulebook my-rulebook")
final class PolicySchemasCommand extends Verb {
    private static final String FOLDER = ".editor";

    @Mixin
    private final RulebookOption rulebook = new RulebookOption();

    @Option(names = "--print-settings", description = "Print the settings alone, to be added to those of your editor.")
    private boolean printSettings;

    @Override
    public Integer call() {
        if (printSettings) {
            out().println(Json.line(EditorFiles.settings(FOLDER)));
            return ExitCode.OK;
        }
        Path folder = rulebook.folder(this::config);
        if (!Files.isDirectory(folder)) {
            throw new CommandFailure("There is no rulebook at " + folder + ": no such folder");
        }
        Path place = folder.resolve(FOLDER);
        try {
            Files.createDirectories(place);
            for (Map.Entry<String, byte[]> file : EditorFiles.all(FOLDER).entrySet()) {
                Files.write(place.resolve(file.getKey()), file.getValue());
            }
        } catch (IOException e) {
            throw new CommandFailure("The schemas cannot be written to " + place + ": " + e.getMessage(), e);
        }
        out().println("Schemas, capabilities.json and settings.json are in " + place + ".");
        out().println("VS Code: copy settings.json to " + folder.resolve(".vscode/settings.json")
                + ". Rego by hand: opa check --strict --capabilities " + place.resolve("capabilities.json") + " "
                + folder.resolve("rego"));
        return ExitCode.OK;
    }
}
