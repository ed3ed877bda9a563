package io.sluice.cli.command;

import static java.util.Objects.requireNonNull;

import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Json;
import io.sluice.cli.policy.DiffText;
import io.sluice.cli.policy.OfficerFiles;
import io.sluice.cli.policy.PastDecisions;
import io.sluice.cli.policy.RevisionFinder;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.policies.impact.ImpactReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a draft would have decided about the records that came. */
@Command(
        name = "impact",
        description = {
            "Decide what was asked about past records under a draft and under the revision in force, and show what would"
                    + " be different: fields that open or close, for whom, of how many records and subjects.",
            "It reads decision inputs from the audit log, each different one once; nothing is released."
        },
        footer = {
            "%nExamples:",
            "  ./sluice policy impact my-rulebook --since 7d",
            "  ./sluice policy impact revision-7.tar.gz --out impact.json    (for policy activate --impact)"
        })
final class PolicyImpactCommand extends Verb {
    @Parameters(index = "0", paramLabel = "DRAFT", description = "A rulebook's folder, a bundle's file, or a revision.")
    private @Nullable String draft;

    @Option(
            names = "--against",
            paramLabel = "REVISION",
            defaultValue = RevisionFinder.ACTIVE,
            description = "What it is compared with: " + RevisionFinder.FORMS + ". Default: ${DEFAULT-VALUE}.")
    private String against = RevisionFinder.ACTIVE;

    @Option(
            names = "--since",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description = "Records of this last while, as 7d. Default: all in the log.")
    private @Nullable Duration since;

    @Option(names = "--out", paramLabel = "FILE", description = "Write the report there too, as JSON; a new file.")
    private @Nullable Path out;

    @Mixin
    private final AuditLogOption log = new AuditLogOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() throws IOException {
        SluiceConfig config = config();
        if (out != null) {
            OfficerFiles.requireNew(out);
        }
        RevisionFinder finder = new RevisionFinder(config, log.archive(config));
        ImpactReport report;
        try (var index = log.index(config)) {
            report = new PastDecisions(index)
                    .impact(finder.find(against), finder.find(requireNonNull(draft, "picocli sets it")), since);
        }
        if (out != null) {
            OfficerFiles.create(out, CanonicalJson.bytes(report.toJson()));
        }
        if (output.json()) {
            out().println(Json.line(report.toJson()));
        } else {
            out().print(DiffText.of(report));
            out().flush();
        }
        return ExitCode.OK;
    }
}
