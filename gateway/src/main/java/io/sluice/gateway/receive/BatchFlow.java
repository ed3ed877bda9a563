package io.sluice.gateway.receive;

import io.sluice.gateway.answer.BatchAnswer;
import io.sluice.gateway.answer.Outcome;
import io.sluice.gateway.answer.Stop;
import io.sluice.gateway.parse.BatchEvent;
import io.sluice.gateway.parse.BatchLimits;
import io.sluice.gateway.parse.BatchSource;
import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import io.sluice.gateway.publish.BytesInFlight;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves a batch from its source through the intake to its answer, in slices: one slice at a time is worked on, so that
 * order is kept, while those before wait for Kafka. What is under way is bounded; when the bound is reached it takes no more
 * from the source until something settled.
 *
 * <p>A refusal that may pass (429, 503) ends the batch: what follows is not tried, so that a later resend does not bring
 * older events behind newer ones. What is under way then still gets its true outcome.
 *
 * <p>Lives on one event loop; only the intake runs elsewhere.
 */
final class BatchFlow {
    private static final Logger LOG = LoggerFactory.getLogger(BatchFlow.class);
    /** Most events of a slice. */
    static final int SLICE_EVENTS = 256;
    /** Bytes after which a slice takes no further event. */
    static final int SLICE_BYTES = 256 << 10;

    private final BatchSource source;
    private final BatchIntake intake;
    private final BatchLimits limits;
    private final Wiring wiring;
    private final BatchAnswer answer;
    private final Deque<Slice> underWay = new ArrayDeque<>();
    private int eventsUnderWay;
    private long bytesUnderWay;
    private boolean working;
    private boolean pumping;
    private boolean over;

    /**
     * What surrounds it.
     *
     * @param workers runs the intake; refuses when it is full
     * @param loop runs a task on the event loop
     * @param permit its share of the memory, of which each event under way takes some
     * @param listener hears what happens
     */
    record Wiring(Executor workers, Executor loop, BytesInFlight.Permit permit, Listener listener) {}

    /** Hears what happens, on the event loop. */
    interface Listener {
        /**
         * Events settled, so that there may be room for more; the answer grew.
         *
         * @throws RefusedException to take no more of the batch
         */
        void settled(List<Outcome> outcomes, int answerBytes);

        /** Nothing is under way and nothing will come. */
        void finished(BatchAnswer answer);
    }

    private static final class Slice {
        private final int events;
        private final long bytes;
        /** Of the permit, beside its bytes. */
        private long reserved;

        private @Nullable List<Outcome> outcomes;

        private Slice(int events, long bytes) {
            this.events = events;
            this.bytes = bytes;
        }
    }

    BatchFlow(BatchSource source, BatchIntake intake, BatchLimits limits, String traceId, Wiring wiring) {
        this.source = source;
        this.intake = intake;
        this.limits = limits;
        this.wiring = wiring;
        this.answer = new BatchAnswer(source.numbering(), traceId);
    }

    /** Takes what the source has, as far as the bounds allow; to be called when it has more or has ended. */
    void pump() {
        if (over || working) {
            return;
        }
        List<BatchEvent> events = new ArrayList<>();
        long bytes = 0;
        while (events.size() < SLICE_EVENTS && bytes < SLICE_BYTES && room(events.size())) {
            BatchEvent event = source.next();
            if (event == null) {
                break;
            }
            events.add(event);
            bytes += event.length();
        }
        if (!events.isEmpty()) {
            work(events, new Slice(events.size(), bytes));
        } else if (underWay.isEmpty() && source.ended()) {
            finish();
        }
    }

    /** As {@link #pump}, once for all that the source gets in this turn of the event loop: a slice costs more than an event. */
    void pumpSoon() {
        if (!pumping) {
            pumping = true;
            wiring.loop.execute(() -> {
                pumping = false;
                pump();
            });
        }
    }

    /** Bytes of the batch that are in memory. */
    long bytes() {
        return source.heldBytes() + bytesUnderWay;
    }

