package io.sluice.cli.command;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.output.Json;
import io.sluice.cli.policy.HistoryTable;
import io.sluice.cli.policy.OfficerFiles;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.policy.PolicyTopic;
import io.sluice.cli.policy.StatusBoard;
import io.sluice.cli.policy.StatusTopic;
import io.sluice.policies.evaluate.HistoryEntry;
import io.sluice.policies.evaluate.HistoryEntry.State;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is in force, and who has it. */
@Command(
        name = "status",
        description = {
            "Show which revision is in force, as gateway and jobs judge what stands in policy.bundles, and which one every"
                    + " gateway, reveal service and task of the protect job has.",
            "Where none is in force, producers are answered with 503."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:a revision is in force, at all that run",
            "1:none is, or somebody has another for longer than --grace, or no longer tells, or Kafka could not be asked",
            "2:the command line was wrong"
        },
        footer = "%nExample: ./sluice policy status -o json")
final class PolicyStatusCommand extends Verb {
    /** From here on the end is worth a word. */
    private static final Duration SOON = Duration.ofDays(7);

    @Option(
            names = "--grace",
            paramLabel = "DURATION",
            defaultValue = "30s",
            converter = DurationText.class,
            description = "How long after a switch somebody may still be without it. Default: ${DEFAULT-VALUE}.")
    private Duration grace = Duration.ZERO;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        var config = config();
        OfficerKafka kafka = OfficerKafka.of(config);
        List<HistoryEntry> history = PolicyTopic.read(kafka, OfficerFiles.trustRoot(config, null), refused -> {})
                .history(Instant.now());
        Optional<HistoryEntry> inForce = with(history, State.IN_FORCE);
        StatusTopic.Read told = told(kafka);
        Instant written = inForce.map(entry -> entry.signed().activation())
                .filter(activation -> activation.returned().isPresent())
                .map(activation -> PolicyTopic.written(kafka, activation.number()))
                .orElse(null);
        Instant now = Instant.now();
        StatusBoard board = new StatusBoard(
                told == null ? new StatusTopic.Read(List.of(), 0) : told, inForce.orElse(null), written, now, grace);
        if (output.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("tenant", config.tenant());
            json.put("inForce", inForce.map(HistoryTable::json).orElse(null));
            json.put("activations", history.size());
            json.putAll(board.json());
            out().println(Json.line(json));
        } else {
            if (inForce.isPresent()) {
                out().println(HistoryTable.text(List.of(inForce.get())));
                warnOfTheEnd(inForce.get(), now);
            } else {
                out().println("No revision is in force: nothing is accepted."
                        + with(history, State.EXPIRED)
                                .map(PolicyStatusCommand::ended)
                                .orElse(""));
            }
            if (told != null) {
                out().println();
                out().println(board.text());
            }
        }
        return inForce.isPresent() && told != null && board.lagging().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    /** What rooms tell of themselves; null where it cannot be read, which is said. */
    private StatusTopic.@Nullable Read told(OfficerKafka kafka) {
        try {
            StatusTopic.Read read = StatusTopic.read(kafka);
            if (read.unreadable() > 0) {
                err().println(read.unreadable() + " rooms tell of themselves in a form that this version cannot read.");
            }
            return read;
        } catch (CommandFailure e) {
            err().println(e.getMessage()
                    + ", so nobody knows what the rooms have; \"./sluice cluster create\" makes the"
                    + " topic and its grants.");
            return null;
        }
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
