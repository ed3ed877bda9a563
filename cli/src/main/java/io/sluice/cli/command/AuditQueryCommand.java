package io.sluice.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.append.PolicyArchive;
import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.index.AuditIndexConfig;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.note.VerifierKey;
import io.sluice.audit.query.AuditQuery;
import io.sluice.audit.query.EntryExplainer;
import io.sluice.audit.query.QueryFilter;
import io.sluice.audit.query.QueryPage;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.core.decision.Disposition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Asks the log. */
@Command(
        name = "query",
        description = {
            "Find entries, the oldest first, and say in a sentence what each means; with -o json, each entry as it"
                    + " stands in the log, one per line.",
            "The index is SQLite, made from the log; delete it and it is made again. Without DIR the settings"
                    + " audit.folder, audit.index and audit.archive say where; with DIR index and archive are beside it."
        },
        footer = {
            "%nExamples:",
            "  ./sluice audit query /var/lib/sluice/audit --id events.ingress/1/0/42",
            "  ./sluice audit query --recipient research --from 2026-01-01T00:00:00Z -o json"
        })
final class AuditQueryCommand extends Verb {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "DIR",
            description = "The log. Default: the setting audit.folder.")
    private @Nullable Path log;

    @Option(names = "--subject", paramLabel = "REF", description = "About this subject, by its reference: s1_... .")
    private @Nullable String subject;

    @Option(names = "--dataset", paramLabel = "ID", description = "Of this dataset, as fhir-patient.")
    private @Nullable String dataset;

    @Option(
            names = "--recipient",
            paramLabel = "ID",
            description = "Where something was decided about this recipient, as research.")
    private @Nullable String recipient;

    @Option(names = "--producer", paramLabel = "ID", description = "Of events from this producer, as st-elsewhere.")
    private @Nullable String producer;

    private static final class Dispositions extends LowerCase {
        Dispositions() {
            super(Disposition.values());
        }
    }

    @Option(
            names = "--disposition",
            paramLabel = "D",
            completionCandidates = Dispositions.class,
            description = "Where a recipient's view was decided so: release, withhold or quarantine.")
    private @Nullable Disposition disposition;

    @Option(
            names = "--code",
            paramLabel = "CODE",
            description = "An act or a fault, as policy-activated or seal-invalid.")
    private @Nullable String code;

    @Option(names = "--id", paramLabel = "ID", description = "An entry, as events.ingress/1/0/42.")
    private @Nullable String id;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Recorded at this time or later, as 2026-03-01T00:00:00Z.")
    private @Nullable Instant from;

    @Option(names = "--until", paramLabel = "TIME", description = "Recorded before this time.")
    private @Nullable Instant until;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Entries shown, 1 to " + AuditQuery.MAX_PAGE + ". Default: ${DEFAULT-VALUE}.",
            defaultValue = "20")
    private int limit;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() throws IOException {
        if (limit < 1 || limit > AuditQuery.MAX_PAGE) {
            throw new ParameterException(
                    spec().commandLine(), "--limit is 1 to " + AuditQuery.MAX_PAGE + ", not " + limit);
        }
        Path folder = log == null ? config().audit().folder() : log;
        if (!Files.exists(folder.resolve("log.vkey"))) {
            throw new CommandFailure(
                    folder + " is no log: it has no log.vkey; name the folder of one, or set audit.folder");
        }
        VerifierKey key =
                VerifierKey.parse(Files.readString(folder.resolve("log.vkey")).trim());
        Path file = log == null
                ? config().audit().index()
                : folder.toAbsolutePath().resolveSibling("index").resolve("audit.sqlite");
        Path archive = log == null
                ? config().audit().archive()
                : folder.toAbsolutePath().resolveSibling("archive");
        Files.createDirectories(
                java.util.Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a folder"));
        try (AuditIndex index = AuditIndex.open(new AuditIndexConfig(file, FileLogStore.source(folder), key))) {
            AuditQuery query = new AuditQuery(index);
            QueryPage page = query.find(filter(), limit);
            EntryExplainer explainer = new EntryExplainer(new PolicyArchive(archive)::plan);
            for (QueryPage.Found found : page.entries()) {
                print(found, explainer);
            }
            if (!output.json()) {
                out().println(query.count(filter()) + " entries match; the log has " + page.logSize());
            }
        }
        return ExitCode.OK;
    }

    private void print(QueryPage.Found found, EntryExplainer explainer) {
        if (output.json()) {
            out().println(new String(found.bytes(), StandardCharsets.UTF_8));
            return;
        }
        JsonNode entry = found.entry();
        out().println(found.index() + "  " + entry.path("id").asText() + "  "
                + entry.path("recorded").asText());
        out().println("    " + explainer.explain(entry));
    }

    private QueryFilter filter() {
        QueryFilter filter = QueryFilter.all();
        filter = subject == null ? filter : filter.withSubject(subject);
        filter = dataset == null ? filter : filter.withDataset(dataset);
        filter = recipient == null ? filter : filter.withRecipient(recipient);
        filter = producer == null ? filter : filter.withProducer(producer);
        filter = disposition == null ? filter : filter.withDisposition(disposition);
        filter = code == null ? filter : filter.withCode(code);
        filter = id == null ? filter : filter.withEntryId(id);
        return from == null && until == null ? filter : filter.between(from, until);
    }
}
