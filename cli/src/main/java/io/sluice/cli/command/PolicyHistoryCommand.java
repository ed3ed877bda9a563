package io.sluice.cli.command;

import io.sluice.cli.ExitCode;
import io.sluice.cli.output.Json;
import io.sluice.cli.policy.HistoryTable;
import io.sluice.cli.policy.OfficerFiles;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.policy.PolicyTopic;
import io.sluice.policies.evaluate.HistoryEntry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What stands in the topic. */
@Command(
        name = "history",
        description = {
            "List every activation in policy.bundles: revision, officers, validity, and whether it is in force.",
            "Refused ones are listed with the reason that gateway and jobs give."
        },
        footer = "%nExample: ./sluice policy history")
final class PolicyHistoryCommand extends Verb {
    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        var config = config();
        List<HistoryEntry> history = PolicyTopic.read(
                        OfficerKafka.of(config),
                        OfficerFiles.trustRoot(config, null),
                        refused -> err().println("refused: " + refused.code().code() + ", " + refused.getMessage()))
                .history(Instant.now());
        if (output.json()) {
            out().println(Json.line(Map.of(
                    "activations", history.stream().map(HistoryTable::json).toList())));
        } else {
            out().println(history.isEmpty() ? "Nothing was ever activated." : HistoryTable.text(history));
        }
        return ExitCode.OK;
    }
}
