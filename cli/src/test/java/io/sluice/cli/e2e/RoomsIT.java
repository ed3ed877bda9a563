package io.sluice.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.PkiFiles;
import io.sluice.certs.PolicySigner;
import io.sluice.cli.client.Answer;
import io.sluice.cli.client.ClientIdentity;
import io.sluice.cli.client.IngestClient;
import io.sluice.cli.config.ConfigReader;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.room.AuditRoom;
import io.sluice.cli.room.CustodianRoom;
import io.sluice.cli.room.GatewayRoom;
import io.sluice.cli.room.JobRoom;
import io.sluice.cli.room.RunningRoom;
import io.sluice.core.audit.ActEntry;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.encoding.Sha256;
import io.sluice.core.event.SubjectRef;
import io.sluice.jobs.deliver.FinishedParts;
import io.sluice.kafkadev.DevBroker;
import io.sluice.kafkadev.DevBrokerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From nothing to running rooms by the command line alone, each room a process; and what operators read when it is wrong. */
class RoomsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Path PATIENT =
            Path.of(System.getProperty("sluice.home"), "docs", "tours", "producer", "patient.json");

    @TempDir
    static Path scratch;

    @SuppressWarnings("NullAway.Init")
    private static PkiFiles pki;

    @SuppressWarnings("NullAway.Init")
    private static DevBroker broker;

    @BeforeAll
    static void startBroker() {
        pki = DevPki.openOrCreate(scratch.resolve("pki"), Clock.systemUTC());
        broker = DevBroker.start(DevBrokerConfig.of(scratch.resolve("kafka"), pki));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void everyRoomRunsAsAProcessStopsCleanlyAndResumes() throws Exception {
        Deployment acme = deployment(
                "acme",
                broker.bootstrapServers(),
                // Patient, so that of a busy machine nobody is turned away.
                Deployment.gateway(pki, "port: 0, publishTimeout: 1m")
                        + Deployment.audit(pki, "port: 0, console: {enabled: true, port: 0}")
                        + Deployment.reveal(pki));
        prepare(acme);

        Rooms first = Rooms.start(acme);
        post(first.events(), "obs-1");
        post(first.events(), "fhir-patient", Files.readAllBytes(PATIENT));
        await().atMost(PATIENCE).until(() -> first.healthy() && views(acme).size() == 2);
        await().atMost(PATIENCE).until(() -> positions(acme) == 2);
        everyGatewayAndTaskTellsWhatItHas(acme);
        StoppedReveal reveal = StoppedReveal.start(acme);
        verifiesInTheFolderAndOverHttps(acme, first);
        showsTheLogToWhoMayReadIt(first);
        keysAreRotatedWhileRoomsRun(acme);
        ErasureDrill drill = new ErasureDrill(acme.folder(), pki, first.gatewayAddress());
        SubjectRef patient = drill.subject("st-elsewhere", "patient", "ana-ruiz");
        reveal.revealAndStop(viewOf(acme, "Patient"), drill.registry(drill.trees()), patient);
        ErasureDrill.Said erasure =
                drill.erase("st-elsewhere", "patient", "ana-ruiz", DevIdentity.ST_ELSEWHERE, "--no-wait");
        assertThat(erasure.code()).as(erasure.err()).isZero();
        first.stop();

        try (Resumed second = Resumed.start(acme)) {
            aShadowIsSet(acme);
            post(second.events(), "obs-2");
            await().atMost(PATIENCE).until(() -> second.healthy() && views(acme).size() >= 3);
            await().atMost(PATIENCE).until(() -> positions(acme) == 3);
            theShadowIsCountedAndEnds(acme);
            await("the custodian goes on with it")
                    .atMost(PATIENCE)
                    .until(() -> second.healthy()
                            && drill.run("certificate", ErasureDrill.entry(erasure))
                                            .code()
                                    == 0);
        }
        broker.close();
        reveal.wakesWithoutTheKey(); // and without Kafka: nobody tells it what to forget
        startBroker();
        reveal.hearsThatTheKeyIsGone();

        assertThat(views(acme))
                .as("the views of before are not delivered again")
                .hasSize(3);
        assertThat(acme.succeed("audit", "verify").out()).contains("intact     holds", "complete   holds");
        assertThat(acme.succeed("audit", "query", "--recipient", "care").out()).contains("3 entries match");
        assertThat(acme.succeed("audit", "query", "--code", "audit-read").out())
                .contains("alan began to read the audit log", "alan read the audit log: overview");
        aBundleThatIsCitedAndLostIsNamed(acme);
        aSwitchUnderLoadOutlivesAKilledJob(acme);
    }

    /** P4, P9: kill -9 in the middle of a switch; every record is decided by its stamp, once, and the same when read again. */
    private static void aSwitchUnderLoadOutlivesAKilledJob(Deployment acme) throws Exception {
        Path rulebook = scratch.resolve("rulebook");
        Rulebooks.edit(
                rulebook.resolve("protections/research-fhir.yaml"),
                "demographic.gender: keep",
                "demographic.gender: drop");
        acme.approved(rulebook, 3);
        try (SwitchDrill drill = new SwitchDrill(
                acme,
                new SwitchDrill.Decider(3, 1),
                new SwitchDrill.Decider(4, 3),
                broker.clientSettings(DevIdentity.ADMIN))) {
            drill.switchUnderLoadAndKillTheJobInTheMiddle();
            drill.everyRecordIsDecidedOnceByItsStamp();
            drill.theSameIsDecidedAgainFromAnOlderCheckpoint();
        }
    }

    private static void aBundleThatIsCitedAndLostIsNamed(Deployment acme) throws IOException {
        Path archive = acme.folder().resolve("archive");
        String[] verify = {"audit", "verify", "--archive", archive.toString()};
        assertThat(acme.succeed(verify).out()).contains("kept       holds, 1 policy bundle is cited");
        // The candidate's bundle is kept beside it, and nothing cites that one.
        byte[] active = Files.readAllBytes(acme.bundle(1));
        Path bundle = archive.resolve("bundles").resolve(Sha256.hex(active));
        Files.delete(bundle);

        Deployment.Run lost = acme.run(verify);

        assertThat(lost.code()).isEqualTo(1);
        assertThat(lost.out())
                .contains("kept       fails", "bundle " + bundle.getFileName() + " of revision 1 is not in " + archive)
                .containsPattern("3 entries cite it, first entry [0-9]+, events.ingress/1/[01]/0");
    }

    private static void prepare(Deployment acme) throws Exception {
        assertThat(acme.succeed("cluster", "plan").out()).contains("acme.events.ingress", "User:gateway");
        assertThat(acme.run("cluster", "check").out()).contains("acme.events.ingress: topic missing");
        JsonNode made =
                JSON.readTree(acme.succeed("cluster", "create", "-o", "json").out());
        assertThat(made.path("topicsMade")).hasSize(12);
        assertThat(made.path("findings")).isEmpty();
        JsonNode again =
                JSON.readTree(acme.succeed("cluster", "create", "-o", "json").out());
        assertThat(again.path("topicsMade")).isEmpty();
        assertThat(again.path("grantsMade").asInt()).isZero();

        assertThat(acme.succeed("keys", "init").out()).contains("made").doesNotContain("kept");
        assertThat(acme.succeed("keys", "init").out()).contains("kept").doesNotContain("made");
        acme.trust();
        aTopicThatIsNotAsPlannedIsNamedByTheCheckAndByTheJob(acme);
        Path rulebook = Rulebooks.copy(scratch.resolve("rulebook"));
        Rulebooks.edit(
                rulebook.resolve("protections/care-fhir.yaml"),
                "identifier.ssn: {transform: encrypt, domain: care-identity}",
                "identifier.ssn: {transform: encrypt, key: subject}");
        Rulebooks.edit(
                rulebook.resolve("protections/care-fhir.yaml"),
                "geo: keep",
                "geo: keep\n  geo.zip: {transform: encrypt, domain: care-identity}");
        acme.activate(rulebook);
        assertThat(acme.succeed("cluster", "check").out()).contains("as planned");
    }

    private static void everyGatewayAndTaskTellsWhatItHas(Deployment acme) throws IOException {
        JsonNode status =
                JSON.readTree(acme.succeed("policy", "status", "-o", "json").out());
        assertThat(status.path("lagging")).isEmpty();
        assertThat(status.path("rooms"))
                .extracting(
                        row -> row.path("room").asText() + row.path("task"),
                        row -> row.path("activation").asLong())
                .containsExactly(tuple("gateway", 1L), tuple("protect0", 1L));
    }

    private static void aShadowIsSet(Deployment acme) throws IOException {
        Rulebooks.edit(
                scratch.resolve("rulebook/protections/research-fhir.yaml"), "health.value: keep", "health.value: drop");
        String candidate = acme.folder().resolve("candidate.tar.gz").toString();
        acme.succeed(
                "policy", "build", "--rulebook", scratch.resolve("rulebook").toString(), "--out", candidate);
        assertThat(acme.run("policy", "shadow", "status").code()).isEqualTo(1);
        assertThat(acme.succeed("policy", "shadow", candidate, "--key", ada()).out())
                .contains("Activation 2: revision 1 stays in force, with revision 2 as its shadow.");
        await("the gateway stamps it, and the tasks know it").atMost(PATIENCE).untilAsserted(() -> {
            String told = acme.run("policy", "status").out();
            assertThat(told).containsPattern("gateway/main +2 +1 .* current");
            assertThat(told).containsPattern("protect/main/0 +2 +1 .* current");
        });
    }

    /** Of a job that runs, by the command line alone; what was released under it is research's view of before. */
    private static void theShadowIsCountedAndEnds(Deployment acme) throws IOException {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                acme.run("policy", "shadow", "status").out())
                        .contains(
                                "Revision 2 is the shadow of the revision in force.",
                                "counted by 1 task: 1 would be different under revision 2.")
                        .containsPattern("fhir-observation +research +/valueQuantity/value +keep +closed +1 +100.0%"));
        assertThat(acme.succeed("policy", "shadow", "--end", "--key", ada()).out())
                .contains("Activation 3: revision 1 stays in force, and its shadow has ended.");
        assertThat(acme.succeed("policy", "shadow", "status").out()).contains("No shadow runs.", "Of the last one: 1");
        assertThat(acme.succeed("policy", "history").out()).contains(", shadow 2");
        assertThat(acme.succeed("audit", "query", "--code", "policy-activated", "-o", "json")
                        .out())
                .contains("\"shadow\":{", "\"shadowEnded\":{");
    }

    private static String ada() {
        return pki.signer(PolicySigner.OFFICER_ADA).key().toString();
    }

    private static void keysAreRotatedWhileRoomsRun(Deployment acme) throws IOException {
        for (String store : List.of("ingress", "fields")) {
            assertThat(acme.succeed("keys", "rotate", store, "--wrapping").out())
                    .contains("keyring is destroyed as of");
        }
        assertThat(acme.succeed("keys", "list", "fields").out()).contains("keyring-2", "newest");
        assertThat(acme.run("keys", "rotate", "fields", "encrypt.none").err()).contains("There is no key encrypt.none");
        JsonNode keys =
                JSON.readTree(acme.succeed("keys", "list", "-o", "json").out()).path("keys");
        assertThat(keys.findValuesAsText("key")).contains("subject-reference", "released-id");
    }

    private static void aTopicThatIsNotAsPlannedIsNamedByTheCheckAndByTheJob(Deployment acme) throws Exception {
        cleanupPolicy("acme.events.ingress", "compact");

        Deployment.Run check = acme.run("cluster", "check", "-o", "json");
        Deployment.Run protect = acme.run("job", "protect");

        assertThat(check.code()).isEqualTo(1);
        JsonNode findings = JSON.readTree(check.out()).path("findings");
        assertThat(findings).as(check.out()).hasSize(1);
        assertThat(findings.get(0).path("resource").asText()).isEqualTo("acme.events.ingress");
        assertThat(findings.get(0).path("expected").asText()).isEqualTo("cleanup.policy=delete");
        assertThat(findings.get(0).path("actual").asText()).isEqualTo("compact");
        assertThat(protect.code()).isEqualTo(1);
        assertThat(protect.err()).contains("acme.events.ingress must have cleanup.policy=delete");
        cleanupPolicy("acme.events.ingress", "delete");
    }

    private static void showsTheLogToWhoMayReadIt(Rooms rooms) throws Exception {
        HttpRequest overview = HttpRequest.newBuilder(
                        URI.create(rooms.console()).resolve("/api/v1/overview"))
                .build();
        HttpClient alan = client(DevIdentity.ALAN);
        await().atMost(PATIENCE)
                .until(() -> rooms.healthy()
                        && alan.send(overview, HttpResponse.BodyHandlers.ofString())
                                .body()
                                .contains("\"decided\":2"));
        assertThat(client(DevIdentity.WEBSHOP)
                        .send(overview, HttpResponse.BodyHandlers.ofString())
                        .body())
                .contains("reader-unknown");
        HttpRequest metrics = HttpRequest.newBuilder(
                        URI.create(rooms.auditManagement()).resolve("/metrics"))
                .build();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(HttpClient.newHttpClient()
                                .send(metrics, HttpResponse.BodyHandlers.ofString())
                                .body())
                        .contains("sluice_audit_verdict{verdict=\"intact\"} 1.0\n")
                        .containsPattern("sluice_audit_review_due_timestamp_seconds [0-9]")
                        .containsPattern("sluice_audit_index_lag_entries [0-9]"));
    }

    private static HttpClient client(DevIdentity who) {
        var own = pki.identity(who);
        return HttpClient.newBuilder()
                .sslContext(new ClientIdentity(own.chain(), own.key(), pki.trust()).tls())
                .build();
    }

    private static void verifiesInTheFolderAndOverHttps(Deployment acme, Rooms rooms) throws IOException {
        String log = acme.folder().resolve("audit").toString();
        String pinned = acme.folder().resolve("pinned.vkey").toString();
        Files.copy(acme.folder().resolve("audit/log.vkey"), Path.of(pinned));
        var auditor = pki.identity(DevIdentity.ALAN);
        String[] known = {
            "--cacert",
            pki.trust().toString(),
            "--cert",
            auditor.chain().toString(),
            "--cert-key",
            auditor.key().toString()
        };

        assertThat(acme.succeed("audit", "verify", log, "--key", pinned).out()).contains("intact     holds");
        assertThat(acme.succeed(concat(List.of("audit", "verify", rooms.log(), "--key", pinned), known))
                        .out())
                .contains("intact     holds");
        assertThat(acme.run("audit", "verify", rooms.log()).code())
                .as("nobody reads the log without a certificate")
                .isEqualTo(1);
        var revoked = pki.faulty(io.sluice.certs.FaultyIdentity.REVOKED);
        assertThat(acme.run(
                                "audit",
                                "verify",
                                rooms.log(),
                                "--cert",
                                revoked.chain().toString(),
                                "--cert-key",
                                revoked.key().toString())
                        .code())
                .as("nor with a revoked one")
                .isEqualTo(1);
    }

    /**
     * By the verb, through a broker, beside the room that appends: nothing goes before the log says so. The log is then served
     * with everything configured at once.
     */
    @Test
    void oldEntriesArePrunedUnderAnActOfTheOfficer() throws Exception {
        // Its own: cluster create takes another deployment's grants for what must not be there.
        try (DevBroker own = DevBroker.start(DevBrokerConfig.of(scratch.resolve("old-kafka"), pki))) {
            Deployment old = prunesOldEntries(own);
            if (!ServedLogDrill.isPossible()) {
                assertThat(System.getenv("CI"))
                        .as("PostgreSQL and .sluice/tools/oidc are needed, as .ci/run has them")
                        .isNotEqualTo("true");
                return;
            }
            try (ServedLogDrill drill = new ServedLogDrill(old)) {
                drill.isReadStampedAndCosigned();
                drill.whatIsWrongIsSaidWithItsSetting();
            }
        }
    }

    private static Deployment prunesOldEntries(DevBroker own) throws Exception {
        Deployment old = deployment("old", own.bootstrapServers(), Deployment.audit(pki, "port: 0, retention: 1d"));
        old.succeed("cluster", "create");
        old.succeed("keys", "init", "audit");
        Instant past = Instant.now().minus(Duration.ofDays(2));
        SluiceConfig config = new ConfigReader().read(old.folder().resolve("sluice.yaml"));
        writeActs(own, config, past, 300);
        Path first = old.folder().resolve("audit/tile/entries/000");
        String[] prune = {"audit", "prune", "--before", past.plusSeconds(3_600).toString(), "--why", "schedule 7"};
        try (RunningRoom room = AuditRoom.start(config)) {
            await().atMost(PATIENCE).until(() -> LogEntries.size(old.folder().resolve("audit")) >= 300);
            assertThat(old.run("audit", "prune", "--to", "300", "--dry-run").out())
                    .contains("would delete entries 0 to 255");
            assertThat(first).exists();

            Deployment.Run pruned = old.succeed(prune);

            assertThat(pruned.err()).contains("waiting until audit serve has it in the log");
            assertThat(pruned.out()).contains("deleted entries 0 to 255, ", " of the log says so");
            assertThat(first).doesNotExist();
            assertThat(old.run(prune).err()).contains("not pruned: there is nothing to prune");
            assertThat(room.state()).isEqualTo(RunningRoom.READY);
        }
        Deployment.Run verified = old.succeed("audit", "verify");
        assertThat(verified.out())
                .contains("intact     holds", "from entry 256 on", "entries before 256 were pruned under entry", "CN=");
        assertThat(old.succeed("audit", "query", "--code", "log-pruned").out())
                .contains("had the log pruned: entries 0 to 255", "schedule 7");
        return old;
    }

    private static void writeActs(DevBroker own, SluiceConfig config, Instant at, int count) throws Exception {
        String topic = config.layout().topics().audit();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                own.clientSettings(DevIdentity.ADMIN), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < count; i++) {
                AuditEntry act = ActEntry.of(
                        ActEntry.Code.ADMISSION_REFUSED,
                        config.tenant(),
                        "gateway",
                        "webshop",
                        at.plusSeconds(i),
                        Map.of("code", "json-malformed", "count", 1));
                producer.send(new ProducerRecord<>(topic, 0, null, act.canonical()))
                        .get(20, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void theGatewayNamesWhatItLacks() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Deployment busy =
                    deployment("busy", "127.0.0.1:1", Deployment.gateway(pki, "port: " + taken.getLocalPort()));
            assertThat(busy.run("gateway").all()).contains("policy.trustRoot", "sluice policy trust");
            busy.trust();
            assertThat(busy.run("gateway").all()).contains("keys.ingress", "keys init ingress");
            busy.succeed("keys", "init", "ingress");
            assertThat(busy.folder().resolve("keys/fields")).doesNotExist();

            Deployment.Run run = busy.run("gateway");

            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err())
                    .contains("Port " + taken.getLocalPort(), "gateway.port")
                    .doesNotContain("\tat ");
            Files.writeString(busy.folder().resolve("keys/ingress/password"), "not the password");
            assertThat(busy.run("gateway").err()).contains("keys.ingress", "keystore.p12");
        }
    }

    @Test
    void missingFilesAndUnknownSettingsAreNamedWithTheirSetting() throws Exception {
        Deployment lacking = deployment(
                "lacking",
                "127.0.0.1:1",
                "gateway: {keystore: none.pem, chain: no-chain.pem}\naudit: {signingKey: no.key}\n");

        assertThat(lacking.run("gateway").err())
                .contains("gateway.keystore: " + lacking.folder().resolve("none.pem") + " does not exist")
                .contains("gateway.chain: " + lacking.folder().resolve("no-chain.pem"));
        assertThat(lacking.run("audit", "serve").err())
                .contains("audit.signingKey")
                .contains("sluice keys init audit");
        assertThat(lacking.run("job", "protect").err()).contains("policy.trustRoot");

        Files.writeString(lacking.folder().resolve("garbage.pem"), "no certificate");
        Files.writeString(
                lacking.folder().resolve("sluice.yaml"),
                "deliver: {keystore: garbage.pem}\nkafka: {trust: " + pki.trust() + "}\n");
        assertThat(lacking.run("job", "deliver").err())
                .contains("deliver.keystore")
                .contains("garbage.pem");

        Files.writeString(lacking.folder().resolve("sluice.yaml"), "gateway: {prot: 1}\n");
        assertThat(lacking.run("gateway").err()).contains("did you mean gateway.port?");
    }

    @Test
    void withoutKafkaTheAdministratorReadsWhereItWasLookedForAndTheGatewayWaits() throws Exception {
        Deployment alone = deployment("alone", "127.0.0.1:1", Deployment.gateway(pki, "port: 0"));
        alone.trust();
        alone.succeed("keys", "init", "ingress");

        SluiceProcess gateway = alone.start("gateway");
        Deployment.Run check = alone.run("cluster", "check");

        assertThat(check.code()).isEqualTo(1);
        assertThat(check.err()).contains("127.0.0.1:1", "kafka.bootstrap");
        await().atMost(PATIENCE).until(() -> gateway.output().contains("kafka: Kafka cannot be reached"));
        SluiceProcess.Result stopped = gateway.terminate(PATIENCE);
        assertThat(stopped.exitCode()).as(stopped.err()).isZero();
        assertThat(stopped.out())
                .contains("not ready")
                .doesNotContain(": ready")
                .contains("gateway: stopped");
    }

    private static Deployment deployment(String tenant, String bootstrap, String more) throws IOException {
        return Deployment.of(scratch.resolve(tenant), pki, tenant, bootstrap, more);
    }

    /** The five rooms of a deployment, each a process. */
    private record Rooms(
            SluiceProcess gateway,
            SluiceProcess protect,
            SluiceProcess deliver,
            SluiceProcess audit,
            SluiceProcess custodian) {
        static Rooms start(Deployment deployment) throws IOException {
            Rooms rooms = new Rooms(
                    deployment.start("gateway"),
                    deployment.start("job", "protect"),
                    deployment.start("job", "deliver"),
                    deployment.start("audit", "serve"),
                    deployment.start("keys", "serve"));
            for (SluiceProcess room : rooms.all()) {
                await().atMost(PATIENCE)
                        .until(() -> rooms.healthy() && room.output().contains(": ready"));
            }
            return rooms;
        }

        List<SluiceProcess> all() {
            return List.of(gateway, protect, deliver, audit, custodian);
        }

        boolean healthy() throws IOException {
            for (SluiceProcess room : all()) {
                assertThat(room.isAlive()).as(room.output() + room.errors()).isTrue();
            }
            return true;
        }

        URI events() throws IOException {
            return URI.create(address(gateway, "events +(https://\\S+)"));
        }

        URI gatewayAddress() throws IOException {
            return events().resolve("/");
        }

        String log() throws IOException {
            return address(audit, "log +(https://\\S+)/checkpoint");
        }

        String console() throws IOException {
            return address(audit, "console +(https://\\S+)");
        }

        String auditManagement() throws IOException {
            return address(audit, "management +(http://\\S+)");
        }

        private static String address(SluiceProcess room, String pattern) throws IOException {
            Matcher matcher = Pattern.compile(pattern).matcher(room.output());
            assertThat(matcher.find()).as(room.output()).isTrue();
            return matcher.group(1);
        }

        /** SIGTERM to each, the gateway first: each ends with 0 and says so. */
        void stop() throws Exception {
            for (SluiceProcess room : all()) {
                SluiceProcess.Result stopped = room.terminate(PATIENCE);
                assertThat(stopped.exitCode()).as(stopped.out() + stopped.err()).isZero();
                assertThat(stopped.out()).endsWith(": stopped\n");
            }
        }
    }

    /** The five rooms started again, on what the processes left: in this JVM, which ends none of them. */
    private record Resumed(List<RunningRoom> rooms) implements AutoCloseable {
        static Resumed start(Deployment deployment) {
            SluiceConfig config = new ConfigReader().read(deployment.folder().resolve("sluice.yaml"));
            Resumed resumed = new Resumed(List.of(
                    GatewayRoom.start(config),
                    JobRoom.protect(config, false),
                    JobRoom.deliver(config),
                    AuditRoom.start(config),
                    CustodianRoom.start(config)));
            for (RunningRoom room : resumed.rooms) {
                await().atMost(PATIENCE).until(() -> room.state().equals(RunningRoom.READY));
            }
            return resumed;
        }

        URI events() {
            return URI.create(rooms.get(0).addresses().get(0).replaceFirst("events +", ""));
        }

        /** Nothing but a pause is forgiven: {@link RunningRoom#state} throws where a room ended. */
        boolean healthy() {
            rooms.forEach(RunningRoom::state);
            return true;
        }

        /** The gateway first. */
        @Override
        public void close() {
            rooms.forEach(RunningRoom::close);
        }
    }

    private static void post(URI events, String id) throws Exception {
        String observation = """
                {"resourceType": "Observation", "id": "%s", "status": "final",
                 "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
                 "subject": {"reference": "Patient/p-1"}, "effectiveDateTime": "2026-03-01T10:00:00Z",
                 "valueQuantity": {"value": 72, "unit": "/min"}}""".formatted(id);
        post(events, "fhir-observation", observation.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static void post(URI events, String dataset, byte[] resource) throws Exception {
        var hospital = pki.identity(DevIdentity.ST_ELSEWHERE);
        IngestClient client =
                new IngestClient(events, new ClientIdentity(hospital.chain(), hospital.key(), pki.trust()), PATIENCE);
        Answer answer = client.post(
                "/v1/datasets/" + dataset + "/events",
                Map.of("Content-Type", "application/fhir+json", "Sluice-Purpose", "treatment"),
                resource);
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    }

    /** What care's finished files hold. */
    private static List<String> views(Deployment deployment) throws IOException {
        Path care = deployment.folder().resolve("delivered/care");
        List<String> views = new ArrayList<>();
        if (Files.isDirectory(care)) {
            for (Path part : FinishedParts.of(care)) {
                views.addAll(Files.readAllLines(part));
            }
        }
        views.removeIf(line -> !line.contains("\"resourceType\"")); // a notice
        return views;
    }

    private static String viewOf(Deployment deployment, String resourceType) throws IOException {
        return views(deployment).stream()
                .filter(line -> line.contains("\"resourceType\":\"" + resourceType + "\""))
                .findFirst()
                .orElseThrow();
    }

    /** How many positions of the ingress have their entry in the log. */
    private static long positions(Deployment deployment) throws IOException {
        return LogEntries.read(deployment.folder().resolve("audit")).stream()
                .filter(entry -> entry.path("type").asText().equals("io.sluice.audit.record"))
                .count();
    }

    private static void cleanupPolicy(String topic, String value) throws Exception {
        AlterConfigOp change = new AlterConfigOp(new ConfigEntry("cleanup.policy", value), AlterConfigOp.OpType.SET);
        try (Admin admin = Admin.create(broker.clientSettings(DevIdentity.ADMIN))) {
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(change)))
                    .all()
                    .get(20, TimeUnit.SECONDS);
        }
    }

    private static String[] concat(List<String> head, String... tail) {
        List<String> all = new ArrayList<>(head);
        all.addAll(List.of(tail));
        return all.toArray(new String[0]);
    }
}
