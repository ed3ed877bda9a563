package io.sluice.jobs.protect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.decision.Decision;
import io.sluice.core.decision.Envelope;
import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.Legal;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.event.SubjectRef;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.core.rulebook.TransformSpec;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.jobs.kafka.KafkaOutput;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.CustodianKey;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.keytree.Announcement;
import io.sluice.protection.keytree.Erasure;
import io.sluice.protection.keytree.LeasedKey;
import io.sluice.protection.keytree.Owners;
import io.sluice.protection.keytree.RegistryLimits;
import io.sluice.protection.keytree.SignedAnnouncement;
import io.sluice.protection.keytree.SubjectKeys;
import io.sluice.protection.keytree.SubjectUse;
import io.sluice.protection.keytree.TreeFolder;
import io.sluice.protection.keytree.TreePublisher;
import io.sluice.protection.text.Identifiers;
import io.sluice.protection.text.SealedIdentifiers;
import io.sluice.protection.text.TextLimits;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateObject;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The protect function with a key tree: what is remembered of a subject, and its fields, end with its key. */
@NullUnmarked // what is null here fails the test
class TreeKeyringTest {
    private static final SubjectRef ANNA = World.subject(1);
    private static final RegistryLimits PATIENT = new RegistryLimits(
            Duration.ofMinutes(30),
            Duration.ofMinutes(30),
            Duration.ofMinutes(1),
            Duration.ofMinutes(30),
            1_000,
            RegistryLimits.DEFAULT.maxNodeBytes());

    /** Keys and a tree: making them takes longer than the tests. */
    @TempDir
    static Path template;

    @TempDir
    Path folder;

    private World world;
    private Keystore fields;
    private CustodianKey custodian;
    private TreePublisher publisher;
    private SubjectKeys keys;
    private KeyedOneInputStreamOperatorTestHarness<String, IngressRecord, KafkaOutput> harness;
    private int events;

    @BeforeAll
    static void begin() {
        CustodianKey.readOrCreate(template.resolve("custodian.pem"), template.resolve("public.pem"));
        publisher(
                        Keystore.openOrCreate(template.resolve("fields"), template.resolve("password"), World.TENANT),
                        template)
                .create(1);
    }

