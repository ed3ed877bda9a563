package io.sluice.cli.command;

import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.room.RunningRoom;
import io.sluice.cli.room.WitnessRoom;
import picocli.CommandLine.Command;

/** Runs a witness. */
@Command(
        name = "witness",
        description = {
            "Witness audit logs: remember the largest tree that was seen of each, and cosign what extends it (C2SP"
                    + " tlog-witness). An auditor runs it, apart from those who run the log.",
            "It learns a log's name, size and root, and nothing of what is logged. SIGTERM: it stops with 0.",
            "Settings: witness."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:stopped by SIGTERM or Ctrl-C",
            "1:it could not start (what is wrong is named)",
            "2:the command line was wrong"
        },
        footer = {
            "%nExamples:",
            "  ./sluice witness keygen --name auditor.example/w1 --out keys/witness.key",
            "  ./sluice witness --config witness.yaml"
        },
        subcommands = WitnessKeygenCommand.class)
final class WitnessCommand extends RoomVerb {
    @Override
    RunningRoom start(SluiceConfig config) {
        return WitnessRoom.start(config.witness());
    }
}
