package io.sluice.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.append.PolicyArchive;
import io.sluice.audit.export.AuditEvents;
import io.sluice.audit.export.EventForm;
import io.sluice.audit.export.OcsfEvents;
import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.index.AuditIndexConfig;
import io.sluice.audit.index.IndexPlace;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.note.VerifierKey;
import io.sluice.audit.query.AuditQuery;
import io.sluice.audit.query.EntryExplainer;
import io.sluice.audit.query.QueryPage;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.room.IndexPlaces;
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
                    + " stands in the log, one per line; with -o fhir or -o ocsf as HL7 FHIR R4 AuditEvents or OCSF 1.8.0"
                    + " events, one per line and one for each recipient of a record.",
            "The index is made from the log; delete it and it is made again. Without DIR the settings audit.folder,"
                    + " audit.indexIn, audit.index and audit.archive say where; with DIR index (SQLite) and archive are"
                    + " beside it."
        },
        footer = {
            "%nExamples:",
            "  ./sluice audit query /var/lib/sluice/audit --id events.ingress/1/0/42",
            "  ./sluice audit query --recipient research --from 2026-01-01T00:00:00Z -o json",
            "  ./sluice audit query --disposition release --all -o fhir"
        })
final class AuditQueryCommand extends Verb {
    private static final int DEFAULT_LIMIT = 20;

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
            description = "Entries shown, 1 to " + AuditQuery.MAX_PAGE + ". Default: " + DEFAULT_LIMIT + ".")
    private @Nullable Integer limit;

    @Option(names = "--all", description = "Show all that match, however many.")
    private boolean all;

    /** How entries are shown. */
    enum As {
        text,
        json,
        fhir,
        ocsf
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "text for people; json, fhir or ocsf for programs. Default: ${DEFAULT-VALUE}.",
            defaultValue = "text")
    private As output = As.text;

    @Override
    public Integer call() throws IOException {
        int most = limit == null ? DEFAULT_LIMIT : limit;
        if (most < 1 || most > AuditQuery.MAX_PAGE) {
            throw new ParameterException(
                    spec().commandLine(), "--limit is 1 to " + AuditQuery.MAX_PAGE + ", not " + limit);
        }
        if (all && limit != null) {
            throw new ParameterException(spec().commandLine(), "--all and --limit exclude each other");
        }
        Path folder = log == null ? config().audit().folder() : log;
        if (!Files.exists(folder.resolve("log.vkey"))) {
            throw new CommandFailure(
                    folder + " is no log: it has no log.vkey; name the folder of one, or set audit.folder");
        }
        VerifierKey key =
                VerifierKey.parse(Files.readString(folder.resolve("log.vkey")).trim());
        IndexPlace place = log == null
                ? IndexPlaces.queries(config().audit())
                : new IndexPlace.SqliteFile(
                        folder.toAbsolutePath().resolveSibling("index").resolve("audit.sqlite"));
        Path archive = log == null
                ? config().audit().archive()
                : folder.toAbsolutePath().resolveSibling("archive");
        try (AuditIndex index = AuditIndex.open(new AuditIndexConfig(place, FileLogStore.source(folder), key))) {
            AuditQuery query = new AuditQuery(index);
            EntryExplainer explainer = new EntryExplainer(new PolicyArchive(archive)::plan);
            QueryPage page = query.find(filter.filter(), all ? AuditQuery.MAX_PAGE : most);
            long size = page.logSize(); // what comes meanwhile is left out
            print(page, size, key.name(), explainer);
            while (all && page.next().isPresent() && page.next().getAsLong() < size) {
                page = query.find(filter.filter(), page.next().getAsLong(), AuditQuery.MAX_PAGE);
                print(page, size, key.name(), explainer);
            }
            if (output == As.text) {
                long count = query.count(filter.filter());
                out().println((count == 1 ? "1 entry matches" : count + " entries match") + "; the log has " + size);
            }
        }
        return ExitCode.OK;
    }

    private void print(QueryPage page, long size, String origin, EntryExplainer explainer) {
        for (QueryPage.Found found : page.entries()) {
            if (found.index() < size) {
                print(found, origin, explainer);
            }
        }
        out().flush();
    }

    private void print(QueryPage.Found found, String origin, EntryExplainer explainer) {
        JsonNode entry = found.entry();
        switch (output) {
            case json -> out().println(new String(found.bytes(), StandardCharsets.UTF_8));
            case fhir -> events(new AuditEvents(), found, origin, explainer);
            case ocsf -> events(new OcsfEvents(), found, origin, explainer);
            case text -> {
                out().println(found.index() + "  " + entry.path("id").asText() + "  "
                        + entry.path("recorded").asText());
                out().println("    " + explainer.explain(entry));
            }
        }
    }

    private void events(EventForm form, QueryPage.Found found, String origin, EntryExplainer explainer) {
        out().print(new String(
                form.lines(origin, found.index(), found.entry(), explainer.explain(found.entry())),
                StandardCharsets.UTF_8));
    }
}
