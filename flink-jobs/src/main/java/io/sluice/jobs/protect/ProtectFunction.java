package io.sluice.jobs.protect;

import io.sluice.core.audit.AuditEntry;
import io.sluice.core.audit.ReasonCode;
import io.sluice.core.audit.SubjectErasure;
import io.sluice.core.event.Choice;
import io.sluice.jobs.kafka.CodecTypeInformation;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.jobs.kafka.KafkaOutput;
import io.sluice.protection.seal.Opened;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple4;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * From a sealed record to all that leaves of it, in one call: open and verify, drop copies, apply a choice or decide,
 * protect, write the entry; the same for one that comes back from quarantine, once its ticket is checked. A payload is in
 * clear inside {@link #processElement} and nowhere else (P2); all outputs of a record leave the same call, and so share a
 * transaction (P4).
 *
 * <p>Keyed state holds the subject's standing choices, to whom something of the subject was released, the ids seen lately,
 * the positions of what was sent again, masked, its random codes and, sealed, who it is where a policy looks inside texts; nothing of a record
 * that did not verify but a position that the job itself put into quarantine. Operator state holds how far the job has come,
 * which a restart is measured by.
 * Waiting (an activation, a wrapping key) is bounded and blocks the task: back-pressure.
 */
class ProtectFunction extends KeyedProcessFunction<String, IngressRecord, KafkaOutput> implements CheckpointedFunction {
    private static final long serialVersionUID = 1;

    private final StepsFactory factory;
    private final ProtectLimits limits;
    private final @Nullable CheckpointGuard guard;

    private transient @Nullable Progress progress;
    private transient @Nullable ListState<Tuple4<Integer, Integer, Long, Long>> progressState;
    private transient @Nullable Steps steps;
    private transient @Nullable Copies copies;
    private transient @Nullable SubjectChoices choices;
    private transient @Nullable SubjectMemory subject;
    private transient @Nullable ValueState<Reached> reached;
    private transient @Nullable ProtectMetrics metrics;
    /** Numbers of revisions of key trees, and nothing that a key comes from: no older one is used after a restore. */
    private transient @Nullable ListState<String> keyRevisions;

    private transient List<String> restored = List.of();

    /** Without a look at the audit log, for tests: what runs in production has a guard. */
    ProtectFunction(StepsFactory factory, ProtectLimits limits) {
        this(factory, limits, null);
    }

    ProtectFunction(StepsFactory factory, ProtectLimits limits, @Nullable CheckpointGuard guard) {
        this.factory = factory;
        this.limits = limits;
        this.guard = guard;
    }

    /** Nothing is committed before the first subtask has looked: a checkpoint needs all of them. */
    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        progress = new Progress();
        progressState = context.getOperatorStateStore().getUnionListState(Progress.descriptor());
        progress.restore(progressState.get());
        keyRevisions = context.getOperatorStateStore()
                .getUnionListState(new ListStateDescriptor<>("key-revisions", Types.STRING));
        restored = new ArrayList<>();
        for (String revision : keyRevisions.get()) {
            restored.add(revision);
        }
        if (guard != null && getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0) {
            guard.require(progress);
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        java.util.Objects.requireNonNull(progressState, "the state is not initialised")
                .update(java.util.Objects.requireNonNull(progress, "the state is not initialised")
                        .state());
        java.util.Objects.requireNonNull(keyRevisions, "the state is not initialised")
                .update(List.copyOf(steps().subjectKeys().seen()));
    }

    @Override
    public void open(OpenContext context) {
        steps = factory.open(getRuntimeContext().getTaskInfo().getIndexOfThisSubtask());
        copies = new Copies(
                history("seen-ids", "seen-count", "seen-floor", limits.duplicateWindow()),
                history("requeued", "requeued-count", "requeued-floor", limits.requeueWindow()));
        choices = new SubjectChoices(
                getRuntimeContext()
                        .getState(new ValueStateDescriptor<>(
                                "standing-choices", new CodecTypeInformation<>(StandingChoicesCodec.INSTANCE))),
                getRuntimeContext().getState(new ValueStateDescriptor<>("newest-choice", Types.LONG)),
                getRuntimeContext().getState(new ValueStateDescriptor<>("newest-consent", Types.LONG)));
        subject = new SubjectMemory(
                getRuntimeContext().getState(SubjectMemory.descriptor()),
                new KeptCodes(
                        getRuntimeContext().getMapState(KeptCodes.codesDescriptor()),
                        getRuntimeContext().getState(KeptCodes.countDescriptor()),
                        steps.recentCodes(),
                        limits.maxCodesPerSubject()));
        reached = getRuntimeContext()
                .getState(new ValueStateDescriptor<>(
                        "reached-recipients", new CodecTypeInformation<>(ReachedCodec.INSTANCE)));
        metrics = new ProtectMetrics(getRuntimeContext().getMetricGroup(), steps.envelopes(), steps.policy());
        steps.subjectKeys().requireSeen(restored);
    }

    private SeenIds history(String ids, String count, String floor, Duration window) {
        return new SeenIds(
                getRuntimeContext()
                        .getMapState(new MapStateDescriptor<>(
                                ids, Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO)),
                getRuntimeContext().getState(new ValueStateDescriptor<>(count, Types.INT)),
                getRuntimeContext().getState(new ValueStateDescriptor<>(floor, Types.LONG)),
                window,
                limits.maxIdsPerSubject());
    }

    @Override
    public void processElement(IngressRecord record, Context context, Collector<KafkaOutput> out) throws Exception {
        if (record.isRequeued()) {
            emit(cameBack(record, context), out);
            return;
        }
        emit(attempted(record, null, context), out);
        java.util.Objects.requireNonNull(progress, "the state is not initialised")
                .passed(record);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<KafkaOutput> out) throws Exception {
        copies().expire(timestamp, context.timerService()::registerEventTimeTimer);
    }

    @Override
    public void close() {
        if (steps != null) {
            steps.release().run();
            steps = null;
        }
    }

    /** Of a record of {@code events.requeue}: it is attempted once, and only if the job itself put it into quarantine. */
    private List<KafkaOutput> cameBack(IngressRecord record, Context context) throws Exception {
        Tickets.Read read = steps().tickets().read(record);
        if (read instanceof Tickets.Read.Refused refused) {
            return notAttempted(record, refused.reason(), refused.entryId());
        }
        Requeue requeue = ((Tickets.Read.Valid) read).requeue();
        Optional<RequeueRefusal> refusal = copies().take(requeue);
        if (refusal.isPresent()) {
            return notAttempted(record, refusal.get(), requeue.before().entryId());
        }
        context.timerService().registerEventTimeTimer(copies().expiryMs(requeue));
        metrics().requeued();
        return attempted(requeue.record(), requeue, context);
    }

    private List<KafkaOutput> notAttempted(IngressRecord record, RequeueRefusal reason, @Nullable String entryId) {
        metrics().requeueRefused();
        return steps().disposal().notAttempted(record, reason, entryId);
    }

    private List<KafkaOutput> attempted(IngressRecord record, @Nullable Requeue requeue, Context context)
            throws Exception {
        Opened opened = steps().unseal().open(record);
        if (opened instanceof Opened.Open open) {
            return verified(new OpenedRecord(record, open.tags(), open.event(), requeue), context);
        }
        ReasonCode reason = ((Opened.Refused) opened).code();
        metrics().quarantined(reason);
        return steps().disposal().refused(record, reason, requeue);
    }

    private List<KafkaOutput> verified(OpenedRecord opened, Context context) throws Exception {
        byte[] content =
                steps().hashes().content(opened.tags().dataset(), opened.tags().purpose(), opened.event());
        return switch (copies().judge(opened, content)) {
            case NEW -> {
                context.timerService().registerEventTimeTimer(copies().expiryMs(opened));
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
        Optional<Choice> read = ChoicePayload.read(opened);
        if (read.isEmpty()) {
            return faulty(opened, ReasonCode.CHOICE_INVALID);
        }
        Choice choice = read.get();
        Instant madeAt = opened.tags().received();
        Notices.Told told = steps().notices().of(opened, choice, reachedSoFar());
        Optional<StandingChoices> after = after(opened, choice, told);
        if (after.isEmpty()) {
            return faulty(opened, ReasonCode.CHOICE_INVALID);
        }
        if (opened.requeue() != null && choices().isSuperseded(choice, madeAt)) {
            return faulty(opened, ReasonCode.CHOICE_SUPERSEDED);
        }
        AuditEntry entry = steps().disposal().appliedEntry(opened, choice, told.outcomes());
        if (!entry.fits()) {
            return faulty(opened, ReasonCode.ENTRY_TOO_LARGE);
        }
        choices().update(choice.kind(), after.get(), madeAt);
        forgetIfErased();
        metrics().applied(told.outputs().size());
        return steps().disposal().applied(opened, after.get(), told.outputs(), entry);
    }

    private Optional<StandingChoices> after(OpenedRecord opened, Choice choice, Notices.Told told) throws Exception {
        StandingChoices before = choices().standing();
        if (choice.kind() != Choice.Kind.ERASURE) {
            return before.after(choice, limits.maxPurposesPerSubject());
        }
        IngressRecord record = opened.sealed();
        return Optional.of(before.erased(new SubjectErasure(
                record.position().entryId(record.attempt()), opened.tags().received(), told.outcomes(), false)));
    }

    /** Of an erased subject nothing is remembered, nor what a late record said, until it returns. */
    private void forgetIfErased() throws Exception {
        if (choices().standing().isErased()) {
            subject().forget();
        }
    }

    private List<KafkaOutput> decided(OpenedRecord opened) throws Exception {
        StandingChoices standing = choices().standing();
        if (opened.requeue() != null && standing.tookAway(opened.sealed().position())) {
            return faulty(
                    opened, ReasonCode.SUBJECT_ERASED); // the partition no longer orders it before the erasure (P7)
        }
        Decide.Result decision = steps().decide().decide(opened, standing);
        if (decision instanceof Decide.Result.Undecided undecided) {
            metrics().quarantined(undecided.reason());
            return steps().disposal().faulty(opened, undecided.reason(), undecided.dataset(), undecided.chosen());
        }
        DecidedRecord decided = ((Decide.Result.Decided) decision).record();
        Protect.Result result = steps().protect().protect(decided, subject());
        forgetIfErased();
        if (result instanceof Protect.Result.Faulty faulty) {
            metrics().quarantined(faulty.reason());
            return steps().disposal().faulty(decided, faulty.reason());
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
        return steps().disposal().faulty(opened, reason, null, null);
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

    private Copies copies() {
        return java.util.Objects.requireNonNull(copies, "the function is not open");
    }

    private SubjectChoices choices() {
        return java.util.Objects.requireNonNull(choices, "the function is not open");
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
