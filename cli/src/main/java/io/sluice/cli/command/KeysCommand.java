package io.sluice.cli.command;

import picocli.CommandLine.Command;

/** Keys. */
@Command(
        name = "keys",
        description = "Make the keys that seal events and protect fields.",
        subcommands = {KeysInitCommand.class})
final class KeysCommand extends VerbGroup {}
