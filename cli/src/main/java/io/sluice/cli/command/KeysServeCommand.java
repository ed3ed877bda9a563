package io.sluice.cli.command;

import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.room.CustodianRoom;
import io.sluice.cli.room.RunningRoom;
import picocli.CommandLine.Command;

/** Runs the custodian. */
@Command(
        name = "serve",
        description = {
            "Run the custodian of the subjects' keys: announce which revision of the key tree is in force, as a heartbeat"
                    + " that the other rooms' leases rest on, and make the keys of erased subjects underivable.",
            "One process at a time. Without Kafka it tries again; leases that it does not renew end, and records that need a"
                    + " subject's key wait or go to quarantine. SIGTERM: it ends with 0 after the announcement under way.",
            "Settings: tenant, kafka, keys."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:stopped by SIGTERM or Ctrl-C",
            "1:it could not start (what is wrong is named)",
            "2:the command line was wrong"
        },
        footer = "%nExample: ./sluice keys serve --config /etc/sluice/sluice.yaml")
final class KeysServeCommand extends RoomVerb {
    @Override
    RunningRoom start(SluiceConfig config) {
        return CustodianRoom.start(config);
    }
}
