package io.sluice.cli.command;

import static java.util.Objects.requireNonNull;

import io.sluice.audit.log.PrunedAct;
import io.sluice.audit.log.TileId;
import io.sluice.audit.note.VerifierKey;
import io.sluice.audit.prune.PruneRefusedException;
import io.sluice.audit.prune.Pruner;
import io.sluice.audit.prune.Retention;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Json;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.quarantine.Officer;
import io.sluice.cli.quarantine.OfficerEntries;
import io.sluice.cli.subject.HoldDesk;
import io.sluice.core.audit.AuditEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Prunes the log. */
@Command(
        name = "prune",
        description = {
            "Delete the oldest entries of the log, once nothing asks for them any longer: bundles of " + TileId.FULL
                    + " entries, from the first on. Hashes stay, so the log, proofs and checkpoints from before stay"
                    + " verifiable. Refused where an entry is younger than audit.retention (six years by default), or about"
                    + " a subject for whom a legal hold stands: in Kafka, or as the log knows it.",
            "On the machine of the log, as an officer (policy.keystore). An entry of the log tells what is deleted, by whom"
                    + " and why, and stands there before anything is, so audit serve has to run. A pruning that broke off is"
                    + " finished first, and nothing else is done then."
        },
        footer = {
            "%nExamples:",
            "  ./sluice audit prune --before 2020-01-01T00:00:00Z --dry-run",
            "  ./sluice audit prune --before 2020-01-01T00:00:00Z --why \"schedule 7\""
        })
final class AuditPruneCommand extends Verb {
    private static final int MAX_WHY = 500;
    private static final Duration WAIT = Duration.ofMinutes(2);

    @Option(
            names = "--before",
            paramLabel = "TIME",
            description = "Delete what was recorded before this time, as 2020-01-01T00:00:00Z.")
    private @Nullable Instant before;

    @Option(names = "--to", paramLabel = "INDEX", description = "Delete the entries before this place in the log.")
    private @Nullable Long to;

    @Option(names = "--why", paramLabel = "TEXT", description = "Why, for the entry; without it only --dry-run.")
    private @Nullable String why;

    @Option(
            names = "--dry-run",
            description = {
                "Say what would be deleted, and delete nothing. It needs Kafka too, with the officer's certificate: there it"
                        + " asks which legal holds stand."
            })
    private boolean dryRun;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() throws IOException {
        if ((before == null) == (to == null)) {
            throw new ParameterException(spec().commandLine(), "either --before or --to says how far");
        }
        if (to != null && to < 1) {
            throw new ParameterException(spec().commandLine(), "--to is 1 at least, not " + to);
        }
        if (!dryRun && (why == null || why.isBlank() || why.length() > MAX_WHY)) {
            throw new ParameterException(spec().commandLine(), "--why is 1 to " + MAX_WHY + " characters");
        }
        SluiceConfig config = config();
        Path folder = LogAccess.folder(config.audit().folder().toString());
        VerifierKey key =
                VerifierKey.parse(Files.readString(folder.resolve("log.vkey")).trim());
        Clock clock = Clock.systemUTC();
        HoldDesk holds =
                new HoldDesk(OfficerKafka.of(config), Officer.of(config.policy().keystore()), clock);
        Pruner pruner = new Pruner(folder, key, holds::held, clock);
        Instant floor = clock.instant().minus(config.audit().retention()).truncatedTo(ChronoUnit.SECONDS);
        try {
            long left = dryRun ? 0 : pruner.resume();
            if (left > 0) {
                printFinished(left);
                return ExitCode.OK;
            }
            PrunedAct act = pruner.plan(new Retention(to, before, floor));
            Long place = dryRun ? null : prune(pruner, act, config);
            print(act, place);
        } catch (PruneRefusedException e) {
            throw new CommandFailure("not pruned: " + e.getMessage(), e);
        }
        return ExitCode.OK;
    }

    /** On the way: to whoever looks on, not to the program that reads the result. */
    private void tell(String words) {
        err().println(words);
        err().flush();
    }

    private long prune(Pruner pruner, PrunedAct act, SluiceConfig config) {
        Officer officer = Officer.of(config.policy().keystore());
        try (OfficerEntries entries = OfficerEntries.open(OfficerKafka.of(config))) {
            return pruner.prune(
                    act,
                    config.tenant(),
                    officer.name(),
                    Map.of("why", requireNonNull(why, "was asked for").strip(), "certificate", officer.certificate()),
                    entry -> write(entries, entry, config.audit().partition()),
                    WAIT);
        }
    }

    private void write(OfficerEntries entries, AuditEntry entry, int partition) {
        try {
            entries.write(entry, partition);
        } catch (CommandFailure e) {
            throw new CommandFailure(
                    "not pruned: nobody knows whether Kafka has the act; nothing was deleted. Do it again: an act that got"
                            + " into the log is found there",
                    e);
        }
        tell("the act is written; waiting until audit serve has it in the log, " + WAIT.toSeconds() + " s at most");
    }

    private void printFinished(long bundles) {
        if (output.json()) {
            out().println(Json.line(Map.of("finishedBundles", bundles, "deleted", true)));
        } else {
            out().println("finished a pruning that broke off: " + bundles
                    + " bundles deleted; what else may go, goes with the" + " next command");
        }
    }

    private void print(PrunedAct act, @Nullable Long place) {
        if (output.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("from", act.from());
            json.put("to", act.to());
            json.put("bytes", act.bytes());
            json.put("root", act.root().toBase64());
            json.put("newest", act.newest().toString());
            json.put("deleted", place != null);
            if (place != null) {
                json.put("entry", place);
            }
            out().println(Json.line(json));
            return;
        }
        out().println((place == null ? "would delete" : "deleted") + " entries " + act.from() + " to " + (act.to() - 1)
                + ", " + act.bytes() + " bytes, the newest recorded at " + act.newest());
        out().println("root over what is before entry " + act.to() + ": "
                + act.root().toBase64());
        if (place != null) {
            out().println("entry " + place + " of the log says so");
        }
    }
}
