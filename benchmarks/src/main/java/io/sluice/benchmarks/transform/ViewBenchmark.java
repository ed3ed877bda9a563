package io.sluice.benchmarks.transform;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.benchmarks.TemporaryFolder;
import io.sluice.core.decision.Envelope;
import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.event.SubjectRef;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.text.TextDropped;
import io.sluice.protection.text.TextMasker;
import io.sluice.protection.transform.CompiledPlan;
import io.sluice.protection.transform.PlanRefusedException;
import io.sluice.protection.transform.Protector;
import io.sluice.protection.transform.RecordContext;
import io.sluice.protection.transform.View;
import io.sluice.protection.transform.ViewLimits;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A view of a record of {@link #FIELDS} fields, all under one transform: scanned, protected, written. Run by JMH. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(java.util.concurrent.TimeUnit.NANOSECONDS)
@NullUnmarked // JMH fills it
public class ViewBenchmark {
    /** Fields of the record. */
    public static final int FIELDS = 10;

    /** The {@link TransformCase}. */
    @Param("keep")
    public String name;

    private TemporaryFolder folder;
    private Protector protector;
    private CompiledPlan plan;
    private RecordContext context;
    private byte[] payload;

    /** Makes keys, plan and record, and fails where the view does not come out. */
    @Setup
    public void open() throws PlanRefusedException {
        TransformCase measured = TransformCase.named(name);
        folder = TemporaryFolder.create("sluice-bench-");
        Keystore keys = Keystore.openOrCreate(folder.root(), folder.root().resolve("password"), "bench");
        protector = new Protector("bench", keys.ring(), new SecureRandom(), ViewLimits.DEFAULT, true);
        List<FieldRule> rules = IntStream.range(0, FIELDS)
                .mapToObj(i -> new FieldRule(FieldPattern.parse("/f" + i), measured.spec(), "bench#" + i))
                .toList();
        plan = protector.compile(new ProtectionPlan(
                "bench", "bench", "bench", Dataset.Format.JSON, rules, Dataset.Undeclared.DROP, Envelope.CLOSED));
        context = new RecordContext(
                LocalDate.of(2026, 11, 26),
                new SubjectRef("s1_aebagbafaydqqcikbmga2dqpca"),
                "r1_bench",
                TextMasker.closed(TextDropped.SUBJECT_UNKNOWN),
                (domain, value) -> "4f6b7e9e-4c39-4a0c-9a55-3f6f4e0f1f11");
        payload = measured.record(FIELDS).getBytes(UTF_8);
        if (!(view() instanceof View.Protected)) {
            throw new IllegalStateException("the view of " + name + " failed: " + view());
        }
    }

    /** One view. */
    @Benchmark
    @OperationsPerInvocation(FIELDS)
    public View view() {
        protector.read(payload);
        return protector.protect(plan, context);
    }

    /** Deletes the keys. */
    @TearDown
    public void close() {
        folder.close();
    }
}
