package io.sluice.cli.command;

import picocli.CommandLine.Command;

/** What officers do with records that met a fault. */
@Command(
        name = "quarantine",
        description = "Look into quarantine, and send its records through the protect job again.",
        subcommands = {QuarantineListCommand.class, QuarantineShowCommand.class, QuarantineRequeueCommand.class})
final class QuarantineCommand extends VerbGroup {}
