package io.sluice.cli.command;

import picocli.CommandLine.Command;

/** The Flink jobs. */
@Command(name = "job", description = "Run a Flink job in this process: protect.", subcommands = JobProtectCommand.class)
final class JobCommand extends VerbGroup {}
