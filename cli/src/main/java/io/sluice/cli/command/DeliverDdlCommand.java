package io.sluice.cli.command;

import io.sluice.cli.ExitCode;
import io.sluice.cli.room.Deliveries;
import picocli.CommandLine.Command;

/** Prints the statements that make recipients' tables. */
@Command(
        name = "ddl",
        description = {
            "Print the statements that make recipients' tables in PostgreSQL and grant the delivering role what it"
                    + " needs, for an administrator who lets no other role make tables. They can be run any number of"
                    + " times; after an activation that adds a recipient, run them again.",
            "Settings: tenant, kafka, deliver."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {"0:printed", "1:Kafka could not be asked for the recipients", "2:the command line was wrong"},
        footer = "%nExample: ./sluice job deliver ddl | psql --dbname sluice --single-transaction")
final class DeliverDdlCommand extends Verb {
    @Override
    public Integer call() {
        Deliveries.of(config()).ddl().forEach(statement -> out().println(statement + ";"));
        return ExitCode.OK;
    }
}
