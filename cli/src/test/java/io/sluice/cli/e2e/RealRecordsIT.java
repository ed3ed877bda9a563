package io.sluice.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.SluiceMain;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job on real input: 2,231 FHIR resources of 20 patients, one run, many questions. */
class RealRecordsIT {
    private static final Path INPUT = Path.of(System.getProperty("sluice.data"), "fhir", "synthea_r4");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Billing gets no observation (1,042), no diagnostic report (53) and no care plan (15). */
    private static final Map<String, Integer> RELEASED =
            Map.of("billing", 1_121, "care", 2_231, "marketing", 0, "research", 2_231);

    @TempDir
    static Path scratch;

    private static Path kept = Path.of("unset");
    private static JsonNode summary = JSON.createObjectNode();

    @BeforeAll
    static void runTheDemo() throws Exception {
        kept = scratch.resolve("kept");
        SluiceProcess.Result run = SluiceProcess.run(
                scratch,
                Duration.ofMinutes(5),
                "demo",
                "--once",
                "--input",
                INPUT.toString(),
                "--keep",
                kept.toString(),
                "-o",
                "json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        summary = JSON.readTree(run.out());
    }

    @Test
    void countsBalance() {
        assertThat(summary.path("posted").asInt()).isEqualTo(2_231);
        assertThat(summary.path("accepted").asInt()).isEqualTo(2_231);
        assertThat(summary.path("rejected").asInt()).isZero();
        assertThat(summary.path("quarantined").asInt()).isZero();
        assertThat(summary.path("auditEntries").asInt()).isEqualTo(2_231);
        assertThat(summary.path("logSize").asInt()).isGreaterThan(2_231);
        assertThat(summary.path("logVerified").asBoolean()).isTrue();
        assertThat(summary.path("policyRevision").asInt()).isPositive();
        RELEASED.forEach((recipient, released) -> {
            JsonNode counts = summary.path("recipients").path(recipient);
            assertThat(counts.path("released").asInt()).as(recipient).isEqualTo(released);
            assertThat(counts.path("withheld").asInt()).as(recipient).isEqualTo(2_231 - released);
        });
    }

    @Test
    void everyViewIsACloudEventOfItsOwn() throws IOException {
        Set<String> ids = new HashSet<>();
        for (String recipient : List.of("billing", "care", "research")) {
            List<String> lines = Files.readAllLines(kept.resolve(recipient + ".ndjson"));
            assertThat(lines).hasSize(RELEASED.getOrDefault(recipient, 0));
            for (String line : lines) {
                JsonNode event = JSON.readTree(line);
                assertThat(event.path("specversion").asText()).isEqualTo("1.0");
                assertThat(event.path("source").asText()).isNotEmpty();
                assertThat(event.path("data").isObject()).isTrue();
                assertThat(ids.add(event.path("id").asText()))
                        .as("a released id is one recipient's alone")
                        .isTrue();
            }
        }
    }

    /** Promise P6, and 45 CFR 164.514(b)(2)(i): no identifier of anybody in the de-identified views, envelope included. */
    @Test
    void researchHoldsNoIdentifierInAnyEncoding() throws IOException {
        Identifiers identifiers = Identifiers.ofFolder(INPUT);
        Path research = kept.resolve("research.ndjson");
        assertThat(identifiers.values()).hasSizeGreaterThan(4_000);

        assertThat(new LeakScan(identifiers).findIn(research)).isEmpty();
        assertThat(unwrapped(research).holds(identifiers)).isEmpty();
        assertThat(Files.readString(research)).doesNotContain("s1_").doesNotContain("events.ingress");
    }

    /** 45 CFR 164.502(b): what a claim does not need is not in billing's views, nor where they lie on disk. */
    @Test
    void billingHoldsNothingThatPaymentDoesNotNeed() throws IOException {
        Identifiers identifiers = Identifiers.notForPayment(INPUT);
        assertThat(identifiers.values()).hasSizeGreaterThan(2_000);
        LeakScan scan = new LeakScan(identifiers);
        int files = 0;
        for (Path file : files(kept)) {
            String relative = kept.relativize(file).toString();
            if (relative.matches("billing\\.ndjson|delivered/billing/.*|kafka/.*released\\.billing-.*")) {
                assertThat(scan.findIn(file)).as(relative).isEmpty();
                files++;
            }
        }
        assertThat(files).isGreaterThan(2);
        assertThat(Files.readString(kept.resolve("billing.ndjson")))
                .contains("productOrService", "\"family\"")
                .doesNotContain("us-core-race", "mothersMaidenName", "geolocation", "\"div\"", "valueQuantity");
        assertThat(scan.findIn(kept.resolve("care.ndjson")))
                .as("the scanner can fail")
                .anyMatch(name -> name.startsWith("result"))
                .anyMatch(name -> name.startsWith("words for a code"))
                .anyMatch(name -> name.startsWith("id of what is not charged for"));
    }

    /** The scanners can fail: they find what care gets in clear. */
    @Test
    void theScannersFindWhatIsThere() throws IOException {
        Identifiers identifiers = Identifiers.ofFolder(INPUT);
        Path care = kept.resolve("care.ndjson");

        for (Set<String> found :
                List.of(new LeakScan(identifiers).findIn(care), unwrapped(care).holds(identifiers))) {
            for (String kind : List.of(
                    "family name",
                    "given name",
                    "address line",
                    "city",
                    "postal code",
                    "Patient id",
                    "birth date",
                    "Observation id")) {
                assertThat(found).as(kind).anyMatch(name -> name.startsWith(kind + " ("));
            }
        }
    }

    private static Unwrapped unwrapped(Path views) throws IOException {
        Unwrapped unwrapped = new Unwrapped();
        for (String line : Files.readAllLines(views)) {
            unwrapped.add(JSON.readTree(line));
        }
        return unwrapped;
    }

    /** Promise P2: on disk in clear only where the rulebook put it: the views of care and billing. */
    @Test
    void nothingStandsOnDiskInClear() throws IOException {
        LeakScan scan = new LeakScan(Identifiers.ofFolder(INPUT));
        List<String> leaks = new ArrayList<>();
        for (Path file : files(kept)) {
            String relative = kept.relativize(file).toString();
            boolean granted = relative.matches(
                    "(care|billing)\\.ndjson|delivered/(care|billing)/.*|kafka/.*released\\.(care|billing)-.*");
            if (!granted) {
                scan.findIn(file).forEach(found -> leaks.add(relative + ": " + found));
            }
        }
        assertThat(leaks).isEmpty();
        assertThat(files(kept).stream().map(f -> kept.relativize(f).toString()))
                .as("the scan covers what it should")
                .anyMatch(f -> f.matches("kafka/.*events\\.ingress-.*\\.log"))
                .anyMatch(f -> f.matches("kafka/.*audit\\.entries-.*\\.log"))
                .anyMatch(f -> f.startsWith("checkpoints/protect/"))
                .anyMatch(f -> f.startsWith("audit/tile/entries/"))
                .anyMatch(f -> f.equals("index/audit.sqlite"))
                .anyMatch(f -> f.startsWith("archive/"))
                .anyMatch(f -> f.startsWith("keys/"))
                .anyMatch(f -> f.startsWith("logs/flink"))
                .anyMatch(f -> f.startsWith("logs/sluice"));
    }

    @Test
    void theLogVerifiesAndNamesTheFileOfAnyChange() throws Exception {
        Path copy = copy(kept.resolve("audit"), scratch.resolve("audit-copy"));
        assertThat(verify(copy, new StringBuilder())).isZero();

        for (Path file : files(copy)) {
            String relative = copy.relativize(file).toString();
            if (relative.startsWith("tile/") || relative.equals("checkpoint") || relative.equals("log.vkey")) {
                byte[] bytes = Files.readAllBytes(file);
                byte[] changed = bytes.clone();
                changed[bytes.length / 2] ^= 1;
                Files.write(file, changed);
                StringBuilder said = new StringBuilder();
                assertThat(verify(copy, said)).as(relative).isEqualTo(1);
                assertThat(said).contains(relative);
                Files.write(file, bytes);
            }
        }
    }

    /** The command in this process: a JVM for each changed file would take minutes. */
    private static int verify(Path log, StringBuilder said) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        int exitCode = SluiceMain.run(new String[] {"audit", "verify", log.toString()}, stream, stream);
        said.append(bytes.toString(StandardCharsets.UTF_8));
        return exitCode;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile).toList();
        }
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> walk = Files.walk(from)) {
            walk.forEach(source -> {
                try {
                    Path target = to.resolve(from.relativize(source).toString());
                    if (Files.isDirectory(source)) {
                        Files.createDirectories(target);
                    } else {
                        Files.copy(source, target);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return to;
    }
}
