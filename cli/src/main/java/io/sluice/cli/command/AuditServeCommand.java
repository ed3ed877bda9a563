package io.sluice.cli.command;

import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.room.AuditRoom;
import io.sluice.cli.room.RunningRoom;
import picocli.CommandLine.Command;

/** Builds and serves the log. */
@Command(
        name = "serve",
        description = {
            "Build the audit log of one partition of audit.entries, keep the policies that it cites, and serve it over"
                    + " HTTPS to auditors with a certificate.",
            "With audit.console.enabled it also answers the API and the console, to readers that the policy lets.",
            "Without Kafka it serves what there is and waits. SIGTERM: it appends what it read, signs, and ends with"
                    + " 0.",
            "Settings: tenant, kafka, cluster.auditPartitions, audit; policy.trustRoot for the console."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:stopped by SIGTERM or Ctrl-C",
            "1:it could not start (what is wrong is named), or the log is damaged or another key's",
            "2:the command line was wrong"
        },
        footer = "%nExample: ./sluice audit serve --config /etc/sluice/sluice.yaml")
final class AuditServeCommand extends RoomVerb {
    @Override
    RunningRoom start(SluiceConfig config) {
        return AuditRoom.start(config);
    }
}
