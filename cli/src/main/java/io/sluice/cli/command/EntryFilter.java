package io.sluice.cli.command;

import io.sluice.audit.query.QueryFilter;
import io.sluice.core.decision.Disposition;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which entries of the log are meant: those that meet all that is given. */
final class EntryFilter {
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

    @Option(
            names = "--revision",
            paramLabel = "N",
            description = "Of records that this revision of the policy decided, as 7.")
    private @Nullable Long revision;

    @Option(
            names = "--rule",
            paramLabel = "ID",
            description =
                    "Where this rule decided about a recipient (with --recipient: about that one), as no-consent.")
    private @Nullable String rule;

    @Option(names = "--id", paramLabel = "ID", description = "An entry, as events.ingress/1/0/42.")
    private @Nullable String id;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Recorded at this time or later, as 2026-03-01T00:00:00Z.")
    private @Nullable Instant from;

    @Option(names = "--until", paramLabel = "TIME", description = "Recorded before this time.")
    private @Nullable Instant until;

    QueryFilter filter() {
        QueryFilter filter = QueryFilter.all();
        filter = subject == null ? filter : filter.withSubject(subject);
        filter = dataset == null ? filter : filter.withDataset(dataset);
        filter = recipient == null ? filter : filter.withRecipient(recipient);
        filter = producer == null ? filter : filter.withProducer(producer);
        filter = disposition == null ? filter : filter.withDisposition(disposition);
        filter = code == null ? filter : filter.withCode(code);
        filter = revision == null ? filter : filter.withRevision(revision);
        filter = rule == null ? filter : filter.withRule(rule);
        filter = id == null ? filter : filter.withEntryId(id);
        return from == null && until == null ? filter : filter.between(from, until);
    }

    /** What was given, by the names of the options without their dashes. */
    Map<String, String> said() {
        Map<String, String> said = new TreeMap<>();
        say(said, "subject", subject);
        say(said, "dataset", dataset);
        say(said, "recipient", recipient);
        say(said, "producer", producer);
        say(said, "disposition", disposition == null ? null : disposition.code());
        say(said, "code", code);
        say(said, "revision", revision);
        say(said, "rule", rule);
        say(said, "id", id);
        say(said, "from", from);
        say(said, "until", until);
        return said;
    }

    private static void say(Map<String, String> said, String name, @Nullable Object value) {
        if (value != null) {
            said.put(name, value.toString());
        }
    }
}
