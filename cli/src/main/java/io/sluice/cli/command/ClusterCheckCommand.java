package io.sluice.cli.command;

import io.sluice.cli.room.ClusterAdmin;
import io.sluice.core.cluster.Finding;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** Compares the cluster with the plan. */
@Command(
        name = "check",
        description = {
            "Compare topics, settings, grants and the cluster's features with the plan and report every deviation,"
                    + " recipients' topics included. Changes nothing.",
            "Settings: tenant, kafka, cluster. cluster.keystore must belong to a super user."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:the cluster is as planned",
            "1:it deviates, or could not be asked",
            "2:the command line was wrong"
        },
        footer = "%nExample: ./sluice cluster check -o json")
final class ClusterCheckCommand extends ClusterVerb {
    @Override
    List<Finding> run(ClusterAdmin cluster, Map<String, Object> done) {
        return cluster.check();
    }
}