    @BeforeEach
    void open() throws Exception {
        try (Stream<Path> files = Files.walk(template)) {
            for (Path file : files.toList()) {
                Path target = folder.resolve(template.relativize(file).toString());
                if (!Files.isDirectory(target)) {
                    Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        world = new World();
        custodian = CustodianKey.read(folder.resolve("custodian.pem"), folder.resolve("public.pem"));
        fields = Keystore.open(folder.resolve("fields"), folder.resolve("password"), World.TENANT);
        publisher = publisher(fields, folder);
        keys = registry();
        say(publisher.announce(1, 1));
        world.subjectKeys =
                new TreeKeyring(World.TENANT, keys, new BoundedWait(Duration.ofMillis(60), System::nanoTime));
        world.policies.put(1L, new KeyPolicy(false));
        harness = harness();
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
        world.close();
    }

    @Test
    void anErasedSubjectsStateIsForgottenAndOthersStayAsTheyWere() throws Exception {
        String anna = code(1);
        String ben = code(2);
        assertThat(code(1)).isEqualTo(anna);
        OperatorSubtaskState before = harness.snapshot(1, 1);
        assertThat(showsKeys(before)).as("keys in Flink's state").isFalse();

        say(publisher.erase(1, List.of(new Erasure(ANNA, 0)), 1));
        restore(before);

        String returned = code(1);
        assertThat(returned)
                .as("a checkpoint of before gives the old code no more")
                .isNotEqualTo(anna);
        assertThat(code(1)).isEqualTo(returned);
        assertThat(code(2)).isEqualTo(ben);
    }

    @Test
    void whatWasRememberedOfWhoASubjectIsOpensUnderItsKeyAlone() throws Exception {
        SubjectSecrets alive = hold(SubjectUse.IDENTIFIERS);
        byte[] sealed = sealing(alive).seal(Identifiers.NONE.and(Identifiers.NONE, TextLimits.DEFAULT), ANNA);
        assertThat(sealing(hold(SubjectUse.IDENTIFIERS)).open(sealed, ANNA)).isNotNull();
        byte[] altered = sealed.clone();
        altered[altered.length - 1] ^= 1;
        assertThat(sealing(hold(SubjectUse.IDENTIFIERS)).open(altered, ANNA)).isNull();

        say(publisher.erase(1, List.of(new Erasure(ANNA, 0)), 1));

        SubjectSecrets returned = hold(SubjectUse.IDENTIFIERS);
        assertThat(sealing(returned).open(altered, ANNA))
                .as("noise is forgotten too")
                .isEqualTo(Identifiers.NONE);
        assertThat(returned.identifiers().current().id())
                .isNotEqualTo(alive.identifiers().current().id());
    }

    @Test
    void aNewEpochKeepsTheCodesOfTheOneBefore() throws Exception {
        String anna = code(1);
        say(publisher.create(2));

        assertThat(code(1)).isEqualTo(anna);
        assertThat(code(1)).as("moved under the newest key").isEqualTo(anna);
        assertThat(code(3)).isNotEqualTo(anna);
    }

    /** P1: the fault is that of the recipients whose views need the key. */
    @Test
    void withoutALeaseWhoNeedsNoKeyGetsItsViewAndTheOthersGetTheirsAfterARequeue() throws Exception {
        String anna = code(1);
        keys.close();

        Outputs out = process(1);

        assertThat(out.views("marketing")).hasSize(1);
        assertThat(out.views("care")).isEmpty();
        assertThat(out.recipient("care").path("code").asText()).isEqualTo("subject-key-unavailable");
        KafkaOutput quarantined = out.quarantined();
        say(publisher.announce(1, 1));
        assertThat(code(1)).isEqualTo(anna);

        Outputs again = process(world.requeued(quarantined, 1, World.NOW.plusSeconds(60)));
        assertThat(again.views("care")).as("no copy of itself").hasSize(1);
        assertThat(again.views("marketing")).as("it had its view").isEmpty();
        assertThat(Outputs.json(again.views("care").get(0)).path("id").asText()).isEqualTo(anna);
    }

    /** What it says of its subject could not be remembered, and later texts would show it. */
    @Test
    void withoutALeaseARecordStaysWholeWhereTextsAreLookedInto() throws Exception {
        world.policies.put(1L, new KeyPolicy(true));
        keys.close();

        Outputs out = process(1);

        assertThat(out.allViews()).isEmpty();
        assertThat(out.entry().path("outcome").path("reason").asText()).isEqualTo("subject-key-unavailable");
        say(publisher.announce(1, 1));
        Outputs again = process(world.requeued(out.quarantined(), 1, World.NOW.plusSeconds(60)));
        assertThat(again.views("care")).hasSize(1);
        assertThat(again.views("marketing")).hasSize(1);
    }

    @Test
    void aCheckpointForbidsRevisionsThatAreOlder() throws Exception {
        Announcement first = publisher.announce(1, 1);
        say(publisher.erase(1, List.of(), 1));
        OperatorSubtaskState afterwards = harness.snapshot(1, 1);
        assertThat(world.subjectKeys.seen()).containsExactly("1 2");

        keys = registry();
        world.subjectKeys =
                new TreeKeyring(World.TENANT, keys, new BoundedWait(Duration.ofMillis(60), System::nanoTime));
        restore(afterwards);
        say(first);

        assertThat(process(1).recipient("care").path("code").asText()).isEqualTo("subject-key-unavailable");
        say(publisher.announce(1, 2));
        assertThat(code(1)).isNotEmpty();
    }

    /** Whether a key of Anna's, or of one of its uses, stands in a snapshot, as bytes or as text. */
    private boolean showsKeys(OperatorSubtaskState snapshot) throws Exception {
        List<StateObject> handles = new ArrayList<>(snapshot.getManagedKeyedState());
        handles.addAll(snapshot.getManagedOperatorState());
        StringBuilder bytes = new StringBuilder();
        for (StateObject handle : handles) {
            try (InputStream in = ((StreamStateHandle) handle).openInputStream()) {
                bytes.append(new String(in.readAllBytes(), ISO_8859_1));
            }
        }
        assertThat(bytes).contains("key-revisions", ANNA.value());
        LeasedKey key = keys.everyEpoch(Owners.of(ANNA)).get(0);
        List<SecretBytes> secrets = new ArrayList<>();
        for (SubjectUse use : SubjectUse.values()) {
            secrets.add(key.derive(use).orElseThrow());
        }
        key.use(secret -> secrets.add(SecretBytes.copyOf(secret.with(byte[]::clone))));
        return secrets.stream()
                .anyMatch(secret -> secret.with(one -> Stream.of(
                                new String(one, ISO_8859_1),
                                HexFormat.of().formatHex(one),
                                Base64.getUrlEncoder().withoutPadding().encodeToString(one))
                        .anyMatch(form -> bytes.indexOf(form) >= 0)));
    }

    private SubjectSecrets hold(SubjectUse... uses) throws InterruptedException {
        return world.subjectKeys.hold(ANNA, EnumSet.of(uses[0], uses)).orElseThrow();
    }

    private static SealedIdentifiers sealing(SubjectSecrets secrets) {
        return new SealedIdentifiers(World.TENANT, secrets.identifiers(), new SecureRandom(), TextLimits.DEFAULT);
    }

    private SubjectKeys registry() {
        return new SubjectKeys(
                World.TENANT,
                custodian.publicKey(),
                fields,
                new TreeFolder(folder.resolve("trees")),
                PATIENT,
                Clock.systemUTC(),
                System::nanoTime);
    }

    private static TreePublisher publisher(Keystore fields, Path folder) {
        return new TreePublisher(
                World.TENANT, fields, new TreeFolder(folder.resolve("trees")), Clock.systemUTC(), new SecureRandom());
    }

    private void say(Announcement announcement) {
        keys.accept(SignedAnnouncement.sign(announcement, custodian));
    }

    private void restore(OperatorSubtaskState snapshot) throws Exception {
        harness.close();
        harness = harness();
        harness.initializeState(snapshot);
        harness.open();
    }

    private String code(int subject) throws Exception {
        Outputs out = process(subject);
        assertThat(out.views("care")).hasSize(1);
        assertThat(Outputs.json(out.views("care").get(0)).path("name").asText()).startsWith("sf1.");
        return Outputs.json(out.views("care").get(0)).path("id").asText();
    }

    private Outputs process(int subject) throws Exception {
        String event = "e" + events++;
        IngressRecord record = world.seal(
                World.withDataset(world.tags(event, subject), TextPolicy.PATIENTS),
                World.event(event, "{\"id\":\"P-4711\",\"name\":\"Quackenbush\"}"));
        return process(record);
    }

    private Outputs process(IngressRecord record) throws Exception {
        harness.getOutput().clear();
        harness.processElement(new StreamRecord<>(record, record.appendedMs()));
        return new Outputs(harness.extractOutputValues());
    }

    private KeyedOneInputStreamOperatorTestHarness<String, IngressRecord, KafkaOutput> harness() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(world.function()), IngressRecord::stateKey, Types.STRING);
    }

    /** {@code care} gets the ids of patients as codes, and their names under their own keys; {@code marketing} what needs no key. */
    @NullUnmarked
    private record KeyPolicy(boolean looksInside) implements PolicyInForce {
        @Override
        public long revision() {
            return 7;
        }

        @Override
        public String bundle() {
            return "9".repeat(64);
        }

        @Override
        public Rulebook rulebook() {
            return new TextPolicy(looksInside).rulebook();
        }

        @Override
        public Optional<Decision> decide(ReleaseInput input) {
            RecipientDecision care = release(
                    "care",
                    rule("/id", "pseudonymise", Map.of("domain", "study")),
                    rule("/name", "encrypt", Map.of("key", "subject")));
            RecipientDecision marketing = release("marketing", rule("/name", "keep", Map.of()));
            return Optional.of(new Decision(new TreeMap<>(Map.of("care", care, "marketing", marketing))));
        }

        private static RecipientDecision release(String recipient, FieldRule... rules) {
            ProtectionPlan plan = new ProtectionPlan(
                    recipient,
                    "treatment",
                    TextPolicy.PATIENTS,
                    Dataset.Format.JSON,
                    List.of(rules),
                    Dataset.Undeclared.DROP,
                    Envelope.CLOSED);
            return RecipientDecision.release(
                    plan, new Legal("treatment", null, null, "treatment", null, null), List.of());
        }

        private static FieldRule rule(String pattern, String transform, Map<String, Object> params) {
            return new FieldRule(
                    FieldPattern.parse(pattern),
                    TransformSpec.parse(transform, new TreeMap<>(params)).orElseThrow(),
                    "test-rule");
        }
    }
}
