package io.sluice.jobs.protect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.decision.Decision;
import io.sluice.core.decision.Envelope;
import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.Legal;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.event.IngressPosition;
import io.sluice.core.event.Tags;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.core.rulebook.TransformKind;
import io.sluice.core.rulebook.TransformSpec;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.jobs.kafka.KafkaOutput;
import io.sluice.protection.keys.CustodianKey;
import io.sluice.protection.keytree.RegistryLimits;
import io.sluice.protection.keytree.SignedAnnouncement;
import io.sluice.protection.keytree.SubjectKeys;
import io.sluice.protection.keytree.TreeFolder;
import io.sluice.protection.keytree.TreePublisher;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The protect function in a process that is killed (SIGKILL) while it encrypts, and restored from its last checkpoint in the
 * next, again and again: no key meets a nonce twice. Keys are those of domains and of subjects; the records since the
 * checkpoint are encrypted once more. The long form is run with {@code -Dtest=NonceKillDrillTest
 * -Dtest.jvm.args="-Dsluice.measure=true"}.
 */
@NullUnmarked // what is null here fails the test
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class NonceKillDrillTest {
    private static final int SUBJECTS = 40;
    private static final int FIELDS = 20;
    /** Where key id and nonce stand in a field. */
    private static final int PAIR_AT = 3;

    private static final int PAIR_BYTES = 36;
    /** The number of the record before them. */
    private static final int TOLD_BYTES = Integer.BYTES + PAIR_BYTES;

    @TempDir
    Path folder;

    /** What was found in all lives so far. */
    private long[] pairs = new long[0];

    private final Set<String> keys = new HashSet<>();
    private final BitSet records = new BitSet();
    private long again;

    @Test
    void noKeyMeetsANonceTwiceOverKillsAndRestores() throws Exception {
        drill(8_000, 2);
    }

    @Test
    @EnabledIfSystemProperty(named = "sluice.measure", matches = "true")
    void noKeyMeetsANonceTwiceInTenMillionEncryptions() throws Exception {
        drill(10_000_000, 20);
    }

    private void drill(int encryptions, int lives) throws Exception {
        long begun = System.nanoTime();
        for (int life = 0; life < lives; life++) {
            live(encryptions / lives);
        }
        long repeated = repeated(pairs);
        System.out.printf(
                "%,d encryptions under %d keys, %d kills, %,d of them again after a restore, %,d distinct pairs, %d s%n",
                pairs.length,
                keys.size(),
                lives,
                again,
                pairs.length - repeated,
                Duration.ofNanos(System.nanoTime() - begun).toSeconds());
        assertThat(pairs).hasSizeGreaterThanOrEqualTo(encryptions);
        assertThat(repeated).isZero();
        assertThat(repeated(append(pairs, Arrays.copyOf(pairs, 1))))
                .as("the count can tell")
                .isEqualTo(1);
        assertThat(keys).as("all lives have the same").hasSize(2 + SUBJECTS);
        assertThat(again).as("what the last checkpoint did not know").isPositive();
    }

    /** Runs a process until it has encrypted so much, and kills it in the midst of more. */
    private void live(int encryptions) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel="
                                + (encryptions > 100_000 ? 4 : 1), // optimising pays in a long life alone
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:-BytecodeVerificationRemote", // as the tests' own JVM: a fifth of a start
                        "-Dkeystore.pkcs12.keyPbeIterationCount=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Life.class.getName(),
                        folder.toString(),
                        Integer.toString(
                                encryptions / (2 * FIELDS) * 9 / 10)) // a pipe holds less than what is behind it
                .redirectError(folder.resolve("errors.txt").toFile())
                .start();
        BitSet before = (BitSet) records.clone();
        long[] found = new long[encryptions];
        try (DataInputStream output = new DataInputStream(process.getInputStream())) {
            byte[] told = new byte[TOLD_BYTES];
            for (int i = 0; i < encryptions; i++) {
                output.readFully(told);
                found[i] = heard(told, before);
            }
            assertThat(process.isAlive()).as("it encrypts until it is killed").isTrue();
            process.destroyForcibly();
            pairs = append(pairs, found);
        } catch (IOException e) {
            throw new AssertionError(Files.readString(folder.resolve("errors.txt")), e);
        } finally {
            process.destroyForcibly(); // however it ends, no process is left that encrypts for ever
        }
        assertThat(process.waitFor()).as("killed, not ended").isEqualTo(137);
    }

    /** @param before the records that earlier lives encrypted */
    private long heard(byte[] told, BitSet before) {
        int record = ByteBuffer.wrap(told).getInt();
        records.set(record);
        again += before.get(record) ? 1 : 0;
        keys.add(HexFormat.of().formatHex(told, Integer.BYTES, Integer.BYTES + 12));
        return print(Arrays.copyOfRange(told, Integer.BYTES, TOLD_BYTES));
    }

    /** A fingerprint of 64 bits: two pairs that are equal have equal ones. */
    private static long print(byte[] pair) {
        long print = 0;
        ByteBuffer bytes = ByteBuffer.wrap(pair);
        while (bytes.remaining() >= Long.BYTES) {
            print = mix(print ^ bytes.getLong());
        }
        return mix(print ^ bytes.getInt());
    }

    /** The finaliser of MurmurHash3. */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }

    private static long repeated(long[] prints) {
        long[] sorted = prints.clone();
        Arrays.sort(sorted);
        long repeated = 0;
        for (int i = 1; i < sorted.length; i++) {
            repeated += sorted[i] == sorted[i - 1] ? 1 : 0;
        }
        return repeated;
    }

    private static long[] append(long[] first, long[] more) {
        long[] all = Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return all;
    }

    /** The process: a job's function over records without end, from the last checkpoint on. */
    static final class Life {
        private final Path folder;
        private final World world;
        private final Path checkpoint;
        private final int interval;
        private final DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));

        private Life(Path folder, int interval) {
            this.folder = folder;
            this.interval = interval;
            this.checkpoint = folder.resolve("checkpoint");
            TestKeys keys = TestKeys.in(folder.resolve("keys"));
            this.world = new World(keys);
            world.policies.put(1L, new EncryptingPolicy());
            world.subjectKeys = new TreeKeyring(
                    World.TENANT, registry(keys), new BoundedWait(Duration.ofSeconds(10), System::nanoTime));
        }

        /** @param arguments the folder, and after how many records there is a checkpoint */
        public static void main(String[] arguments) throws Exception {
            new Life(Path.of(arguments[0]), Integer.parseInt(arguments[1])).run();
        }

        private SubjectKeys registry(TestKeys keys) {
            Path seen = folder.resolve("custodian.pub.pem");
            CustodianKey custodian = CustodianKey.readOrCreate(folder.resolve("custodian.pem"), seen);
            TreeFolder trees = new TreeFolder(folder.resolve("trees"));
            TreePublisher publisher =
                    new TreePublisher(World.TENANT, keys.fields(), trees, Clock.systemUTC(), new SecureRandom());
            if (!Files.exists(checkpoint)) {
                publisher.create(1);
            }
            Duration patience = Duration.ofMinutes(30);
            RegistryLimits limits = new RegistryLimits(
                    patience, patience, Duration.ofMinutes(1), patience, 1_000, RegistryLimits.DEFAULT.maxNodeBytes());
            SubjectKeys registry = new SubjectKeys(
                    World.TENANT,
                    custodian.publicKey(),
                    keys.fields(),
                    trees,
                    limits,
                    Clock.systemUTC(),
                    System::nanoTime);
            registry.accept(SignedAnnouncement.sign(publisher.announce(1, 1), custodian));
            return registry;
        }

        private void run() throws Exception {
            KeyedOneInputStreamOperatorTestHarness<String, IngressRecord, KafkaOutput> harness =
                    new KeyedOneInputStreamOperatorTestHarness<>(
                            new KeyedProcessOperator<>(world.function()), IngressRecord::stateKey, Types.STRING);
            int next = 0;
            if (Files.exists(checkpoint)) {
                try (ObjectInputStream saved = new ObjectInputStream(Files.newInputStream(checkpoint))) {
                    next = saved.readInt();
                    harness.initializeState((OperatorSubtaskState) saved.readObject());
                }
            }
            harness.open();
            for (int number = next; ; number++) {
                if (number > next && number % interval == 0) {
                    save(number, harness.snapshot(number, number));
                }
                IngressRecord record = record(number);
                harness.processElement(new StreamRecord<>(record, record.appendedMs()));
                tell(number, new Outputs(harness.extractOutputValues()));
                harness.getOutput().clear();
            }
        }

        private void save(int next, OperatorSubtaskState state) throws IOException {
            Path beside = folder.resolve("checkpoint.new");
            try (ObjectOutputStream saved = new ObjectOutputStream(Files.newOutputStream(beside))) {
                saved.writeInt(next);
                saved.writeObject(state);
            }
            Files.move(beside, checkpoint, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }

        private IngressRecord record(int number) {
            StringBuilder data = new StringBuilder("{");
            for (int i = 0; i < FIELDS; i++) {
                data.append(i == 0 ? "" : ",").append("\"f" + i + "\":\"a value of a field " + number + "\"");
            }
            Tags tags = World.with(world.tags("e" + number, number % SUBJECTS), World.NOW.plusMillis(number));
            IngressRecord sealed =
                    world.seal(tags, World.event("e" + number, data.append('}').toString()));
            return new IngressRecord(
                    new IngressPosition(1, 4, number),
                    0,
                    sealed.appendedMs(),
                    sealed.key(),
                    sealed.headers(),
                    sealed.value());
        }

        private void tell(int number, Outputs outputs) throws IOException {
            List<byte[]> fields = new ArrayList<>();
            outputs.allViews().forEach(view -> fields.addAll(fields(new String(view.value(), UTF_8))));
            if (fields.size() != 2 * FIELDS) {
                throw new IllegalStateException(
                        fields.size() + " fields of record " + number + ": " + outputs.entries());
            }
            for (byte[] field : fields) {
                out.writeInt(number);
                out.write(field, PAIR_AT, PAIR_BYTES);
            }
        }

        private static List<byte[]> fields(String view) {
            List<byte[]> fields = new ArrayList<>();
            for (int at = view.indexOf("\"sf1."); at >= 0; at = view.indexOf("\"sf1.", at + 1)) {
                int end = view.indexOf('"', at + 1);
                fields.add(Base64.getUrlDecoder().decode(view.substring(at + "\"sf1.".length(), end)));
            }
            return fields;
        }
    }

    /** {@code care} has fields under its domain's key and the subject's, {@code research} all under its own domain's. */
    private record EncryptingPolicy() implements PolicyInForce {
        @Override
        public long revision() {
            return 1;
        }

        @Override
        public String bundle() {
            return "1".repeat(64);
        }

        @Override
        public Rulebook rulebook() {
            return new TestPolicy(1).rulebook();
        }

        @Override
        public boolean looksInside() {
            return false;
        }

        @Override
        public Optional<Decision> decide(ReleaseInput input) {
            return Optional.of(new Decision(new TreeMap<>(Map.of(
                    "care",
                    release("care", rule("/**", "domain", "care"), rule("/f7", "key", "subject")),
                    "research",
                    release("research", rule("/**", "domain", "research"))))));
        }

        private static RecipientDecision release(String recipient, FieldRule... rules) {
            ProtectionPlan plan = new ProtectionPlan(
                    recipient,
                    "treatment",
                    TestPolicy.DATASET,
                    Dataset.Format.JSON,
                    List.of(rules),
                    Dataset.Undeclared.DROP,
                    Envelope.CLOSED);
            return RecipientDecision.release(
                    plan, new Legal("treatment", null, null, "treatment", null, null), List.of());
        }

        private static FieldRule rule(String pattern, String parameter, String value) {
            return new FieldRule(
                    FieldPattern.parse(pattern),
                    new TransformSpec(TransformKind.ENCRYPT, null, new TreeMap<>(Map.of(parameter, value))),
                    "test-rule");
        }
    }
}
