package io.sluice.cli.command;

import io.sluice.cli.ExitCode;
import io.sluice.cli.output.Json;
import io.sluice.cli.output.Table;
import io.sluice.cli.room.Deliveries;
import io.sluice.jobs.postgres.DeliveryTally;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Compares what was delivered with what was released. */
@Command(
        name = "check",
        description = {
            "Compare recipients' tables in PostgreSQL with their topics, row by row: id, envelope, data and position."
                    + " Delivery may go on meanwhile; what it has not come to yet is \"behind\".",
            "Columns: released = events in the topic; delivered = of them, those with a row that says the same;"
                    + " missing = without a row; different = with another content; extra = rows without an event; older ="
                    + " rows whose event the topic holds no longer, not compared.",
            "Settings: tenant, kafka, deliver."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:the tables hold what was released, and nothing else",
            "1:they differ or are behind, or could not be read",
            "2:the command line was wrong"
        },
        footer = "%nExample: ./sluice job deliver check -o json")
final class DeliverCheckCommand extends Verb {
    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        List<DeliveryTally> tallies = Deliveries.of(config()).check();
        boolean equal = tallies.stream().allMatch(DeliveryTally::equal);
        if (output.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("equal", equal);
            json.put(
                    "partitions",
                    tallies.stream().map(DeliverCheckCommand::json).toList());
            out().println(Json.line(json));
        } else {
            out().println(table(tallies));
            out().println(equal ? "The tables hold what was released." : "The tables differ from what was released.");
        }
        return equal ? ExitCode.OK : ExitCode.FAILED;
    }

    private static Table table(List<DeliveryTally> tallies) {
        Table table = new Table(
                "recipient", "partition", "released", "delivered", "behind", "missing", "different", "extra", "older");
        for (DeliveryTally tally : tallies) {
            table.row(
                    tally.recipient(),
                    tally.partition(),
                    tally.released(),
                    tally.delivered(),
                    tally.behind(),
                    tally.missing(),
                    tally.different(),
                    tally.extra(),
                    tally.older());
        }
        return table;
    }

    private static Map<String, Object> json(DeliveryTally tally) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("recipient", tally.recipient());
        json.put("partition", tally.partition());
        json.put("released", tally.released());
        json.put("delivered", tally.delivered());
        json.put("behind", tally.behind());
        json.put("missing", tally.missing());
        json.put("different", tally.different());
        json.put("extra", tally.extra());
        json.put("older", tally.older());
        json.put("foreign", tally.foreign());
        json.put("equal", tally.equal());
        return json;
    }
}
