package io.sluice.cli.command;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.query.AuditQuery;
import io.sluice.audit.query.QueryFilter;
import io.sluice.audit.query.QueryPage;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Json;
import io.sluice.cli.policy.ExplainText;
import io.sluice.cli.policy.RevisionFinder;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.explain.Replay;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Why a record's fields got what they got. */
@Command(
        name = "explain",
        description = {
            "Make the decision of an audit entry again, from the decision input that it holds and the bundle that it"
                    + " cites, compare, and say rule by rule why each field got what it got.",
            "Bundles are kept in the log's archive and in policy.bundles; --bundle names a file instead."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:it was decided so",
            "1:the bundle answers otherwise, or the entry or its bundle was not found",
            "2:the command line was wrong"
        },
        footer = {
            "%nExamples:",
            "  ./sluice policy explain events.ingress/1/0/42",
            "  ./sluice policy explain events.ingress/1/0/42 --under my-rulebook"
        })
final class PolicyExplainCommand extends Verb {
    @Parameters(index = "0", paramLabel = "ENTRY", description = "Its id, as \"audit query\" shows it.")
    private @Nullable String id;

    @Option(
            names = "--under",
            paramLabel = "REVISION",
            description = "Say what this one would have decided: " + RevisionFinder.FORMS + ".")
    private @Nullable String under;

    @Option(names = "--bundle", paramLabel = "FILE", description = "The bundle that the entry cites.")
    private @Nullable String bundle;

    @Option(names = "--all", description = "Every field of the view's plan, not only those that the record had.")
    private boolean all;

    @Mixin
    private final AuditLogOption log = new AuditLogOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() throws IOException {
        SluiceConfig config = config();
        JsonNode entry = entry(config);
        RevisionFinder finder = new RevisionFinder(config, log.archive(config));
        requireDecision(entry);
        ActivePolicy policy = bundle == null ? finder.cited(cited(entry), wanted()) : finder.find(bundle);
        Replay replay = Replay.of(entry, policy);
        ExplainText text = new ExplainText(entry, policy, replay, all);
        if (under != null) {
            text.under(under, finder.find(under));
        }
        if (output.json()) {
            out().println(Json.line(text.json()));
        } else {
            out().print(text.text());
            out().flush();
        }
        return replay.differences().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private JsonNode entry(SluiceConfig config) throws IOException {
        String wanted = wanted();
        try (var index = log.index(config)) {
            return new AuditQuery(index)
                    .find(QueryFilter.all().withEntryId(wanted), 1).entries().stream()
                            .map(QueryPage.Found::entry)
                            .findFirst()
                            .orElseThrow(() -> new CommandFailure("The log has no entry " + wanted
                                    + "; \"./sluice audit query\" shows the ids of entries"));
        }
    }

    private void requireDecision(JsonNode entry) {
        try {
            Replay.input(entry);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("Entry " + id + " cannot be explained: " + e.getMessage());
        }
    }

    private String wanted() {
        return requireNonNull(id, "picocli sets it");
    }

    private static String cited(JsonNode entry) {
        return entry.path("policy").path("bundle").asText();
    }
}
