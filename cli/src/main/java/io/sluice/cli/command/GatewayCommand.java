package io.sluice.cli.command;

import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.room.GatewayRoom;
import io.sluice.cli.room.RunningRoom;
import picocli.CommandLine.Command;

/** Runs the gateway. */
@Command(
        name = "gateway",
        description = {
            "Run the gateway: take events over mutual TLS, seal them, write them to Kafka.",
            "It starts without Kafka and without a policy; until both are there, and events.ingress is as planned, it"
                    + " answers 503 and says on standard output and at /readyz what it waits for. SIGTERM: it takes no new"
                    + " requests, finishes those under way within gateway.drainTimeout, and ends with 0.",
            "Settings: tenant, kafka, cluster, keys.ingress, policy.trustRoot, gateway."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:stopped by SIGTERM or Ctrl-C",
            "1:it could not start (a port, a file or a setting, named) or not stop in time",
            "2:the command line was wrong"
        },
        footer = "%nExample: ./sluice gateway --config /etc/sluice/sluice.yaml")
final class GatewayCommand extends RoomVerb {
    @Override
    RunningRoom start(SluiceConfig config) {
        return GatewayRoom.start(config);
    }
}
