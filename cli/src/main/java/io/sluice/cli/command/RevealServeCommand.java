package io.sluice.cli.command;

import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.room.RevealRoom;
import io.sluice.cli.room.RunningRoom;
import picocli.CommandLine.Command;

/** Runs the reveal service. */
@Command(
        name = "serve",
        description = {
            "Run the reveal service: it answers callers over mutual TLS, asks the policy, and writes an entry of the audit"
                    + " log before each answer.",
            "Without Kafka or a policy it refuses with 503 and recovers by itself. SIGTERM: it takes no new requests,"
                    + " finishes those under way within reveal.drainTimeout, and ends with 0.",
            "Settings: tenant, kafka, keys.fields, keys.tree, policy.trustRoot, reveal."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:stopped by SIGTERM or Ctrl-C",
            "1:it could not start (a port, a file or a setting, named) or not stop in time",
            "2:the command line was wrong"
        },
        footer = "%nExample: ./sluice reveal serve --config /etc/sluice/sluice.yaml")
final class RevealServeCommand extends RoomVerb {
    @Override
    RunningRoom start(SluiceConfig config) {
        return RevealRoom.start(config);
    }
}
