package io.sluice.cli.command;

import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Json;
import io.sluice.cli.output.Table;
import io.sluice.cli.policy.OfficerFiles;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.policy.PolicyTopic;
import io.sluice.cli.quarantine.Officer;
import io.sluice.cli.quarantine.QuarantineReader;
import io.sluice.cli.quarantine.QuarantinedRecord;
import io.sluice.cli.quarantine.ReadAct;
import io.sluice.cli.quarantine.Revisions;
import io.sluice.cli.quarantine.Selection;
import io.sluice.core.event.Headers;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Lists what stands in quarantine. */
@Command(
        name = "list",
        description = {
            "List quarantined records: where each came from, why it is there, for whom it is still open, and the revision"
                    + " that it was stamped with.",
            "Payloads stay sealed. What was requeued is left out; what became of it stands in the audit log.",
            "Reading is an entry of the audit log."
        },
        footer = {
            "%nExamples:",
            "  ./sluice quarantine list --reason topic-missing",
            "  ./sluice quarantine list --requeued --limit 100000 -o json"
        })
final class QuarantineListCommand extends Verb {
    @Mixin
    private QuarantineFilters filters = new QuarantineFilters();

    @Option(names = "--requeued", description = "List also what was requeued already.")
    private boolean requeued;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Records shown, at least 1. Default: ${DEFAULT-VALUE}.",
            defaultValue = "50")
    private int limit;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        if (limit < 1) {
            throw new ParameterException(spec().commandLine(), "--limit is at least 1, not " + limit);
        }
        SluiceConfig config = config();
        Selection selection = filters.selection(Set.of());
        OfficerKafka kafka = OfficerKafka.of(config);
        Revisions revisions =
                new Revisions(PolicyTopic.read(kafka, OfficerFiles.trustRoot(config, null), refused -> {}));
        ReadAct.write(kafka, Officer.of(config.policy().keystore()), "list", selection, Clock.systemUTC());
        QuarantineReader reader = QuarantineReader.open(kafka);
        Rows rows = new Rows(revisions);
        reader.read(selection, rows::add);
        if (!output.json()) {
            rows.print();
        }
        if (reader.foreign() > 0) {
            err().println(reader.foreign() + " records have not the form that the protect job gives them and are not"
                    + " listed; find out who else can write events.quarantine");
        }
        return ExitCode.OK;
    }

    /** Shows the first, counts all. */
    private final class Rows {
        private final Revisions revisions;
        private final Table table =
                new Table("record", "reason", "open for", "dataset", "activation", "revision", "quarantined", "state");
        private final Map<String, Long> open = new TreeMap<>();
        private long total;
        private long shown;

        Rows(Revisions revisions) {
            this.revisions = revisions;
        }

        void add(QuarantineReader.Found found) {
            if (found.sentAgain() && !requeued) {
                return;
            }
            total++;
            QuarantinedRecord record = found.record();
            if (!found.sentAgain()) {
                open.merge(record.facts().reason().code(), 1L, Long::sum);
            }
            if (shown >= limit) {
                return;
            }
            shown++;
            @Nullable Long revision = revisions.of(record.activation());
            if (output.json()) {
                out().println(Json.line(record.json(found.sentAgain(), revision)));
            } else {
                table.row(
                        record.facts().entryId(),
                        record.facts().reason().code(),
                        record.facts().open().text(),
                        record.tag(Headers.CE_DATASET),
                        record.activation() == 0 ? "-" : record.activation(),
                        revision == null ? "-" : revision,
                        record.quarantined().truncatedTo(ChronoUnit.SECONDS),
                        found.sentAgain() ? "requeued" : "open");
            }
        }

        void print() {
            if (total == 0) {
                out().println("Nothing stands in quarantine" + (filters.isEmpty() ? "." : " that matches."));
                return;
            }
            out().println(table);
            out().println();
            out().println(shown + " of " + total + (shown < total ? "; --limit shows more" : ""));
            open.forEach((reason, count) -> out().println("open: " + count + " " + reason));
        }
    }
}
