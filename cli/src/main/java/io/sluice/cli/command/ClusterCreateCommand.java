package io.sluice.cli.command;

import io.sluice.cli.room.ClusterAdmin;
import io.sluice.core.cluster.Finding;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** Makes what is missing. */
@Command(
        name = "create",
        description = {
            "Make the topics and grants that are missing, then check everything. What is there is never changed or"
                    + " deleted: where it deviates it is reported. Run it again as often as you like.",
            "Settings: tenant, kafka, cluster. cluster.keystore must belong to a super user."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:the cluster is as planned",
            "1:it deviates, or could not be asked",
            "2:the command line was wrong"
        },
        footer = "%nExample: ./sluice cluster create --config /etc/sluice/sluice.yaml")
final class ClusterCreateCommand extends ClusterVerb {
    @Override
    List<Finding> run(ClusterAdmin cluster, Map<String, Object> done) {
        done.put("topicsMade", cluster.createTopics());
        done.put("grantsMade", cluster.createGrants());
        return cluster.check();
    }
}
