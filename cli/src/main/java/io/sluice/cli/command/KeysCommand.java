package io.sluice.cli.command;

import picocli.CommandLine.Command;

/** Keys. */
@Command(
        name = "keys",
        description = "Make the keys that seal events and protect fields; keep the subjects' keys.",
        subcommands = {KeysInitCommand.class, KeysListCommand.class, KeysRotateCommand.class, KeysServeCommand.class})
final class KeysCommand extends VerbGroup {}
