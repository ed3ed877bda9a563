package io.sluice.cli.command;

import picocli.CommandLine.Command;

/** What the administrator of Kafka does. */
@Command(
        name = "cluster",
        description = "Plan, make and check Sluice's topics and grants on Kafka.",
        subcommands = {ClusterPlanCommand.class, ClusterCreateCommand.class, ClusterCheckCommand.class})
final class ClusterCommand extends VerbGroup {}
