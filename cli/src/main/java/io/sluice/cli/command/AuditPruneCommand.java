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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
                    + " a subject for whom the log knows a legal hold.",
            "On the machine of the log, as an officer (policy.keystore). An entry of the log tells what is deleted, by whom"
                    + " and why, and stands there before anything is, so audit serve has to run. A pruning that broke off goes"
                    + " on with the same command."
        },
        footer = {
            "%nExamples:",
            "  ./sluice audit prune --before 2020-01-01T00:00:00Z --dry-run",
            "  ./sluice audit prune --before 2020-01-01T00:00:00Z --why \"retention schedule 7\""
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

    @Option(names = "--dry-run", description = "Say what would be deleted, and delete nothing.")
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
        Pruner pruner = new Pruner(folder, key, clock);
        try {
            long left = dryRun ? 0 : pruner.resume();
            if (left > 0 && !output.json()) {
                out().println("finished a pruning that broke off: " + left + " bundles deleted");
            }
            PrunedAct act = pruner.plan(new Retention(
                    to, before, clock.instant().minus(config.audit().retention())));
            Long place = dryRun ? null : prune(pruner, act, config);
            print(act, place);
        } catch (PruneRefusedException e) {
            throw new CommandFailure("not pruned: " + e.getMessage(), e);
        }
        return ExitCode.OK;
    }

    private long prune(Pruner pruner, PrunedAct act, SluiceConfig config) {
        Officer officer = Officer.of(config.policy().keystore());
        try (OfficerEntries entries = OfficerEntries.open(OfficerKafka.of(config))) {
            return pruner.prune(
                    act,
                    config.tenant(),
                    officer.name(),
                    Map.of("why", requireNonNull(why, "was asked for").strip(), "certificate", officer.certificate()),
                    entry -> entries.write(entry, config.audit().partition()),
                    WAIT);
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
