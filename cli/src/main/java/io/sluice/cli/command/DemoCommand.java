package io.sluice.cli.command;

import io.sluice.cli.ExitCode;
import io.sluice.cli.Interruption;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.demo.DemoPosts;
import io.sluice.cli.demo.DemoReport;
import io.sluice.cli.demo.DemoRun;
import io.sluice.cli.demo.Explore;
import io.sluice.cli.demo.RulebookWatch;
import io.sluice.cli.output.Format;
import io.sluice.cli.output.Json;
import io.sluice.cli.output.Logging;
import io.sluice.cli.output.Narrator;
import io.sluice.cli.output.Terminal.Style;
import io.sluice.cli.stack.EmbeddedStack;
import io.sluice.cli.stack.StackFolder;
import io.sluice.cli.stack.StackPorts;
import io.sluice.policies.check.RulebookChecker;
import io.sluice.policies.load.RulebookLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The demonstration: all rooms in one process, real traffic, a summary. */
@Command(
        name = "demo",
        description = {
            "Run all of Sluice on this machine: broker, gateway, jobs and audit log in one process.",
            "Posts generated health records, orders and consents (or your own FHIR files) over mutual TLS, shows what each",
            "recipient got, explains one record, verifies the log. Stays up until Ctrl-C and activates edits of the rulebook."
        })
final class DemoCommand extends Verb {
    private static final int MAX_EVENTS = 1_000_000;

    @Option(names = "--once", description = "End after the summary.")
    private boolean once;

    @Option(names = "--input", paramLabel = "DIR", description = "Post the FHIR resources and bundles of a folder.")
    private @Nullable Path input;

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "Keep all data in this folder, and go on from what it holds.")
    private @Nullable Path keep;

    @Option(
            names = "--rulebook",
            paramLabel = "DIR",
            description = "The officers' folder. Default: the setting policy.rulebook.")
    private @Nullable Path rulebook;

    @Option(
            names = "--events",
            paramLabel = "N",
            description = "Generated events. Default: ${DEFAULT-VALUE}.",
            defaultValue = "500")
    private int events;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of the generator. Default: ${DEFAULT-VALUE}.",
            defaultValue = "1")
    private long seed;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "text or json.",
            defaultValue = "text")
    private Format format = Format.text;

    @Override
    public Integer call() throws InterruptedException, IOException {
        try (Interruption stop = Interruption.ofThisThread()) {
            try {
                return run();
            } catch (InterruptedException | RuntimeException e) {
                if (!stop.requested()) {
                    throw e;
                }
                err().println("stopped before its end" + (keep == null ? "" : "; a start on " + keep + " goes on"));
                return ExitCode.FAILED;
            }
        }
    }

    /** Looks at all that a user gave before it starts anything. */
    private int run() throws InterruptedException, IOException {
        if (events < 0 || events > MAX_EVENTS) {
            throw new ParameterException(spec().commandLine(), "--events: 0 to " + MAX_EVENTS);
        }
        SluiceConfig config = config();
        Path officers = rulebook == null ? config.policy().rulebook() : rulebook;
        RulebookChecker.check(RulebookLoader.load(officers)).requireNoErrors();
        DemoPosts posts = input == null ? DemoPosts.generated(seed, events, Instant.now()) : DemoPosts.ofFolder(input);
        StackPorts.requireFree(config.demo());
        Path root = keep == null ? Files.createTempDirectory("sluice-demo-") : keep;
        try (StackFolder folder = StackFolder.claim(root)) {
            Logging.toFolder(folder.logs());
            return run(config, officers, posts, folder);
        } finally {
            if (keep == null) {
                delete(root);
            }
        }
    }

    private int run(SluiceConfig config, Path officers, DemoPosts posts, StackFolder folder)
            throws InterruptedException {
        OptionalLong before = RulebookWatch.fingerprint(officers);
        Narrator narrator = new Narrator(System.err, terminal().errorIsTerminal());
        try (EmbeddedStack stack =
                        EmbeddedStack.start(folder, config, officers, what -> narrator.say("starting: " + what));
                RulebookWatch watch = new RulebookWatch(officers, before, stack, narrator::say);
                DemoRun demo = new DemoRun(stack, narrator, config.demo().settleTimeout())) {
            DemoRun.Result result = demo.run(posts);
            if (format == Format.json) {
                out().println(Json.line(result.summary()));
            } else {
                new DemoReport(out(), terminal()).print(result);
                explore(stack);
            }
            out().flush();
            if (!once) {
                narrator.say("\nUp until Ctrl-C. Edits of " + officers
                        + " are checked, signed with DEVELOPMENT keys and activated.");
                follow(demo);
            }
            return result.verification().passed() ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    private static void follow(DemoRun demo) {
        try {
            demo.follow();
        } catch (InterruptedException e) {
            // Ctrl-C is how it ends.
        }
    }

    private void explore(EmbeddedStack stack) {
        if (!once) {
            out().println();
            out().println(terminal().styled(Style.BOLD, "To explore"));
            out().println(Explore.text(stack));
        } else if (keep != null) {
            out().println();
            out().println("Everything stands in " + stack.folder().root());
        }
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
