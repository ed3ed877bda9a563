package io.sluice.cli.command;

import picocli.CommandLine.Command;

/** What compliance officers do. */
@Command(name = "policy", description = "Check the rulebook.", subcommands = PolicyCheckCommand.class)
final class PolicyCommand extends VerbGroup {}
