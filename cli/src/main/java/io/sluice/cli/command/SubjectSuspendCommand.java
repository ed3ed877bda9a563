package io.sluice.cli.command;

import static java.util.Objects.requireNonNull;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Json;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.policy.RevisionFinder;
import io.sluice.cli.quarantine.Officer;
import io.sluice.cli.quarantine.OfficerEntries;
import io.sluice.core.audit.AccountingSuspension;
import io.sluice.core.audit.AccountingSuspension.Statement;
import io.sluice.core.audit.ActEntry;
import io.sluice.core.event.SubjectRef;
import io.sluice.core.rulebook.Rulebook;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Keeps disclosures to an agency out of a subject's accounting for a time. */
@Command(
        name = "suspend",
        description = {
            "Note that a health oversight agency or a law enforcement official suspended a subject's right to an accounting of"
                    + " the disclosures to them (45 CFR 164.528(a)(2)): audit report accounting leaves those out for the time"
                    + " that they name, of an oral statement for 30 days at most.",
            "It is an act of the audit log, with the agency's name, and nothing else: keep the statement itself. Another one"
                    + " for the same recipient replaces it; --end ends it."
        },
        footer = {
            "%nExamples:",
            "  ./sluice subject suspend --ref s1_... --recipient registry --agency \"State AG, case 12\" --written --until 2027-03-01T00:00:00Z",
            "  ./sluice subject suspend --ref s1_... --recipient registry --agency \"State AG, case 12\" --oral --until 2026-12-20T00:00:00Z",
            "  ./sluice subject suspend --ref s1_... --recipient registry --end"
        })
final class SubjectSuspendCommand extends Verb {
    @Mixin
    private final SubjectOption subject = new SubjectOption();

    @Option(
            names = "--recipient",
            required = true,
            paramLabel = "ID",
            description =
                    "To whom the disclosures went: a recipient, or a caller of the reveal service, of a revision that"
                            + " decided.")
    private @Nullable String recipient;

    @Option(
            names = "--agency",
            paramLabel = "TEXT",
            description = "Who asked for it: the agency or office, and its case.")
    private @Nullable String agency;

    @Option(names = "--written", description = "In a written statement, which names the time.")
    private boolean written;

    @Option(names = "--oral", description = "In an oral statement of now.")
    private boolean oral;

    @Option(names = "--until", paramLabel = "TIME", description = "The end of that time, as 2027-03-01T00:00:00Z.")
    private @Nullable Instant until;

    @Option(names = "--end", description = "End what stands for this recipient.")
    private boolean end;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        Clock clock = Clock.systemUTC();
        Map<String, Object> detail = end ? ended() : suspended(clock.instant());
        SluiceConfig config = config();
        requireKnown(requireNonNull(recipient, "picocli sets it"), known(new RevisionFinder(config, null).decided()));
        SubjectRef ref = subject.ref(spec(), config);
        Officer officer = Officer.of(config.policy().keystore());
        OfficerKafka kafka = OfficerKafka.of(config);
        ActEntry.Code code = end ? ActEntry.Code.ACCOUNTING_RESUMED : ActEntry.Code.ACCOUNTING_SUSPENDED;
        Map<String, Object> told = new TreeMap<>(detail);
        told.put("certificate", officer.certificate());
        try (OfficerEntries entries = OfficerEntries.open(kafka)) {
            entries.write(ActEntry.about(
                    code,
                    kafka.layout().topics().tenant(),
                    "subject",
                    officer.name(),
                    clock.instant(),
                    null,
                    ref,
                    told));
        }
        out().println(
                        output.json()
                                ? Json.line(Map.of("subject", ref.value(), "code", code.code(), "detail", detail))
                                : (end ? "Ended: " : "Suspended: ") + ref + " for " + recipient
                                        + (end ? "" : " until " + until));
        return ExitCode.OK;
    }

    private static SortedSet<String> known(List<Rulebook> rulebooks) {
        SortedSet<String> known = new TreeSet<>();
        for (Rulebook rulebook : rulebooks) {
            known.addAll(rulebook.recipients().keySet());
            known.addAll(rulebook.revealing().callers().keySet());
        }
        return known;
    }

    /** What suspends nothing must not be said to. Disclosures of years ago went to recipients of the rulebooks of then. */
    static void requireKnown(String recipient, SortedSet<String> known) {
        if (!known.contains(recipient)) {
            throw new CommandFailure("--recipient " + recipient
                    + " is no recipient and no caller of the reveal service in any"
                    + " revision that decided, so it would suspend nothing; there are " + String.join(", ", known));
        }
    }

    private Map<String, Object> ended() {
        if (agency != null || written || oral || until != null) {
            throw new ParameterException(
                    spec().commandLine(), "--end needs --recipient alone: no --agency, --written, --oral or --until");
        }
        return Map.of("recipient", requireNonNull(recipient, "picocli sets it"));
    }

    private Map<String, Object> suspended(Instant now) {
        if (agency == null || until == null || written == oral) {
            throw new ParameterException(
                    spec().commandLine(), "Name --agency, --until, and one of --written and --oral; or --end");
        }
        try {
            return new AccountingSuspension(
                            requireNonNull(recipient, "picocli sets it"),
                            agency.strip(),
                            oral ? Statement.ORAL : Statement.WRITTEN,
                            now,
                            until)
                    .toJson();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec().commandLine(), String.valueOf(e.getMessage()));
        }
    }
}
