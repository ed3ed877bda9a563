package io.sluice.cli.command;

import static java.util.Objects.requireNonNull;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Json;
import io.sluice.cli.policy.OfficerFiles;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.policy.PolicyTopic;
import io.sluice.cli.quarantine.Advice;
import io.sluice.cli.quarantine.Officer;
import io.sluice.cli.quarantine.QuarantineReader;
import io.sluice.cli.quarantine.QuarantinedRecord;
import io.sluice.cli.quarantine.ReadAct;
import io.sluice.cli.quarantine.Revisions;
import io.sluice.cli.quarantine.Selection;
import io.sluice.core.event.Headers;
import io.sluice.core.event.IngressPosition;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows one record. */
@Command(
        name = "show",
        description = {
            "Show a quarantined record, every attempt at it: its tags, why it is there, what that means and what mends it,"
                    + " for whom it is still open.",
            "The payload is never shown: it is sealed. Reading is an entry of the audit log."
        },
        footer = {"%nExample:", "  ./sluice quarantine show events.ingress/1/0/42"})
final class QuarantineShowCommand extends Verb {
    @Parameters(
            index = "0",
            paramLabel = "POSITION",
            converter = QuarantineFilters.PositionText.class,
            description = "Where it came from, as \"quarantine list\" says.")
    private @Nullable IngressPosition position;

    @Mixin
    private final OutputOption output = new OutputOption();

    private int shown;

    @Override
    public Integer call() {
        SluiceConfig config = config();
        Selection selection = Selection.of(Set.of(requireNonNull(position, "picocli sets it")));
        OfficerKafka kafka = OfficerKafka.of(config);
        Revisions revisions =
                new Revisions(PolicyTopic.read(kafka, OfficerFiles.trustRoot(config, null), refused -> {}));
        ReadAct.write(kafka, Officer.of(config.policy().keystore()), "show", selection, Clock.systemUTC());
        QuarantineReader.open(kafka).read(selection, found -> {
            shown++;
            show(found, revisions.of(found.record().activation()));
        });
        if (shown == 0) {
            throw new CommandFailure(
                    position + " does not stand in quarantine; \"./sluice quarantine list\" says what does,"
                            + " \"./sluice audit query --id " + position + "\" what became of it");
        }
        return ExitCode.OK;
    }

    private void show(QuarantineReader.Found found, @Nullable Long revision) {
        QuarantinedRecord record = found.record();
        Advice advice = Advice.on(record.facts().reason());
        if (output.json()) {
            Map<String, Object> json = record.json(found.sentAgain(), revision);
            json.put("subject", record.tag(Headers.CE_SUBJECTREF));
            json.put("meaning", advice.meaning());
            json.put("fix", advice.fix());
            out().println(Json.line(json));
            return;
        }
        out().println((shown == 1 ? "" : "\n") + record.facts().entryId() + "  "
                + (found.sentAgain() ? "requeued" : "open"));
        line("reason", record.facts().reason().code() + ": " + advice.meaning());
        line("fix", advice.fix());
        line(
                "open for",
                record.facts().open().isAll()
                        ? "all recipients"
                        : record.facts().open().text());
        line("dataset", record.tag(Headers.CE_DATASET));
        line("producer", record.tag(Headers.CE_PRODUCER));
        line("purpose", record.tag(Headers.CE_PURPOSE));
        line("subject", record.tag(Headers.CE_SUBJECTREF));
        line("received", record.tag(Headers.CE_RECEIVED));
        line("activation", record.activation() + (revision == null ? "" : " (revision " + revision + ")"));
        line("recorded", record.facts().recorded());
        line("quarantined", record.quarantined());
        byte[] value = record.record().value();
        line("payload", (value == null ? 0 : value.length) + " bytes, sealed");
        if (!record.isVerified()) {
            out().println("  Its seal was not opened: what the record says of itself may be anybody's words.");
        }
    }

    private void line(String name, Object value) {
        out().printf("  %-12s %s%n", name, value);
    }
}
