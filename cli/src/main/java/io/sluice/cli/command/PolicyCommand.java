package io.sluice.cli.command;

import picocli.CommandLine.Command;

/** What compliance officers do. */
@Command(
        name = "policy",
        description = "Check, test and show the rulebook; build, approve and activate a revision.",
        subcommands = {
            PolicyCheckCommand.class,
            PolicyTestCommand.class,
            PolicyMatrixCommand.class,
            PolicyInferCommand.class,
            PolicySchemasCommand.class,
            PolicyBuildCommand.class,
            PolicyApproveCommand.class,
            PolicyActivateCommand.class,
            PolicyStatusCommand.class,
            PolicyHistoryCommand.class,
            PolicyKeygenCommand.class,
            PolicyTrustCommand.class
        })
final class PolicyCommand extends VerbGroup {}
