package io.sluice.cli.command;

import picocli.CommandLine.Command;

/** The Flink jobs. */
@Command(
        name = "job",
        description = "Run a Flink job in this process: protect or deliver.",
        subcommands = {JobProtectCommand.class, JobDeliverCommand.class})
final class JobCommand extends VerbGroup {}
