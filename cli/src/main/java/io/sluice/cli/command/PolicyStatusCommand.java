package io.sluice.cli.command;

import io.sluice.cli.ExitCode;
import io.sluice.cli.output.Json;
import io.sluice.cli.policy.HistoryTable;
import io.sluice.cli.policy.OfficerFiles;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.policy.PolicyTopic;
import io.sluice.policies.evaluate.HistoryEntry;
import io.sluice.policies.evaluate.HistoryEntry.State;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What is in force. */
@Command(
        name = "status",
        description = {
            "Show which revision is in force, as gateway and jobs judge what stands in policy.bundles.",
            "Where none is, producers are answered with 503."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:a revision is in force",
            "1:none is, or Kafka could not be asked",
            "2:the command line was wrong"
        },
        footer = "%nExample: ./sluice policy status -o json")
final class PolicyStatusCommand extends Verb {
    /** From here on the end is worth a word. */
    private static final Duration SOON = Duration.ofDays(7);

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        var config = config();
        Instant now = Instant.now();
        List<HistoryEntry> history = PolicyTopic.read(
                        OfficerKafka.of(config), OfficerFiles.trustRoot(config, null), refused -> {})
                .history(now);
        Optional<HistoryEntry> inForce = with(history, State.IN_FORCE);
        if (output.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("tenant", config.tenant());
            json.put("inForce", inForce.map(HistoryTable::json).orElse(null));
            json.put("activations", history.size());
            out().println(Json.line(json));
        } else if (inForce.isPresent()) {
            out().println(HistoryTable.text(List.of(inForce.get())));
            warnOfTheEnd(inForce.get(), now);
        } else {
            out().println("No revision is in force: nothing is accepted."
                    + with(history, State.EXPIRED)
                            .map(PolicyStatusCommand::ended)
                            .orElse(""));
        }
        return inForce.isPresent() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static Optional<HistoryEntry> with(List<HistoryEntry> history, State state) {
        return history.stream().filter(entry -> entry.state() == state).findFirst();
    }

    private static String ended(HistoryEntry entry) {
        var bundle = entry.bundle();
        return bundle == null
                ? ""
                : " Revision " + bundle.revision() + " expired at "
                        + bundle.metadata().expires() + ".";
    }

    private void warnOfTheEnd(HistoryEntry entry, Instant now) {
        var bundle = entry.bundle();
        if (bundle != null && now.plus(SOON).isAfter(bundle.metadata().expires())) {
            err().println("It ends at " + bundle.metadata().expires() + ": activate a newer revision before.");
        }
    }
}
