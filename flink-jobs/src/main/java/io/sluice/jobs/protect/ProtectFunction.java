package io.sluice.jobs.protect;

import io.sluice.core.audit.AuditEntry;
import io.sluice.core.audit.ReasonCode;
import io.sluice.core.event.Choice;
import io.sluice.jobs.kafka.CodecTypeInformation;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.jobs.kafka.KafkaOutput;
import io.sluice.protection.seal.Opened;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * From a sealed record to all that leaves of it, in one call: open and verify, drop copies, apply a choice or decide,
 * protect, write the entry. A payload is in clear inside {@link #processElement} and nowhere else (P2); all outputs of a
 * record leave the same call, and so share a transaction (P4).
 *
 * <p>Keyed state holds the subject's standing choices, to whom something of the subject was released, the ids seen lately
 * and, sealed, who the subject is where a policy looks inside texts; nothing of a record that did not verify.
 * Waiting (an activation, a wrapping key) is bounded and blocks the task: back-pressure.
 */
class ProtectFunction extends KeyedProcessFunction<String, IngressRecord, KafkaOutput> {
    private static final long serialVersionUID = 1;

    private final StepsFactory factory;
    private final ProtectLimits limits;

    private transient @Nullable Steps steps;
    private transient @Nullable SeenIds seen;
    private transient @Nullable ValueState<StandingChoices> standing;
    private transient @Nullable SubjectMemory subject;
    private transient @Nullable ValueState<Reached> reached;
    private transient @Nullable ProtectMetrics metrics;

    ProtectFunction(StepsFactory factory, ProtectLimits limits) {
        this.factory = factory;
        this.limits = limits;
    }

    @Override
    public void open(OpenContext context) {
        seen = new SeenIds(
                getRuntimeContext()
                        .getMapState(new MapStateDescriptor<>(
                                "seen-ids", Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO)),
                getRuntimeContext().getState(new ValueStateDescriptor<>("seen-count", Types.INT)),
                getRuntimeContext().getState(new ValueStateDescriptor<>("seen-floor", Types.LONG)),
                limits.duplicateWindow(),
                limits.maxIdsPerSubject());
        standing = getRuntimeContext()
                .getState(new ValueStateDescriptor<>(
                        "standing-choices", new CodecTypeInformation<>(StandingChoicesCodec.INSTANCE)));
        subject = new SubjectMemory(getRuntimeContext().getState(SubjectMemory.descriptor()));
        reached = getRuntimeContext()
                .getState(new ValueStateDescriptor<>(
                        "reached-recipients", new CodecTypeInformation<>(ReachedCodec.INSTANCE)));
        metrics = new ProtectMetrics(getRuntimeContext().getMetricGroup());
        steps = factory.open(getRuntimeContext().getTaskInfo().getIndexOfThisSubtask());
    }

    @Override
    public void processElement(IngressRecord record, Context context, Collector<KafkaOutput> out) throws Exception {
        Opened opened = steps().unseal().open(record);
        if (opened instanceof Opened.Open open) {
            emit(verified(new OpenedRecord(record, open.tags(), open.event()), context), out);
        } else {
            ReasonCode reason = ((Opened.Refused) opened).code();
            metrics().quarantined(reason);
            emit(steps().disposal().refused(record, reason), out);
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<KafkaOutput> out) throws Exception {
        seen().expire(timestamp);
    }

    @Override
    public void close() {
        if (steps != null) {
            steps.release().run();
            steps = null;
        }
    }

    private List<KafkaOutput> verified(OpenedRecord opened, Context context) throws Exception {
        IngressRecord record = opened.sealed();
        byte[] content =
                steps().hashes().content(opened.tags().dataset(), opened.tags().purpose(), opened.event());
        SeenIds.Verdict verdict = seen().judge(
                        opened.tags().id(), record.attempt(), opened.tags().received(), record.appendedMs(), content);
        return switch (verdict) {
            case NEW -> {
                context.timerService()
                        .registerEventTimeTimer(seen().expiryMs(opened.tags().received()));
                yield opened.tags().isChoice() ? chosen(opened) : decided(opened);
            }
            case DUPLICATE -> {
                metrics().duplicate();
                yield steps().disposal().duplicate(opened);
            }
            case ID_REUSED -> faulty(opened, ReasonCode.ID_REUSED);
            case STALE -> faulty(opened, ReasonCode.STALE);
        };
    }

    private List<KafkaOutput> chosen(OpenedRecord opened) throws Exception {
        Optional<Choice> choice = ChoicePayload.read(opened);
        StandingChoices before = standingChoices();
        Optional<StandingChoices> after =
                choice.flatMap(chosen -> before.after(chosen, limits.maxPurposesPerSubject()));
        if (after.isEmpty()) {
            return faulty(opened, ReasonCode.CHOICE_INVALID);
        }
        Notices.Told told = steps().notices().of(opened, choice.get(), reachedSoFar());
        AuditEntry entry = steps().disposal().appliedEntry(opened, choice.get(), told.outcomes());
        if (!entry.fits()) {
            return faulty(opened, ReasonCode.ENTRY_TOO_LARGE);
        }
        standing().update(after.get());
        metrics().applied(told.outputs().size());
        return steps().disposal().applied(opened, after.get(), told.outputs(), entry);
    }

    private List<KafkaOutput> decided(OpenedRecord opened) throws Exception {
        Decide.Result decision = steps().decide().decide(opened, standingChoices());
        if (decision instanceof Decide.Result.Undecided undecided) {
            metrics().quarantined(undecided.reason());
            return steps().disposal().faulty(opened, undecided.reason(), undecided.dataset());
        }
        DecidedRecord decided = ((Decide.Result.Decided) decision).record();
        Protect.Result result = steps().protect().protect(decided, subject());
        if (result instanceof Protect.Result.Faulty faulty) {
            metrics().quarantined(faulty.reason());
            return steps().disposal().faulty(opened, faulty.reason(), decided.dataset());
        }
        ProtectedRecord done = ((Protect.Result.Done) result).record();
        metrics().decided(done);
        List<KafkaOutput> out = steps().disposal().decided(done);
        if (opened.tags().subjectRef() != null) {
            remember(done, out);
        }
        return out;
    }

    /** Remembers whom views reach; where the entry did not fit, none leaves. */
    private void remember(ProtectedRecord done, List<KafkaOutput> out) throws Exception {
        Reached before = reachedSoFar();
        Reached after = before;
        for (RecipientView view : done.views()) {
            if (out.contains(view.output())) {
                after = after.with(view.protectionPlan());
            }
        }
        if (!after.equals(before)) {
            reached().update(after);
        }
    }

    private List<KafkaOutput> faulty(OpenedRecord opened, ReasonCode reason) {
        metrics().quarantined(reason);
        return steps().disposal().faulty(opened, reason, null);
    }

    private StandingChoices standingChoices() throws Exception {
        StandingChoices present = standing().value();
        return present == null ? StandingChoices.NONE : present;
    }

    private Reached reachedSoFar() throws Exception {
        Reached present = reached().value();
        return present == null ? Reached.NOBODY : present;
    }

    private static void emit(List<KafkaOutput> outputs, Collector<KafkaOutput> out) {
        for (KafkaOutput output : outputs) {
            out.collect(output);
        }
    }

    private Steps steps() {
        return java.util.Objects.requireNonNull(steps, "the function is not open");
    }

    private SeenIds seen() {
        return java.util.Objects.requireNonNull(seen, "the function is not open");
    }

    private ValueState<StandingChoices> standing() {
        return java.util.Objects.requireNonNull(standing, "the function is not open");
    }

    private SubjectMemory subject() {
        return java.util.Objects.requireNonNull(subject, "the function is not open");
    }

    private ValueState<Reached> reached() {
        return java.util.Objects.requireNonNull(reached, "the function is not open");
    }

    private ProtectMetrics metrics() {
        return java.util.Objects.requireNonNull(metrics, "the function is not open");
    }
}
