package io.sluice.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.certs.DevIdentity;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.config.DemoSection;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.demo.DemoRun;
import io.sluice.cli.demo.DemoWatch;
import io.sluice.cli.output.Format;
import io.sluice.cli.output.Json;
import io.sluice.cli.output.Logging;
import io.sluice.cli.output.Table;
import io.sluice.cli.output.Terminal.Style;
import io.sluice.cli.stack.EmbeddedStack;
import io.sluice.cli.stack.StackFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The demonstration: all rooms in one process, real traffic, a summary. */
@Command(
        name = "demo",
        description = {
            "Run all of Sluice on this machine: broker, gateway, jobs and audit log in one process.",
            "Posts generated health records, orders and consents (or your own FHIR files) over mutual TLS, shows what each",
            "recipient got, explains one record, verifies the log. Stays up until Ctrl-C and activates edits of the rulebook."
        })
final class DemoCommand extends Verb {
    private static final ObjectMapper PRETTY = new ObjectMapper();

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
        SluiceConfig config = config();
        Path root = keep == null ? Files.createTempDirectory("sluice-demo-") : keep;
        try {
            return run(config, root);
        } finally {
            if (keep == null) {
                delete(root);
            }
        }
    }

    private int run(SluiceConfig config, Path root) throws InterruptedException {
        Logging.toFolder(root.toAbsolutePath().resolve("logs"));
        Path officers = rulebook == null ? config.policy().rulebook() : rulebook;
        DemoSection settings = config.demo();
        try (StackFolder folder = StackFolder.claim(root);
                EmbeddedStack stack = EmbeddedStack.start(
                        folder, config.tenant(), officers, settings, what -> err().println("starting: " + what))) {
            DemoRun demo = new DemoRun(stack, System.err, terminal().errorIsTerminal(), settings.settleTimeout());
            DemoRun.Result result = input == null ? demo.generated(seed, events, Instant.now()) : demo.files(input);
            if (format == Format.json) {
                out().println(Json.line(result.summary()));
            } else {
                show(result, stack);
            }
            out().flush();
            if (!once) {
                err().println("Up until Ctrl-C. Edits of " + officers
                        + " are activated with DEVELOPMENT officer keys.");
                DemoWatch.untilInterrupted(officers, stack, System.err);
            }
            return result.verification().passed() ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    private void show(DemoRun.Result result, EmbeddedStack stack) {
        Map<String, Object> summary = result.summary();
        out().println();
        out().println(terminal().styled(Style.BOLD, "Events"));
        out().println(new Table("posted", "accepted", "rejected", "quarantined")
                .row(
                        String.valueOf(summary.get("posted")),
                        String.valueOf(summary.get("accepted")),
                        String.valueOf(summary.get("rejected")),
                        String.valueOf(summary.get("quarantined"))));
        result.refusals().forEach((code, count) -> out().println("  " + count + " answered " + code));
        out().println();
        out().println(terminal().styled(Style.BOLD, "Recipients"));
        Table recipients = new Table("recipient", "released", "withheld");
        if (summary.get("recipients") instanceof Map<?, ?> all) {
            all.forEach((id, counts) -> {
                if (counts instanceof Map<?, ?> of) {
                    recipients.row(id, String.valueOf(of.get("released")), String.valueOf(of.get("withheld")));
                }
            });
        }
        out().println(recipients);
        if (!result.views().isEmpty()) {
            out().println();
            out().println(terminal().styled(Style.BOLD, "One record, as each recipient got it"));
            result.views().forEach((recipient, view) -> {
                out().println(terminal().styled(Style.CYAN, recipient));
                out().println(pretty(view));
            });
        }
        result.sentence().ifPresent(sentence -> {
            out().println();
            out().println(terminal().styled(Style.BOLD, "Why: its audit entry"));
            out().println(sentence);
        });
        out().println();
        out().println(terminal().styled(Style.BOLD, "The audit log"));
        boolean good = result.verification().passed();
        result.verification()
                .lines()
                .forEach(line -> out().println(terminal().styled(good ? Style.GREEN : Style.RED, line)));
        out().println();
        addresses(stack);
    }

    private void addresses(EmbeddedStack stack) {
        var producer = stack.pki().identity(DevIdentity.ST_ELSEWHERE);
        out().println(terminal().styled(Style.BOLD, "To explore"));
        out().println("  folder   " + stack.folder().root());
        if (!once) {
            out().println("  post     curl --cacert " + stack.pki().trust() + " --cert " + producer.chain() + " --key "
                    + producer.key()
                    + " \\\n             -H 'Content-Type: application/fhir+json' -H 'Sluice-Purpose: treatment' \\\n"
                    + "             --data-binary @observation.json " + stack.gatewayAddress()
                    + "/v1/datasets/fhir-observation/events");
            out().println("  gateway  curl " + stack.managementAddress() + "/readyz");
            out().println("  log      curl --cacert " + stack.pki().trust() + " " + stack.auditAddress()
                    + "/checkpoint");
        }
        out().println("  verify   sluice audit verify " + stack.folder().audit());
    }

    private static String pretty(String view) {
        if (!view.startsWith("{")) {
            return "  " + view;
        }
        try {
            return PRETTY.writerWithDefaultPrettyPrinter()
                    .writeValueAsString(PRETTY.readTree(view))
                    .indent(2)
                    .stripTrailing();
        } catch (JsonProcessingException e) {
            throw new CommandFailure("A delivered view is not JSON");
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
