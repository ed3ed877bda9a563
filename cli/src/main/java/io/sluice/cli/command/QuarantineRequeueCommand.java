package io.sluice.cli.command;

import static java.util.Objects.requireNonNull;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Json;
import io.sluice.cli.output.ProgressBar;
import io.sluice.cli.policy.OfficerFiles;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.policy.PolicyTopic;
import io.sluice.cli.quarantine.Officer;
import io.sluice.cli.quarantine.QuarantineReader;
import io.sluice.cli.quarantine.Requeuer;
import io.sluice.cli.quarantine.Revisions;
import io.sluice.cli.quarantine.Selection;
import io.sluice.core.decision.Activation;
import io.sluice.core.event.IngressPosition;
import java.io.Console;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Sends quarantined records through the protect job again. */
@Command(
        name = "requeue",
        description = {
            "Send quarantined records through the protect job again, for the recipients for whom they are still open, under"
                    + " the revision that is in force now.",
            "Each attempt happens once, whoever asks for it and however often.",
            "An entry of the audit log names every record, in the transaction that sends it."
        },
        footer = {
            "%nExamples:",
            "  ./sluice quarantine requeue events.ingress/1/0/42 --why \"topic made, ticket 4711\"",
            "  ./sluice quarantine requeue --all --reason topic-missing --why \"ticket 4711\" --yes"
        })
final class QuarantineRequeueCommand extends Verb {
    private static final int MAX_WHY_CHARS = 200;

    @Parameters(
            arity = "0..*",
            paramLabel = "POSITION",
            converter = QuarantineFilters.PositionText.class,
            description = "Where a record came from, as \"quarantine list\" says.")
    private List<IngressPosition> positions = new ArrayList<>();

    @Option(names = "--all", description = "All that are open and that the filters leave.")
    private boolean all;

    @Mixin
    private QuarantineFilters filters = new QuarantineFilters();

    @Option(
            names = "--why",
            required = true,
            paramLabel = "TEXT",
            description = "Your reason, for the audit log, which keeps it for ever: name a ticket, no person.")
    private @Nullable String why;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        requireSense();
        SluiceConfig config = config();
        Selection selection = filters.selection(Set.copyOf(positions));
        OfficerKafka kafka = OfficerKafka.of(config);
        Officer officer = Officer.of(config.policy().keystore());
        Activation activation =
                Revisions.current(PolicyTopic.read(kafka, OfficerFiles.trustRoot(config, null), refused -> {}));
        QuarantineReader reader = QuarantineReader.open(kafka);
        Map<String, Long> reasons = new TreeMap<>();
        long count = count(reader, selection, reasons);
        if (count == 0) {
            return done(activation, 0);
        }
        if (!confirmed(activation, count, reasons)) {
            err().println("Nothing was requeued.");
            return ExitCode.FAILED;
        }
        return done(activation, requeue(kafka, officer, activation, reader, selection, count));
    }

    private void requireSense() {
        if (positions.isEmpty() == !all) {
            throw new ParameterException(
                    spec().commandLine(), all ? "--all and POSITION exclude each other" : "Name a POSITION, or --all");
        }
        if (!positions.isEmpty() && !filters.isEmpty()) {
            throw new ParameterException(spec().commandLine(), "Filters go with --all, not with a POSITION");
        }
        String text = requireNonNull(why, "picocli sets it").strip();
        if (text.isEmpty()
                || text.codePointCount(0, text.length()) > MAX_WHY_CHARS
                || text.codePoints().anyMatch(Character::isISOControl)) {
            throw new ParameterException(
                    spec().commandLine(), "--why is one line of 1 to " + MAX_WHY_CHARS + " characters");
        }
    }

    /** Counts what is open; every position that is named must be. */
    private long count(QuarantineReader reader, Selection selection, Map<String, Long> reasons) {
        long[] count = new long[1];
        Set<IngressPosition> open = new HashSet<>();
        Set<IngressPosition> sent = new HashSet<>();
        reader.read(selection, found -> {
            IngressPosition position = found.record().facts().position();
            if (found.sentAgain()) {
                if (selection.positions().contains(position)) {
                    sent.add(position);
                }
                return;
            }
            if (selection.positions().contains(position)) {
                open.add(position);
            }
            count[0]++;
            reasons.merge(found.record().facts().reason().code(), 1L, Long::sum);
        });
        for (IngressPosition position : positions) {
            if (!open.contains(position)) {
                throw new CommandFailure(position
                        + (sent.contains(position)
                                ? " was requeued already; \"./sluice audit query --id " + position
                                        + "#1\" says what became of it"
                                : " does not stand in quarantine; \"./sluice quarantine list\" says what does")
                        + ". Nothing was requeued");
            }
        }
        return count[0];
    }

    private boolean confirmed(Activation activation, long count, Map<String, Long> reasons) {
        if (yes) {
            return true;
        }
        Console console = System.console();
        if (console == null) {
            throw new ParameterException(
                    spec().commandLine(),
                    count + " records would be requeued; --yes says so where nobody can be asked");
        }
        reasons.forEach((reason, of) -> out().println(of + " " + reason));
        out().print("Requeue " + count + " records under revision " + activation.revision() + " (activation "
                + activation.number() + ")? [y/N] ");
        out().flush();
        String answer = console.readLine();
        return answer != null && answer.strip().matches("[yY]|yes");
    }

    private long requeue(
            OfficerKafka kafka,
            Officer officer,
            Activation activation,
            QuarantineReader reader,
            Selection selection,
            long count) {
        String reason = requireNonNull(why, "picocli sets it").strip();
        try (Requeuer turn = Requeuer.open(kafka, officer, activation, reason, Clock.systemUTC());
                ProgressBar progress = new ProgressBar(System.err, terminal().errorIsTerminal(), "requeue", count)) {
            reader.read(selection, found -> {
                if (!found.sentAgain()) {
                    turn.add(found.record());
                    progress.update(turn.sent());
                }
            });
            turn.finish();
            progress.update(turn.sent());
            return turn.sent();
        }
    }

    private int done(Activation activation, long sent) {
        if (output.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("requeued", sent);
            json.put("activation", activation.number());
            json.put("revision", activation.revision());
            out().println(Json.line(json));
        } else if (sent == 0) {
            out().println("Nothing that matches is open.");
        } else {
            out().println("Requeued " + sent + (sent == 1 ? " record" : " records") + " under revision "
                    + activation.revision() + " (activation " + activation.number()
                    + "). What became of each stands in the audit log under its position and attempt.");
        }
        return ExitCode.OK;
    }
}
