package io.sluice.cli.command;

import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.room.JobRoom;
import io.sluice.cli.room.RunningRoom;
import picocli.CommandLine.Command;

/** Runs the deliver job. */
@Command(
        name = "deliver",
        description = {
            "Run the deliver job: write each recipient's views, every view once, to files in deliver.folder or to tables in"
                    + " PostgreSQL (deliver.to).",
            "A file is complete when it has its final name; names that begin with a dot are unfinished. Tables are made"
                    + " where they are missing and the role may make them. It resumes from the newest checkpoint in"
                    + " deliver.checkpoints. No port is reachable from other machines. SIGTERM: it ends with 0 and keeps"
                    + " its last checkpoint.",
            "Settings: tenant, kafka, deliver."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:stopped by SIGTERM or Ctrl-C",
            "1:it could not start (what is wrong is named), or the job ended",
            "2:the command line was wrong"
        },
        subcommands = {DeliverCheckCommand.class, DeliverDdlCommand.class},
        footer = "%nExample: ./sluice job deliver --config /etc/sluice/sluice.yaml")
final class JobDeliverCommand extends RoomVerb {
    @Override
    RunningRoom start(SluiceConfig config) {
        return JobRoom.deliver(config);
    }
}
