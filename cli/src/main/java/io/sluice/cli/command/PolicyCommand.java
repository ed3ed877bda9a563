package io.sluice.cli.command;

import picocli.CommandLine.Command;

/** What compliance officers do. */
@Command(
        name = "policy",
        description =
                "Check, test and show the rulebook; see what a change does; build, approve and activate a revision.",
        subcommands = {
            PolicyCheckCommand.class,
            PolicyTestCommand.class,
            PolicyMatrixCommand.class,
            PolicyInferCommand.class,
            PolicySchemasCommand.class,
            PolicyDiffCommand.class,
            PolicyImpactCommand.class,
            PolicyBuildCommand.class,
            PolicyApproveCommand.class,
            PolicyActivateCommand.class,
            PolicyRollbackCommand.class,
            PolicyShadowCommand.class,
            PolicyStatusCommand.class,
            PolicyHistoryCommand.class,
            PolicyExplainCommand.class,
            PolicyKeygenCommand.class,
            PolicyTrustCommand.class
        })
final class PolicyCommand extends VerbGroup {}