    /** Whether its answer was handed over. */
    boolean over() {
        return over;
    }

    private boolean room(int taken) {
        int pending = eventsUnderWay + taken;
        if (pending >= limits.maxEventsUnderWay()) {
            return false;
        }
        if (answer.bytes() + (pending + 1L) * BatchAnswer.MAX_EVENT_BYTES > limits.maxAnswerBytes()) {
            if (pending > 0) {
                return false; // what is pending may take less than its bound
            }
            source.stop(Problem.of(
                    ProblemCode.BATCH_TOO_LARGE,
                    "The answer has reached " + limits.maxAnswerBytes() + " bytes; send the rest in another request."));
        }
        return true;
    }

    private void work(List<BatchEvent> events, Slice slice) {
        boolean more = !source.ended(); // else nothing is left to be taken once it is worked on
        working = more;
        underWay.add(slice);
        eventsUnderWay += slice.events;
        bytesUnderWay += slice.bytes;
        try {
            long beside = (long) slice.events * BytesInFlight.EVENT_BYTES;
            wiring.permit.extend(beside);
            slice.reserved = beside;
            wiring.workers.execute(() -> take(events, slice, more));
        } catch (RefusedException full) {
            working = false;
            settle(slice, all(events, full.problem()));
        } catch (RejectedExecutionException e) {
            working = false;
            Problem full = Problem.of(
                    ProblemCode.BACK_PRESSURE, "Too many requests wait to be worked on. Repeat the request later.");
            settle(slice, all(events, full));
        }
    }

    /** Runs on a worker. An error too ends the slice, and goes on. */
    private void take(List<BatchEvent> events, Slice slice, boolean more) {
        CompletionStage<List<Outcome>> taken;
        try {
            taken = intake.accept(events);
        } catch (RuntimeException | Error e) {
            await(CompletableFuture.failedFuture(e), events, slice, more);
            if (e instanceof Error fatal) {
                throw fatal;
            }
            return;
        }
        await(taken, events, slice, more);
    }

    private void await(CompletionStage<List<Outcome>> outcomes, List<BatchEvent> events, Slice slice, boolean more) {
        if (more) {
            wiring.loop.execute(this::worked);
        }
        var ignored = outcomes.whenComplete((settled, fault) ->
                wiring.loop.execute(() -> settle(slice, fault == null ? settled : failed(events, fault))));
    }

    private void worked() {
        working = false;
        pump();
    }

    private static List<Outcome> failed(List<BatchEvent> events, Throwable fault) {
        LOG.atError().addKeyValue("fault", fault.getClass().getName()).log("A part of a batch failed as a whole");
        return all(events, Problem.of(ProblemCode.INTERNAL, "A fault of the gateway. Nothing was acknowledged."));
    }

    private static List<Outcome> all(List<BatchEvent> events, Problem problem) {
        return events.stream().map(event -> Outcome.of(event.number(), problem)).toList();
    }

    private void settle(Slice slice, List<Outcome> outcomes) {
        slice.outcomes = outcomes;
        outcomes.stream()
                .map(Outcome::problem)
                .filter(problem -> problem != null && problem.code().retry())
                .findFirst()
                .ifPresent(source::stop);
        for (Slice first = underWay.peek(); first != null && first.outcomes != null; first = underWay.peek()) {
            underWay.remove();
            eventsUnderWay -= first.events;
            bytesUnderWay -= first.bytes;
            wiring.permit.shrink(first.reserved);
            tell(first.outcomes, answer.add(first.outcomes));
        }
        pump();
    }

    private void tell(List<Outcome> outcomes, int answerBytes) {
        try {
            wiring.listener.settled(outcomes, answerBytes);
        } catch (RefusedException full) {
            source.stop(full.problem());
        }
    }

    private void finish() {
        over = true;
        Stop stop = source.stopped();
        if (stop != null) {
            answer.stopped(stop);
        }
        wiring.listener.finished(answer);
    }
}
