package io.sluice.cli.e2e;

import static io.sluice.cli.e2e.Producers.accepted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.certs.DevIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.cli.SluiceMain;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.room.CustodianRoom;
import io.sluice.cli.room.JobRoom;
import io.sluice.cli.room.RevealRoom;
import io.sluice.cli.room.RunningRoom;
import io.sluice.core.event.SubjectRef;
import io.sluice.core.event.Topics;
import io.sluice.kafkadev.DevBroker;
import io.sluice.kafkadev.DevBrokerConfig;
import io.sluice.protection.keytree.SubjectKeys;
import io.sluice.protection.seal.Opened;
import io.sluice.protection.seal.SealKeys;
import io.sluice.protection.transform.Sf1Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A demo that stays up: officers edit the rulebook, producers post, customers choose, and nothing is restarted for it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RunningDemoIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern GATEWAY = Pattern.compile("(https://localhost:[0-9]+)/v1/datasets/");
    private static final Pattern IN_FORCE = Pattern.compile("rulebook: revision ([0-9]+) is in force");

    /** What is said, and put right, where the broker of a busy machine answers late. */
    private static final String LATE_BROKER = "WARN +PolicyReader policy\\.bundles cannot be read; trying again";

    @TempDir
    static Path scratch;

    private static Path kept = Path.of("unset");
    private static Path rulebook = Path.of("unset");
    private static Path research = Path.of("unset");
    private static SluiceProcess demo;
    private static ResidentSluice launcher;
    private static Producers producers;

    @SuppressWarnings("NullAway.Init")
    private static SubjectRef erased;

    /** The position of that subject's erasure. */
    private static String certified = "";

    @SuppressWarnings("NullAway.Init")
    private static JsonNode value;

    @SuppressWarnings("NullAway.Init")
    private static ErasureDrill.Backup yesterday;

    /** Starts a demo, and edits its rulebook after it was read and before the demo is up. */
    @BeforeAll
    static void upAndEditedMeanwhile() throws Exception {
        kept = scratch.resolve("tour/demo"); // where the tours have them
        rulebook = Rulebooks.copy(scratch.resolve("tour/rulebook"));
        research = rulebook.resolve("protections/research-fhir.yaml");
        Path config = Files.writeString(scratch.resolve("sluice.yaml"), """
            gateway: {maxBody: 64KiB, publishTimeout: 4s}
            protect: {parallelism: 1, checkpointInterval: 500ms}
            deliver: {checkpointInterval: 500ms}
            """);
        demo = SluiceProcess.start(
                scratch,
                "demo",
                "--config",
                config.toString(),
                "--keep",
                kept.toString(),
                "--rulebook",
                rulebook.toString());
        eventually(() -> demo.errors().contains("starting: gateway")); // the rulebook has been read by then
        Rulebooks.edit(research, "demographic.marital-status: keep", "demographic.marital-status: drop");
        eventually(() -> demo.errors().contains("Up until Ctrl-C"));
        launcher = Tour.prepare(scratch);
        producers = new Producers(kept, gateway(demo.output()), Duration.ofSeconds(20));
    }

    /** The address that a demo shows to its user. */
    static URI gateway(String output) {
        Matcher address = GATEWAY.matcher(output);
        assertThat(address.find()).as(output).isTrue();
        return URI.create(address.group(1));
    }

    @AfterAll
    static void down() throws Exception {
        launcher.close();
        demo.kill();
        Tour.cleanUp(scratch);
    }

    /** The watch begins before the gateway opens: an edit made while the demo starts needs no other to be noticed. */
    @Test
    @Order(1)
    void anEditMadeWhileItStartsTakesEffect() throws Exception {
        awaitRevision(2);
        accepted(producers.patient("early", "female"));
        eventually(() -> !careViewsOf("early").isEmpty());
        String careId = careViewsOf("early").get(0).path("id").asText();
        eventually(() -> entryOf(careId).isPresent());
        assertThat(entryOf(careId)
                        .orElseThrow()
                        .path("policy")
                        .path("activation")
                        .asInt())
                .isEqualTo(2);
    }

    /** The rulebook while it runs: an edit, a broken edit, its repair. */
    @Test
    @Order(2)
    void anEditTakesEffectABrokenOneDoesNotAndItsRepairDoes() throws Exception {
        assertThat(researchViewOf("before").path("gender").asText()).isEqualTo("female");

        Rulebooks.edit(research, "demographic.gender: keep", "demographic.gender: drop");
        awaitRevision(3);
        assertThat(researchViewOf("after").has("gender")).isFalse();

        Rulebooks.edit(research, "demographic.gender: drop", "demographic.gender: vanish");
        eventually(() -> demo.errors().contains("the change is refused, revision 3 stays in force"));
        assertThat(demo.errors()).containsPattern("protections/research-fhir\\.yaml:[0-9]+.*vanish");
        assertThat(researchViewOf("broken").has("gender")).isFalse();

        Rulebooks.edit(research, "demographic.gender: vanish", "demographic.gender: keep");
        awaitRevision(4);
        assertThat(researchViewOf("repaired").path("gender").asText()).isEqualTo("female");
    }

    @Test
    @Order(3)
    void aRecipientThatIsAddedGetsItsTopicItsViewsAndTheirDelivery() throws Exception {
        accepted(producers.patient("too-early", "male"));
        writeRegistry();
        awaitRevision(5);
        for (int i = 0; i < 20; i++) {
            accepted(producers.patient("registry-" + i, "male"));
        }

        eventually(() -> lines("registry").size() >= 20);
        assertThat(lines("registry"))
                .hasSize(20)
                .doesNotHaveDuplicates()
                .allSatisfy(line -> assertThat(line).doesNotContain("Brannigan").contains("\"gender\":\"male\""));
    }

    /** Consent and withdrawal between two orders of a customer: exactly the orders in between. */
    @Test
    @Order(4)
    void marketingGetsTheOrdersBetweenConsentAndWithdrawal() throws Exception {
        accepted(producers.order("o-1", "C-7001", "before consent"));
        accepted(producers.choice("C-7001", "consent"));
        accepted(producers.order("o-2", "C-7001", "first in between"));
        accepted(producers.order("o-3", "C-7001", "second in between"));
        accepted(producers.order("o-4", "C-7002", "somebody else's"));
        accepted(producers.choice("C-7001", "withdrawal"));
        accepted(producers.order("o-5", "C-7001", "after withdrawal"));
        accepted(producers.choice("C-7001", "consent"));
        accepted(producers.order("o-6", "C-7001", "consented again"));

        eventually(() -> !ofCustomer("c-7001", "consented again").isEmpty());
        assertThat(ofCustomer("c-7001", ""))
                .containsExactlyInAnyOrder("first in between", "second in between", "consented again");
        assertThat(ofCustomer("c-7002", "")).isEmpty();
    }

    @Test
    @Order(5)
    void theSameEventTwiceIsReleasedOnce() throws Exception {
        accepted(producers.patient("twice", "male"));
        assertThat(producers.patient("twice", "male").status()).isEqualTo(202);
        accepted(producers.patient("behind-it", "male"));

        eventually(() -> !careViewsOf("behind-it").isEmpty());
        assertThat(careViewsOf("twice")).hasSize(1);
    }

    /** The rooms' sections of {@code sluice.yaml} hold in the demo too. */
    @Test
    @Order(6)
    void theConfiguredLimitsHold() throws Exception {
        assertThat(producers.patient("large", "x".repeat(60_000)).status()).isEqualTo(202);
        eventually(() -> lines("registry").stream().anyMatch(line -> line.contains("xxxx")));
        assertThat(producers.patient("too-large", "x".repeat(66_000)).status()).isEqualTo(413);
        assertThat(Files.readString(kept.resolve("logs/flink.log"))).contains("Source: ingress (1/1)");
    }

    /** The demo's own {@code sluice.yaml} describes it: the plan that it makes holds on the demo's broker. */
    @Test
    @Order(7)
    void otherVerbsReachItByTheSettingsThatItLeaves() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String settings = kept.resolve("sluice.yaml").toString();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);

        int code = SluiceMain.run(new String[] {"cluster", "check", "--config", settings}, stream, stream);

        assertThat(code).as(out.toString(StandardCharsets.UTF_8)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"producer.md", "officer.md", "auditor.md", "reveal.md"})
    @Order(8)
    void theToursHold(String page) throws Exception {
        for (String tool : List.of("bash", "curl", "perl")) {
            assumeFalse(Tour.lacks(tool), "the tours need " + tool);
        }
        new Tour(page, scratch, demo).follow();
    }

    /**
     * P7 with everything running: after the certificate the customer's released value opens nowhere, neither by the keys in
     * force nor by yesterday's files; another customer's still does. That the log still verifies, the next test shows.
     */
    @Test
    @Order(9)
    void p7AnErasedCustomersValuesOpenNowhereAgain() throws Exception {
        ErasureDrill drill = new ErasureDrill(kept, pki(), gateway(demo.output()));
        erased = drill.customer("C-8001");
        SubjectRef other = drill.customer("C-8002");
        int revision = newestRevision();
        Rulebooks.edit( // refused, until the profile allows it
                rulebook.resolve("protections/marketing-orders.yaml"),
                "identifier.email: keep",
                "identifier.email: {transform: encrypt, key: subject}");
        Rulebooks.edit(rulebook.resolve("reveal.yaml"), "\nemergency:\n", """

              newsletter-check:
                clause: "GDPR Art. 15"
                roles: [privacy-officer]
                purposes: [newsletter]
                released-for: [newsletter]
                datasets: [orders]
                classes: [identifier.email]
            emergency:
            """);
        Rulebooks.edit(
                rulebook.resolve("profiles/direct-marketing.yaml"),
                "identifier.email: [keep,",
                "identifier.email: [encrypt, keep,");
        awaitRevision(revision + 1);
        value = sealedFor("C-8001");
        JsonNode others = sealedFor("C-8002");
        SubjectKeys registry = drill.registry(drill.trees());
        assertThat(drill.open(registry, erased, value)).contains("c-8001@mail.example");
        Path view = Files.writeString(scratch.resolve("view.json"), value.toString());
        assertThat(drill.reveal(erased, view)).isEqualTo("c-8001@mail.example");
        yesterday = ErasureDrill.backup(kept, scratch.resolve("yesterday"));

        assertThat(drill.run("hold", "--ref", erased.value(), "--reason", "litigation 7/26")
                        .code())
                .isZero();
        ErasureDrill.Said held = drill.erase("C-8001");
        assertThat(held.code()).as(held.err()).isEqualTo(1);
        assertThat(held.err()).contains("a legal hold stands: litigation 7/26");
        String entry = ErasureDrill.entry(held);
        certified = entry;
        assertThat(drill.run("certificate", entry).err()).contains("There is no certificate of " + entry);
        assertThat(drill.run("release", "--ref", erased.value(), "--why", "case closed")
                        .code())
                .isZero();
        Path certificate = scratch.resolve("certificate.json");
        eventually(() -> {
            ErasureDrill.Said said = drill.run("certificate", entry);
            Files.writeString(certificate, said.out());
            return said.code() == 0;
        });

        String key = drill.custodian().toString();
        assertThat(drill.run("verify", certificate.toString(), "--key", key).out())
                .contains("genuine", erased.value());
        JsonNode proof = JSON.readTree(certificate.toFile()).path("certificate");
        assertThat(proof.at("/trees/0/receipts")).isNotEmpty();
        assertThat(proof.path("periods")).isNotEmpty();
        assertThat(proof.at("/recipients/0/id").asText()).isEqualTo("marketing");
        assertThat(drill.run("status", "--ref", erased.value()).out()).contains(entry, "erased since");

        drill.hear(registry);
        assertThat(drill.answer(registry, erased, value)).isEqualTo(Sf1Answer.Refused.KEY_SHREDDED);
        assertThat(drill.open(registry, other, others)).contains("c-8002@mail.example");
        eventually(() -> drill.reveal(erased, view).equals("KEY_SHREDDED"));
        SubjectKeys restored = drill.registry(yesterday.folder().resolve("keys/tree"));
        assertThat(drill.answer(restored, erased, value))
                .as("yesterday's files")
                .isInstanceOf(Sf1Answer.Refused.class);

        accepted(producers.order("after", "C-8001", "after the erasure"));
        eventually(() -> LogEntries.read(kept.resolve("audit")).stream()
                .anyMatch(record -> record.at("/subject/ref").asText().equals(erased.value())
                        && record.at("/input/subject/restrictions/0").asText().equals("*")));
    }

    /** Marketing's view of an order of a customer who consents, encrypted under the customer's own key. */
    private static JsonNode sealedFor(String customer) throws Exception {
        accepted(producers.choice(customer, "consent"));
        accepted(producers.order("sealed-" + customer, customer, "sealed for " + customer));
        eventually(() -> lines("marketing").stream().anyMatch(line -> line.contains("sealed for " + customer)));
        JsonNode view = JSON.readTree(lines("marketing").stream()
                .filter(line -> line.contains("sealed for " + customer))
                .findFirst()
                .orElseThrow());
        assertThat(view.at("/data/customer/email").asText()).startsWith("sf1.");
        return view;
    }

    /** docs/auditors.md: the commands that ask a deployment. Those that ask the log alone are run on a log of their own. */
    @Test
    @Order(10)
    void whatAuditorsAskOfADeploymentIsAnswered() throws Exception {
        Set<String> asked = new TreeSet<>();
        for (String line : AuditorsTable.commands()) {
            if (!AuditorsTable.needsADeployment(line)) {
                continue;
            }
            List<String> words = new ArrayList<>(List.of(line.replace("REF", erased.value())
                    .replace("events.ingress/G/P/O", certified)
                    .replace("DRAFT", rulebook.toString())
                    .replace("V W", "1 2")
                    .split(" ")));
            words.addAll(List.of("--config", kept.resolve("sluice.yaml").toString()));
            SluiceProcess.Result said = SluiceProcess.here(words.toArray(String[]::new));
            assertThat(said.exitCode())
                    .as(line + "\n" + said.out() + said.err())
                    .isZero();
            assertThat(said.out()).as(line).isNotBlank();
            asked.add(words.get(0) + " " + words.get(1));
        }
        assertThat(asked).isEqualTo(new TreeSet<>(AuditorsTable.OF_A_DEPLOYMENT));
    }

    /** Ctrl-C ends it in order; a recipient that is gone at the next start keeps what it got, and the others go on. */
    @Test
    @Order(11)
    void stopsInOrderAndGoesOnWithoutARecipient() throws Exception {
        int revision = newestRevision();
        SluiceProcess.Result stopped = demo.terminate(Duration.ofSeconds(90));
        assertThat(stopped.exitCode()).as(stopped.err()).isEqualTo(128 + 15);
        assertThat(stopped.err().replaceAll(LATE_BROKER, ""))
                .doesNotContain("WARN")
                .doesNotContain("ERROR")
                .doesNotContain("not stopped cleanly")
                .doesNotContain("Exception");
        assertThat(Files.readString(kept.resolve("logs/sluice.log")))
                .contains("The gateway is closed")
                .doesNotContain("policy topic cannot be read");

        List<String> registry = lines("registry");
        int care = lines("care").size();
        Files.delete(rulebook.resolve("recipients/registry.yaml"));
        Files.delete(rulebook.resolve("protections/registry-fhir.yaml"));
        SluiceProcess.Result again = SluiceProcess.here(
                "demo",
                "--once",
                "--keep",
                kept.toString(),
                "--rulebook",
                rulebook.toString(),
                "--events",
                "60",
                "--seed",
                "9",
                "-o",
                "json");

        assertThat(again.exitCode()).as(again.err()).isZero();
        JsonNode summary = JSON.readTree(again.out());
        assertThat(summary.path("policyRevision").asInt()).isEqualTo(revision + 1);
        assertThat(summary.path("logVerified").asBoolean()).isTrue();
        assertThat(lines("registry").equals(registry)).isTrue();
        assertThat(lines("care")).hasSizeGreaterThan(care).doesNotHaveDuplicates();
    }

    /**
     * P7 for somebody with a backup of everything, taken before the erasure, who restores it and sets the clocks back. Only the
     * KMS is as it is today. That of then shows that it is what the value hangs on.
     */
    @Test
    @Order(12)
    void p7ABackupOfEverythingButTheKmsGivesNothing() throws Exception {
        try (DevBroker broker =
                DevBroker.start(DevBrokerConfig.of(yesterday.folder().resolve("kafka"), pki()))) {
            ErasureDrill then = yesterday.drill(pki(), URI.create("https://localhost:1"));
            assertThat(then.open(then.registry(then.trees()), erased, value)).contains("c-8001@mail.example");

            yesterday.takeTodaysKms();

            assertThat(then.answer(then.registry(then.trees()), erased, value))
                    .isEqualTo(Sf1Answer.Refused.KEY_UNAVAILABLE);
            Map<String, Object> reader = broker.clientSettings(DevIdentity.ADMIN);
            assertThat(then.ingress(erased, reader))
                    .as("until the days whose keys the certificate names")
                    .isNotEmpty()
                    .allSatisfy(opened -> assertThat(opened).isInstanceOf(Opened.Open.class));
            roomsOfTheBackupGiveNothing(reader);
            SealKeys seal = then.sealKeys();
            seal.destroyPeriodsBefore(seal.periods().last().plusDays(1));
            assertThat(then.ingress(erased, reader))
                    .isNotEmpty()
                    .allSatisfy(opened -> assertThat(opened).isInstanceOf(Opened.Refused.class));
        }
    }

    /**
     * Who starts them on it, while the sealing keys of its days still stand, gets no value revealed: the custodian announces no
     * tree of then, so no room has a lease. To the protect job each record opens, and what needs no subject's key is released;
     * a view that needs one goes to quarantine for that, and nothing else.
     */
    private static void roomsOfTheBackupGiveNothing(Map<String, Object> reader) throws Exception {
        yesterday.settle();
        SluiceConfig then =
                yesterday.drill(pki(), URI.create("https://localhost:1")).config();
        try (RunningRoom custodian = CustodianRoom.start(then)) {
            await("nothing is announced anew, with a lease of now")
                    .atMost(PATIENCE)
                    .until(() -> custodian.state().contains("was destroyed because a newer revision of dev/1 exists"));
        }
        try (RunningRoom door = RevealRoom.start(then)) {
            await("it reads the policy")
                    .atMost(PATIENCE)
                    .until(() -> door.state().equals(RunningRoom.READY));
            yesterday.settle(
                    URI.create(door.addresses().get(0).replaceFirst("values +https://[^:]+", "https://localhost")));
            ErasureDrill asks = yesterday.drill(pki(), URI.create("https://localhost:1"));
            assertThat(asks.reveal(erased, scratch.resolve("view.json"))).isEqualTo("KEY_UNAVAILABLE");
        }
        Path checkpoints = then.protect().checkpoints();
        Files.move(checkpoints, checkpoints.resolveSibling("set-aside")); // so that it reads every record again
        Topics topics = then.layout().topics();
        try (TopicBook<String> trail = new TopicBook<>(
                        reader, topics.audit(), record -> new String(record.value(), StandardCharsets.UTF_8));
                TopicBook<String> marketing = views(reader, topics.released("marketing"));
                TopicBook<String> care = views(reader, topics.released("care"));
                TopicBook<String> ingress = new TopicBook<>(reader, topics.ingress(), record -> "")) {
            long records = ingress.end();
            try (RunningRoom job = JobRoom.protect(then, true)) {
                await("it has tried every record").atMost(PATIENCE).until(() -> {
                    assertThat(job.state()).isEqualTo(RunningRoom.READY);
                    return tried(trail).size() >= records;
                });
            }
            assertThat(tried(trail)).noneMatch(entry -> entry.contains("\"reason\":\"key-unavailable\""));
            assertThat(tried(trail))
                    .filteredOn(entry -> entry.contains("subject-key-unavailable"))
                    .anyMatch(entry -> entry.contains(erased.value()));
            assertThat(care.read()).isNotEmpty();
            assertThat(marketing.read()).noneMatch(view -> view.contains("sealed for"));
        }
    }

    private static TopicBook<String> views(Map<String, Object> reader, String topic) {
        return new TopicBook<>(reader, topic, record -> new String(record.value(), StandardCharsets.UTF_8));
    }

    /** The entries of records and choices of ingress; those that the tours requeued are attempted again besides. */
    private static List<String> tried(TopicBook<String> trail) {
        return trail.read().stream()
                .filter(entry -> entry.matches(".*\"id\":\"events[.]ingress/[0-9/]+\".*"))
                .toList();
    }

    private static PkiFiles pki() {
        return new PkiFiles(kept.resolve("certs"));
    }

    private static void writeRegistry() throws IOException {
        Path recipient = rulebook.resolve("recipients/research.yaml");
        Files.writeString(
                rulebook.resolve("recipients/registry.yaml"),
                Files.readString(recipient).replace("recipient: research", "recipient: registry"));
        Files.writeString(
                rulebook.resolve("protections/registry-fhir.yaml"),
                Files.readString(research)
                        .replace("protection: research-fhir", "protection: registry-fhir")
                        .replace("recipient: research", "recipient: registry")
                        .replace("domain: research", "domain: registry"));
    }

    private static void awaitRevision(int revision) {
        eventually(() -> newestRevision() == revision);
    }

    private static int newestRevision() throws IOException {
        Matcher told = IN_FORCE.matcher(demo.errors());
        int newest = 0;
        while (told.find()) {
            newest = Integer.parseInt(told.group(1));
        }
        return newest;
    }

    /** Posts a patient and returns research's view of it, found through the entry of care's view. */
    private static JsonNode researchViewOf(String id) throws Exception {
        accepted(producers.patient(id, "female"));
        eventually(() -> !careViewsOf(id).isEmpty());
        String careId = careViewsOf(id).get(0).path("id").asText();
        eventually(() -> entryOf(careId).isPresent());
        JsonNode entry = entryOf(careId).orElseThrow();
        String researchId = "";
        for (JsonNode recipient : entry.path("recipients")) {
            if (recipient.path("id").asText().equals("research")) {
                researchId = recipient.path("releasedId").asText();
            }
        }
        String wanted = "\"" + researchId + "\"";
        eventually(() -> lines("research").stream().anyMatch(line -> line.contains(wanted)));
        return JSON.readTree(lines("research").stream()
                        .filter(line -> line.contains(wanted))
                        .findFirst()
                        .orElseThrow())
                .path("data");
    }

    private static Optional<JsonNode> entryOf(String releasedId) throws IOException {
        return LogEntries.read(kept.resolve("audit")).stream()
                .filter(entry -> entry.path("recipients").toString().contains("\"" + releasedId + "\""))
                .findFirst();
    }

    private static List<JsonNode> careViewsOf(String id) throws IOException {
        List<JsonNode> views = new ArrayList<>();
        for (String line : lines("care")) {
            JsonNode view = JSON.readTree(line);
            if (view.path("data").path("id").asText().equals(id)) {
                views.add(view);
            }
        }
        return views;
    }

    private static List<String> ofCustomer(String customer, String title) throws IOException {
        List<String> titles = new ArrayList<>();
        for (String line : lines("marketing")) {
            if (line.contains("\"" + customer + "@mail.example\"") && line.contains(title)) {
                titles.add(JSON.readTree(line).at("/data/lines/0/title").asText());
            }
        }
        return titles;
    }

    private static List<String> lines(String recipient) throws IOException {
        Path file = kept.resolve(recipient + ".ndjson");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private interface Check {
        boolean holds() throws Exception;
    }

    /** Looks three times a second: a look reads whole files. */
    private static void eventually(Check check) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(300)).until(() -> {
            assertThat(demo.isAlive()).as(demo.errors()).isTrue();
            return check.holds();
        });
    }
}
