package io.sluice.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.PemIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.cli.SluiceMain;
import io.sluice.cli.command.SluiceCommand;
import io.sluice.cli.output.Terminal;
import io.sluice.kafkadev.DevBroker;
import io.sluice.kafkadev.DevBrokerConfig;
import io.sluice.postgresdev.DevPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The main job on real input: 2,231 FHIR resources of 20 patients, one run, many questions. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
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

    /** What tells who somebody is, and what a claim does not need; each takes seconds to make. */
    private record Forbidden(Identifiers identifiers, LeakScan scan) {
        Forbidden(Identifiers identifiers) {
            this(identifiers, new LeakScan(identifiers));
        }
    }

    private static @Nullable Forbidden identity;
    private static @Nullable Forbidden notForPayment;

    @BeforeAll
    static void runTheDemo() throws Exception {
        identity = new Forbidden(Identifiers.ofFolder(INPUT));
        notForPayment = new Forbidden(Identifiers.notForPayment(INPUT));
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
        assertThat(run.out().strip().lines()).as("one JSON object").hasSize(1);
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
        Identifiers identifiers = identity().identifiers();
        Path research = kept.resolve("research.ndjson");
        assertThat(identifiers.values()).hasSizeGreaterThan(4_000);

        assertThat(identity().scan().findIn(research)).isEmpty();
        assertThat(unwrapped(research).holds(identifiers)).isEmpty();
        assertThat(Files.readString(research)).doesNotContain("s1_").doesNotContain("events.ingress");
    }

    /** 45 CFR 164.514(c): research can follow a patient through records and stays, by codes that nobody can derive. */
    @Test
    void researchLinksThePatientsRecordsByRandomCodes() throws IOException {
        Map<String, Set<String>> patientsOfEncounter = new HashMap<>();
        Set<String> patients = new HashSet<>();
        Set<String> encounters = new HashSet<>();
        Map<String, Integer> records = new HashMap<>();
        for (String line : Files.readAllLines(kept.resolve("research.ndjson"))) {
            JsonNode record = JSON.readTree(line).path("data");
            String type = record.path("resourceType").asText();
            if (type.equals("Patient")) {
                patients.add("urn:uuid:" + record.path("id").asText());
            } else if (type.equals("Encounter")) {
                encounters.add("urn:uuid:" + record.path("id").asText());
            }
            String patient = record.path(record.has("patient") ? "patient" : "subject")
                    .path("reference")
                    .asText();
            if (!patient.isEmpty()) {
                records.merge(patient, 1, Integer::sum);
                String encounter = record.at("/encounter/reference").asText();
                if (!encounter.isEmpty()) {
                    patientsOfEncounter
                            .computeIfAbsent(encounter, any -> new HashSet<>())
                            .add(patient);
                }
            }
        }
        assertThat(patients).hasSize(20);
        assertThat(records.keySet()).isEqualTo(patients);
        assertThat(records.values()).allMatch(count -> count > 10);
        assertThat(patientsOfEncounter).hasSizeGreaterThan(100);
        assertThat(patientsOfEncounter.values()).allMatch(of -> of.size() == 1);
        assertThat(encounters).containsAll(patientsOfEncounter.keySet());
    }

    /** 45 CFR 164.502(b): what a claim does not need is not in billing's views, nor where they lie on disk. */
    @Test
    void billingHoldsNothingThatPaymentDoesNotNeed() throws IOException {
        Identifiers identifiers = notForPayment().identifiers();
        assertThat(identifiers.values()).hasSizeGreaterThan(2_000);
        LeakScan scan = notForPayment().scan();
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
        Identifiers identifiers = identity().identifiers();
        Path care = kept.resolve("care.ndjson");

        for (Set<String> found :
                List.of(identity().scan().findIn(care), unwrapped(care).holds(identifiers))) {
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

    private static Forbidden identity() {
        return Objects.requireNonNull(identity, "identity is null");
    }

    private static Forbidden notForPayment() {
        return Objects.requireNonNull(notForPayment, "notForPayment is null");
    }

    private static Unwrapped unwrapped(Path views) throws IOException {
        Unwrapped unwrapped = new Unwrapped(identity().identifiers());
        for (String line : Files.readAllLines(views)) {
            unwrapped.add(JSON.readTree(line));
        }
        return unwrapped;
    }

    /** Promise P2: on disk in clear only where the rulebook put it: the views of care and billing. */
    @Test
    void nothingStandsOnDiskInClear() throws IOException {
        LeakScan scan = identity().scan();
        List<String> leaks = new ArrayList<>();
        for (Path file : files(kept)) {
            String relative = kept.relativize(file).toString();
            // sample.json is a record that the demo makes up for its reader to post.
            boolean granted = relative.matches(
                    "sample\\.json|(care|billing)\\.ndjson|delivered/(care|billing)/.*|kafka/.*released\\.(care|billing)-.*");
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

    /** The same topics once more, to a real PostgreSQL, by a job that is killed: what was released stands there, once. */
    @Test
    void tablesHoldWhatWasReleasedAndNoIdentifierMore() throws Exception {
        assumeTrue(DevPostgres.isInstalled(), "PostgreSQL is not installed; on Debian: apt-get install postgresql");
        PkiFiles pki = DevPki.openOrCreate(kept.resolve("certs"), Clock.systemUTC());
        PemIdentity server = pki.identity(DevIdentity.AUDIT);
        try (DevBroker broker = DevBroker.start(DevBrokerConfig.of(kept.resolve("kafka"), pki));
                DevPostgres postgres = DevPostgres.start(server.chain(), server.key())) {
            Deployment deployment = toPostgresql(pki, broker, postgres);
            assertThat(deployment.succeed("job", "deliver", "ddl").out())
                    .contains("CREATE TABLE IF NOT EXISTS \"sluice\".\"research\"");
            SluiceProcess killed = deployment.start("job", "deliver");
            await().atMost(Duration.ofMinutes(5)).until(() -> killed.isAlive() && rows(postgres, "care") > 0);
            killed.kill();
            SluiceProcess job = deployment.start("job", "deliver");
            for (Map.Entry<String, Integer> released : RELEASED.entrySet()) { // counting costs less than comparing
                await().atMost(Duration.ofMinutes(5))
                        .pollInterval(Duration.ofMillis(500))
                        .until(() -> job.isAlive() && rows(postgres, released.getKey()) >= released.getValue());
            }
            await().atMost(Duration.ofMinutes(5))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> job.isAlive()
                            && deployment.run("job", "deliver", "check").code() == 0);
            SluiceProcess.Result stopped = job.terminate(Duration.ofMinutes(1));
            assertThat(stopped.exitCode()).as(stopped.err()).isZero();

            Map<String, Integer> delivered = new TreeMap<>();
            for (JsonNode partition : JSON.readTree(deployment
                            .succeed("job", "deliver", "check", "-o", "json")
                            .out())
                    .path("partitions")) {
                delivered.merge(
                        partition.path("recipient").asText(),
                        partition.path("delivered").asInt(),
                        Integer::sum);
            }
            assertThat(delivered).isEqualTo(new TreeMap<>(RELEASED));
            noIdentifierStandsInATableThatItWasNotReleasedTo(postgres);
            statement(postgres, "DELETE FROM sluice.billing WHERE id = (SELECT min(id) FROM sluice.billing)");
            Deployment.Run differing = deployment.run("job", "deliver", "check");
            assertThat(differing.code()).as(differing.all()).isEqualTo(1);
            assertThat(differing.out()).contains("differ from what was released");
        }
    }

    private static Deployment toPostgresql(PkiFiles pki, DevBroker broker, DevPostgres postgres) throws Exception {
        statement(postgres, "CREATE SCHEMA sluice");
        Path folder = Files.createDirectories(scratch.resolve("postgresql"));
        Files.writeString(folder.resolve("password"), postgres.password());
        Files.writeString(folder.resolve("sluice.yaml"), """
                kafka: {bootstrap: "%s", trust: %s}
                deliver:
                  keystore: %s
                  to: postgresql
                  checkpointInterval: 500ms
                  postgresql: {servers: "%s", database: postgres, user: %s, passwordFile: password, trust: %s}
                """.formatted(
                        broker.bootstrapServers(),
                        pki.trust(),
                        pki.identity(DevIdentity.DELIVER).keystore(),
                        postgres.address(),
                        DevPostgres.ADMIN,
                        pki.trust()));
        return new Deployment(folder, pki);
    }

    private static void noIdentifierStandsInATableThatItWasNotReleasedTo(DevPostgres postgres) throws Exception {
        LeakScan everybody = identity().scan();
        LeakScan payment = notForPayment().scan();
        Map<String, Path> tables = dump(postgres);
        assertThat(tables.keySet())
                .containsExactlyInAnyOrder("billing", "care", "marketing", "research", "sluice_delivery");
        for (Map.Entry<String, Path> table : tables.entrySet()) {
            if (!table.getKey().equals("care")) {
                LeakScan scan = table.getKey().equals("billing") ? payment : everybody;
                assertThat(scan.findIn(table.getValue())).as(table.getKey()).isEmpty();
            }
        }
        for (Path said : files(scratch.resolve("postgresql/output"))) {
            assertThat(everybody.findIn(said)).as("what the job said").isEmpty();
        }
        Path care = tables.getOrDefault("care", scratch);
        assertThat(everybody.findIn(care)).as("the scanner can fail").anyMatch(name -> name.startsWith("family name"));
        assertThat(Files.readString(tables.getOrDefault("research", scratch)))
                .doesNotContain("s1_")
                .contains("\"resourceType\"");
    }

    /** Every value of every table of the database, a line each. */
    private static Map<String, Path> dump(DevPostgres postgres) throws Exception {
        Map<String, Path> tables = new TreeMap<>();
        try (Connection connection = connect(postgres);
                Statement statement = connection.createStatement()) {
            List<String> names = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(
                    "SELECT table_schema || '\".\"' || table_name"
                            + " FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')")) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
            for (String name : names) {
                StringBuilder values = new StringBuilder();
                try (ResultSet rows = statement.executeQuery("SELECT * FROM \"" + name + "\"")) {
                    while (rows.next()) {
                        for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                            values.append(rows.getString(column)).append('\n');
                        }
                    }
                }
                String table = name.substring(name.lastIndexOf('"') + 1);
                tables.put(table, Files.writeString(scratch.resolve(table + ".dump"), values));
            }
        }
        return tables;
    }

    private static long rows(DevPostgres postgres, String table) throws Exception {
        try (Connection connection = connect(postgres);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT to_regclass('sluice." + table + "')")) {
            row.next();
            if (row.getString(1) == null) {
                return 0; // not made yet
            }
            try (ResultSet count = statement.executeQuery("SELECT count(*) FROM sluice." + table)) {
                count.next();
                return count.getLong(1);
            }
        }
    }

    private static void statement(DevPostgres postgres, String sql) throws Exception {
        try (Connection connection = connect(postgres);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection connect(DevPostgres postgres) throws Exception {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + postgres.address() + "/postgres", DevPostgres.ADMIN, postgres.password());
    }

    @Test
    void theLogVerifiesAndNamesTheFileOfAnyChange() throws Exception {
        Path copy = copy(kept.resolve("audit"), scratch.resolve("audit-copy"));
        assertThat(verify(copy, new StringBuilder())).isZero();

        Set<String> kinds = new HashSet<>();
        for (Path file : files(copy)) { // one of each kind; all files of a small log has LogVerifierTest
            String relative = copy.relativize(file).toString();
            boolean served =
                    relative.startsWith("tile/") || relative.equals("checkpoint") || relative.equals("log.vkey");
            if (served && kinds.add(relative.replaceAll("[0-9]+", "n"))) {
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
        assertThat(kinds).contains("checkpoint", "log.vkey", "tile/n/n", "tile/entries/n");
    }

    /** What an answer to a question has to say, where the log was made to hold it. */
    private static final Map<Integer, String> SAYS = Map.ofEntries(
            Map.entry(1, "research-fhir"),
            Map.entry(2, "45 CFR 164.528(a)(1)(i)"),
            Map.entry(3, "complete"),
            Map.entry(6, "no-protection"),
            Map.entry(8, "Charles River Claims LLC"),
            Map.entry(9, "identifier.name"),
            Map.entry(10, "nurse-app"),
            Map.entry(12, "webshop"),
            Map.entry(13, "review"),
            Map.entry(15, "claim 7"),
            Map.entry(16, "1,042"),
            Map.entry(17, "builder-started"),
            Map.entry(20, "alan"),
            Map.entry(23, "164.408"),
            Map.entry(24, "observed"),
            Map.entry(25, "45 CFR 164.312(b)"));

    /** docs/auditors.md: each command that needs the log alone, each call of the API, each page of the console. */
    @Test
    void everyQuestionOfTheAuditorsHasItsAnswers() throws Exception {
        Pattern code = AuditorsTable.CODE;
        Map<String, String> answers = new HashMap<>(); // several questions ask the same
        int questions = 0;
        try (AuditorsLog log = new AuditorsLog(kept, scratch.resolve("auditors"))) {
            for (Matcher cells : AuditorsTable.rows()) {
                String line = cells.group();
                questions++;
                StringBuilder said = new StringBuilder();
                for (MatchResult command :
                        code.matcher(cells.group(2)).results().toList()) {
                    said.append(answers.computeIfAbsent(command.group(1), asked -> answered(log, asked)));
                }
                for (MatchResult call : code.matcher(cells.group(3)).results().toList()) {
                    said.append(answers.computeIfAbsent(log.fill(call.group(1).replace("…", "/api/v1")), log::get));
                }
                for (String page : cells.group(4).strip().split(", ")) {
                    if (!page.equals("-")) {
                        assertThat(answers.computeIfAbsent(log.page(page), log::get))
                                .as(page)
                                .contains("<h1>");
                    }
                }
                assertThat(said).as(line).contains(SAYS.getOrDefault(Integer.parseInt(cells.group(1)), ""));
            }
            assertThat(log.get(log.page("Record") + "?again=yes")).contains("the same answer");
            Path review = scratch.resolve("review.json");
            Path reviewer = scratch.resolve("alan");
            assertThat(SluiceProcess.here("policy", "keygen", "officer", "--out", reviewer.toString())
                            .exitCode())
                    .isZero();
            for (List<String> verb : List.of(
                    List.of("--sign", reviewer + ".key.pem", "--offline", "--out", review.toString()),
                    List.of("--verify", review.toString(), "--key", reviewer + ".pub.pem"))) {
                List<String> all = new ArrayList<>(
                        List.of("audit", "review", "--log", log.log().toString()));
                all.addAll(verb);
                SluiceProcess.Result result = SluiceProcess.here(all.toArray(String[]::new));
                assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
            }
        }
        assertThat(questions).isEqualTo(25);
        assertThat(answers).as("commands, calls and pages").hasSizeGreaterThan(50);
    }

    /** What a command of the table says of the log; one that needs a deployment is parsed: RunningDemoIT runs it. */
    private static String answered(AuditorsLog log, String line) {
        List<String> words = new ArrayList<>(List.of(log.fill(line).split(" ")));
        String verb = words.get(0) + " " + words.get(1);
        switch (verb) {
            case "audit query", "audit verify" -> words.add(2, log.log().toString());
            case "audit report" -> words.addAll(List.of("--log", log.log().toString()));
            case "policy explain" ->
                words.addAll(List.of(
                        "--log",
                        log.log().toString(),
                        "--config",
                        kept.resolve("sluice.yaml").toString()));
            case "policy check", "policy matrix" ->
                words.addAll(List.of(
                        "--rulebook",
                        Path.of(System.getProperty("sluice.home"), "policies", "rulebook")
                                .toString()));
            default -> {}
        }
        boolean alone = !AuditorsTable.needsADeployment(line)
                && !words.contains("--witness")
                && (!verb.startsWith("policy ") || verb.equals("policy explain"));
        if (!alone) {
            SluiceCommand.commandLine(Terminal.detect()).parseArgs(words.toArray(String[]::new));
            return "";
        }
        SluiceProcess.Result result = SluiceProcess.here(words.toArray(String[]::new));
        assertThat(result.exitCode())
                .as(line + "\n" + result.out() + result.err())
                .isZero();
        assertThat(result.out()).as(line).isNotBlank();
        return result.out();
    }

    /** The command in this process: a JVM for each changed file would take minutes. */
    private static int verify(Path log, StringBuilder said) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        int exitCode = SluiceMain.run(new String[] {"audit", "verify", log.toString()}, stream, stream);
        said.append(bytes.toString(StandardCharsets.UTF_8));
        return exitCode;
    }

    /**
     * Some of the files posted again: by another JVM on a fresh folder they are decided alike (dispositions, rules and
     * clauses, plans and what was done to each field, of every resource), and on the same folder nothing is released again.
     */
    @Test
    void theSameInputIsDecidedAlikeElsewhereAndReleasedOnceOnItsFolder() throws Exception {
        Path some = Files.createDirectory(scratch.resolve("some"));
        for (Path bundle : files(INPUT).stream()
                .filter(file -> file.toString().endsWith(".json"))
                .sorted()
                .limit(3)
                .toList()) {
            Files.copy(bundle, some.resolve(bundle.getFileName()));
        }
        Path folder = scratch.resolve("again");

        JsonNode first = posted(some, folder);
        Map<String, Set<JsonNode>> decisions = decisions(folder);

        assertThat(decisions).hasSize(first.path("accepted").asInt()).hasSizeGreaterThan(50);
        Map<String, Set<JsonNode>> elsewhere = decisions(kept);
        decisions.forEach((resource, decided) -> assertThat(elsewhere.getOrDefault(resource, Set.of()))
                .as(resource)
                .containsAll(decided));

        byte[] care = Files.readAllBytes(folder.resolve("care.ndjson"));
        byte[] research = Files.readAllBytes(folder.resolve("research.ndjson"));

        JsonNode second = posted(some, folder);

        assertThat(second.path("accepted"))
                .as("a repeat is answered as the first was")
                .isEqualTo(first.path("accepted"));
        assertThat(second.path("recipients")).isEqualTo(first.path("recipients"));
        assertThat(second.path("auditEntries").asInt())
                .as("each position has its entry")
                .isGreaterThan(first.path("auditEntries").asInt());
        assertThat(Files.readAllBytes(folder.resolve("care.ndjson"))).isEqualTo(care);
        assertThat(Files.readAllBytes(folder.resolve("research.ndjson"))).isEqualTo(research);
    }

    private static JsonNode posted(Path input, Path folder) throws IOException {
        SluiceProcess.Result run = SluiceProcess.here(
                "demo", "--once", "--input", input.toString(), "--keep", folder.toString(), "-o", "json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        return JSON.readTree(run.out());
    }

    /**
     * By resource id, which care's view holds: what each recipient's part of the entry says, but for ids and keys. Bundles of
     * different patients state some organizations differently.
     */
    private static Map<String, Set<JsonNode>> decisions(Path folder) throws IOException {
        Map<String, String> resources = new HashMap<>();
        for (String line : Files.readAllLines(folder.resolve("care.ndjson"))) {
            JsonNode view = JSON.readTree(line);
            resources.put(
                    view.path("id").asText(),
                    view.at("/data/resourceType").asText() + "/"
                            + view.at("/data/id").asText());
        }
        Map<String, Set<JsonNode>> decisions = new TreeMap<>();
        for (JsonNode entry : LogEntries.read(folder.resolve("audit"))) {
            if (!entry.path("outcome").path("code").asText().equals("decided")) {
                continue;
            }
            var decision = JSON.createObjectNode();
            String resource = "";
            for (JsonNode recipient : entry.path("recipients")) {
                var said = decision.putObject(recipient.path("id").asText());
                for (String member : List.of("disposition", "reasons", "plan", "patterns", "undeclared", "legal")) {
                    said.set(member, recipient.path(member).deepCopy());
                }
                resource = resources.getOrDefault(recipient.path("releasedId").asText(), resource);
            }
            assertThat(resource).as("its resource is known").isNotEmpty();
            decisions.computeIfAbsent(resource, any -> new HashSet<>()).add(decision);
        }
        return decisions;
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
