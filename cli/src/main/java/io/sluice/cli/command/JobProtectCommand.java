package io.sluice.cli.command;

import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.room.JobRoom;
import io.sluice.cli.room.RunningRoom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the protect job. */
@Command(
        name = "protect",
        description = {
            "Run the protect job: decide, unseal and protect every event, and write views and audit entries exactly"
                    + " once.",
            "It checks Kafka first and refuses to start where a topic, a grant or a limit would break a promise. It"
                    + " resumes from the newest checkpoint in protect.checkpoints; one process at a time may use that"
                    + " folder. No port is reachable from other machines. SIGTERM: it ends with 0 and keeps its last"
                    + " checkpoint.",
            "State that is older than what the audit log says was released is refused: records would be released again,"
                    + " and an erasure made since would not be known.",
            "Settings: tenant, kafka, keys, policy.trustRoot, protect."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:stopped by SIGTERM or Ctrl-C",
            "1:it could not start (what is wrong is named), or the job ended",
            "2:the command line was wrong"
        },
        footer = "%nExample: ./sluice job protect --config /etc/sluice/sluice.yaml")
final class JobProtectCommand extends RoomVerb {
    @Option(
            names = "--accept-reprocess",
            description =
                    "Start although the state is older than what was released, or although there is none. An entry of"
                            + " the audit log says so.")
    private boolean acceptReprocess;

    @Override
    RunningRoom start(SluiceConfig config) {
        return JobRoom.protect(config, acceptReprocess);
    }
}
