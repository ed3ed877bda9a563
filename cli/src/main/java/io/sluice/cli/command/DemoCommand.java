package io.sluice.cli.command;

import io.sluice.cli.ExitCode;
import io.sluice.cli.Interruption;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.demo.DemoPosts;
import io.sluice.cli.demo.DemoReport;
import io.sluice.cli.demo.DemoRun;
import io.sluice.cli.demo.Explore;
import io.sluice.cli.demo.Handout;
import io.sluice.cli.demo.RulebookWatch;
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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The demonstration: all rooms in one process, real traffic, a summary. */
@Command(
        name = "demo",
        description = {
            "Run all of Sluice on this machine: broker, gateway, jobs and audit log in one process.",
            "It posts generated health records, orders and consents (or your own FHIR files) over mutual TLS, shows"
                    + " what each recipient got, explains one record, and verifies the log. Then it stays up until Ctrl-C,"
                    + " and checks, signs and activates edits of the rulebook, with development keys."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:the log was verified",
            "1:it could not start (what is wrong is named), or the log does not verify",
            "2:the command line was wrong",
            "130:ended by Ctrl-C"
        },
        footer = {
            "%nExamples:",
            "  ./sluice demo",
            "  ./sluice demo --keep tour/demo --rulebook tour/rulebook",
            "  ./sluice demo --once --input my-fhir-files -o json"
        })
final class DemoCommand extends Verb {
    private static final int MAX_EVENTS = 1_000_000;

    @Option(names = "--once", description = "End after the summary.")
    private boolean once;

    @Option(
            names = "--input",
            paramLabel = "DIR",
            description = "Post the FHIR resources and Bundles (.json) of a folder instead of generated events.")
    private @Nullable Path input;

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "Keep all data in this folder (mode 700), and go on from what it holds. Default: a"
                    + " temporary folder, removed at the end.")
    private @Nullable Path keep;

    @Mixin
    private final RulebookOption rulebook = new RulebookOption();

    @Option(
            names = "--events",
            paramLabel = "N",
            description = "How many events to generate, 0 to 1000000. Default: ${DEFAULT-VALUE}.",
            defaultValue = "500")
    private int events;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of the generator: another one, other events. Default: ${DEFAULT-VALUE}.",
            defaultValue = "1")
    private long seed;

    @Mixin
    private final OutputOption output = new OutputOption();

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
            throw new ParameterException(spec().commandLine(), "--events is 0 to " + MAX_EVENTS + ", not " + events);
        }
        SluiceConfig config = config();
        Path officers = rulebook.folder(() -> config);
        RulebookChecker.check(RulebookLoader.load(officers), config.features()).requireNoErrors();
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
            Handout.write(stack, officers);
            DemoRun.Result result = demo.run(posts);
            if (output.json()) {
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
