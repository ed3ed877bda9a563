package io.sluice.cli.command;

import io.sluice.audit.console.ReportDocument;
import io.sluice.audit.report.Declared;
import io.sluice.audit.report.Parameter;
import io.sluice.audit.report.Report;
import io.sluice.audit.report.ReportDesk;
import io.sluice.audit.report.ReportQuestion;
import io.sluice.audit.report.ReportRefusedException;
import io.sluice.audit.report.ReportSpec;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Json;
import io.sluice.cli.output.Table;
import io.sluice.cli.policy.OfficerFiles;
import io.sluice.cli.report.ReportText;
import io.sluice.policies.load.RulebookLoader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Makes a report. */
@Command(
        name = "report",
        description = {
            "Say what the log tells of a duty of the law: with its clauses and deadlines, the log's size and root that it was"
                    + " made from, and what it cannot tell. Without a name, list the reports.",
            "The same question to the same log gives the same report: no clock is read, times are passed in."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:made, whatever it found",
            "1:it could not be made",
            "2:the command line was wrong, or the report needs more"
        },
        footer = {
            "%nExamples:",
            "  ./sluice audit report",
            "  ./sluice audit report conservation --log /var/lib/sluice/audit --recipient research",
            "  ./sluice audit report conservation --from 2026-01-01T00:00:00Z -o html --out conservation.html"
        })
final class AuditReportCommand extends Verb {
    /** How it is shown. */
    enum Form {
        table,
        json,
        html
    }

    private static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return ReportSpec.all().stream().map(ReportSpec::name).iterator();
        }
    }

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "NAME",
            completionCandidates = Names.class,
            description = "Which report. Without it, they are listed.")
    private @Nullable String name;

    @Mixin
    private final AuditLogOption log = new AuditLogOption();

    @Option(names = "--subject", paramLabel = "REF", description = "Of this subject, by its reference: s1_... .")
    private @Nullable String subject;

    @Option(names = "--dataset", paramLabel = "ID", description = "Of this dataset alone, as fhir-patient.")
    private @Nullable String dataset;

    @Option(names = "--recipient", paramLabel = "ID", description = "Of this recipient alone, as research.")
    private @Nullable String recipient;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "What occurred at this time or later, as 2026-03-01T00:00:00Z.")
    private @Nullable Instant from;

    @Option(names = "--until", paramLabel = "TIME", description = "What occurred before this time.")
    private @Nullable Instant until;

    @Option(
            names = "--baseline",
            paramLabel = "TIME",
            description = "When the window began that the one since --from is compared with.")
    private @Nullable Instant baseline;

    @Option(
            names = "--clock",
            paramLabel = "TIME",
            description =
                    "The time that deadlines count from (the request came in, the breach was discovered), or as of"
                            + " which something is fresh, held or past: what came later does not count.")
    private @Nullable Instant clock;

    @Option(
            names = "--rulebook",
            paramLabel = "DIR|BUNDLE",
            description =
                    "What is declared, to compare with: a rulebook's folder or a bundle's file. Default: the bundle"
                            + " that the log's last decided record cites.")
    private @Nullable Path rulebook;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "table for people, json for programs, html for a page that prints and makes a PDF. Default:"
                    + " ${DEFAULT-VALUE}.",
            defaultValue = "table")
    private Form form = Form.table;

    @Option(names = "--out", paramLabel = "FILE", description = "Write to this file, and not to the terminal.")
    private @Nullable Path out;

    @Override
    public Integer call() throws IOException {
        if (name == null) {
            list();
            return ExitCode.OK;
        }
        SluiceConfig config = config();
        ReportQuestion question = question(name);
        Report report;
        try (var index = log.index(config)) {
            report = new ReportDesk(index, log.archive(config)).make(question, declared(), Long.MAX_VALUE);
        } catch (ReportRefusedException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
        write(report);
        return ExitCode.OK;
    }

    private void list() {
        if (form == Form.json) {
            out().println(Json.line(
                    ReportSpec.all().stream().map(ReportSpec::toJson).toList()));
            return;
        }
        Table table = new Table("REPORT", "ANSWERS", "ASKED FOR BY");
        for (ReportSpec spec : ReportSpec.all()) {
            table.row(spec.name(), spec.answers(), spec.clauses().get(0).clause());
        }
        out().println(table);
    }

    private ReportQuestion question(String of) {
        Map<String, String> given = new LinkedHashMap<>();
        put(given, Parameter.SUBJECT, subject);
        put(given, Parameter.DATASET, dataset);
        put(given, Parameter.RECIPIENT, recipient);
        put(given, Parameter.FROM, from);
        put(given, Parameter.UNTIL, until);
        put(given, Parameter.BASELINE, baseline);
        put(given, Parameter.CLOCK, clock);
        try {
            return ReportQuestion.of(of, given);
        } catch (ReportRefusedException e) {
            throw new ParameterException(spec().commandLine(), String.valueOf(e.getMessage()));
        }
    }

    private static void put(Map<String, String> given, Parameter parameter, @Nullable Object value) {
        if (value != null) {
            given.put(parameter.code(), value.toString());
        }
    }

    private @Nullable Declared declared() {
        if (rulebook == null) {
            return null;
        }
        return Files.isDirectory(rulebook)
                ? Declared.of(rulebook.toString(), RulebookLoader.load(rulebook).document())
                : Declared.ofBundle(rulebook.toString(), OfficerFiles.bundle(rulebook));
    }

    private void write(Report report) throws IOException {
        byte[] shown =
                switch (form) {
                    case table -> ReportText.of(report).getBytes(StandardCharsets.UTF_8);
                    case json -> (Json.line(report.toJson()) + "\n").getBytes(StandardCharsets.UTF_8);
                    case html -> ReportDocument.of(report);
                };
        if (out == null) {
            out().print(new String(shown, StandardCharsets.UTF_8));
            out().flush();
        } else {
            Files.write(out, shown);
            out().println("Written to " + out + ".");
        }
    }
}
