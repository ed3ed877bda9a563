package io.sluice.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.append.PolicyArchive;
import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.index.AuditIndexConfig;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.note.VerifierKey;
import io.sluice.audit.query.AuditQuery;
import io.sluice.audit.query.EntryExplainer;
import io.sluice.audit.query.QueryPage;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

    @Mixin
    private final EntryFilter filter = new EntryFilter();

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
            QueryPage page = query.find(filter.filter(), limit);
            EntryExplainer explainer = new EntryExplainer(new PolicyArchive(archive)::plan);
            for (QueryPage.Found found : page.entries()) {
                print(found, explainer);
            }
            if (!output.json()) {
                out().println(query.count(filter.filter()) + " entries match; the log has " + page.logSize());
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
}
