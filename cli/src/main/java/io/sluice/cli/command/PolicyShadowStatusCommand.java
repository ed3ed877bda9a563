package io.sluice.cli.command;

import io.sluice.cli.ExitCode;
import io.sluice.cli.output.Json;
import io.sluice.cli.policy.OfficerFiles;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.policy.PolicyTopic;
import io.sluice.cli.policy.ShadowTable;
import io.sluice.cli.policy.StatusBoard;
import io.sluice.cli.policy.StatusTopic;
import io.sluice.core.decision.Candidate;
import io.sluice.policies.evaluate.HistoryEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What the shadow would have decided otherwise. */
@Command(
        name = "status",
        description = {
            "Show what the shadow would have decided otherwise: by dataset, recipient and field, over all tasks of the protect"
                    + " job, each since it started.",
            "Counts of one that has ended are shown until another begins or the job restarts."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:the counts of a shadow are shown",
            "1:no shadow runs or ran, or Kafka could not be asked",
            "2:the command line was wrong"
        },
        footer = "%nExample: ./sluice policy shadow status -o json")
final class PolicyShadowStatusCommand extends Verb {
    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        var config = config();
        OfficerKafka kafka = OfficerKafka.of(config);
        Optional<HistoryEntry> inForce =
                PolicyTopic.read(kafka, OfficerFiles.trustRoot(config, null), refused -> {})
                        .history(Instant.now())
                        .stream()
                        .filter(entry -> entry.state() == HistoryEntry.State.IN_FORCE)
                        .findFirst();
        Optional<Candidate> runs =
                inForce.flatMap(entry -> entry.signed().activation().shadow());
        long activation =
                inForce.map(entry -> entry.signed().activation().number()).orElse(0L);
        Optional<ShadowTable> counted = ShadowTable.of(new StatusBoard(
                        StatusTopic.read(kafka), inForce.orElse(null), null, Instant.now(), Duration.ZERO))
                .filter(table -> runs.isEmpty() || table.report().activation() == activation);
        if (output.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("running", runs.isPresent());
            runs.ifPresent(shadow -> {
                json.put("revision", shadow.revision());
                json.put("bundle", shadow.bundle());
            });
            json.put("counts", counted.map(ShadowTable::json).orElse(null));
            out().println(Json.line(json));
        } else {
            out().println(runs.map(
                            shadow -> "Revision " + shadow.revision() + " is the shadow of the revision in force.")
                    .orElse("No shadow runs."));
            counted.ifPresentOrElse(
                    table -> out().println((runs.isPresent() ? "" : "Of the last one: ") + table.text()),
                    () -> out().println("No task has counted a record for one yet."));
        }
        return runs.isPresent() || counted.isPresent() ? ExitCode.OK : ExitCode.FAILED;
    }
}
