package io.sluice.gateway;

import io.sluice.core.event.Tags;
import io.sluice.core.rulebook.Producer;
import io.sluice.gateway.admit.Admission;
import io.sluice.gateway.admit.InForce;
import io.sluice.gateway.answer.Accepted;
import io.sluice.gateway.answer.Outcome;
import io.sluice.gateway.authenticate.Authenticator;
import io.sluice.gateway.parse.BatchEvent;
import io.sluice.gateway.parse.ParsedEvent;
import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.QuotaState;
import io.sluice.gateway.problem.RefusedException;
import io.sluice.gateway.receive.BatchIntake;
import io.sluice.gateway.receive.RequestHead;
import io.sluice.gateway.refusals.RefusalLedger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a batch's events through the gateway, the same as a single one's, but in step: policy, producer, admission and
 * time of receipt are looked up once for the events that arrive together, and all of them are sent before the first is
 * awaited. An activation or a quota that changes in the middle of a long batch counts from then on; one that overtakes an
 * event between its admission and its sending counts for that event. An event's refusal is
 * its own; only one that may pass (429, 503) also refuses those behind it, untried.
 */
final class BatchPipeline implements BatchIntake {
    private static final Logger LOG = LoggerFactory.getLogger(BatchPipeline.class);

    private final Stages stages;
    private final RequestHead head;
    private volatile Producer sender;
    /** Datasets of its events so far; those of one dataset are told of its quota too. */
    private final Set<String> datasets = ConcurrentHashMap.newKeySet();

    BatchPipeline(Stages stages, RequestHead head, Producer sender) {
        this.stages = stages;
        this.head = head;
        this.sender = sender;
    }

    @Override
    public @Nullable QuotaState quota() {
        List<String> seen = List.copyOf(datasets);
        return stages.quotas().left(sender, seen.size() == 1 ? seen.get(0) : null);
    }

    @Override
    public CompletionStage<List<Outcome>> accept(List<BatchEvent> events) {
        Instant received = stages.clock().instant().truncatedTo(ChronoUnit.MICROS); // as tags tell it, once for all
        Together together = new Together(received);
        Outcomes outcomes = new Outcomes(events.size());
        for (int i = 0; i < events.size(); i++) {
            int at = i;
            int number = events.get(i).number(); // all that is kept of it while Kafka is awaited
            var ignored = together.event(events.get(i))
                    .whenComplete(
                            (accepted, fault) -> outcomes.settle(at, () -> together.outcome(number, accepted, fault)));
        }
        return outcomes.all();
    }

    /** What is looked up once for events that arrived together. */
    private final class Together {
        private final Instant received;
        private final Map<String, Admission.Admitted> admitted = new HashMap<>();
        private @Nullable InForce policy;
        private @Nullable Producer producer;
        private volatile String actor = RefusalLedger.UNKNOWN;
        /** Refuses what follows. */
        private @Nullable RefusedException refusal;

        private Together(Instant received) {
            this.received = received;
            try {
                InForce current = stages.policy(received);
                Producer known = Authenticator.authenticate(head.certificate(), current.rulebook());
                policy = current;
                producer = known;
                actor = known.id();
                sender = known;
            } catch (RefusedException e) {
                refusal = e;
            }
        }

        CompletableFuture<Accepted> event(BatchEvent event) {
            RefusedException before = refusal;
            InForce current = policy;
            Producer sender = producer;
            if (before != null || current == null || sender == null) {
                return CompletableFuture.failedFuture(
                        before != null ? before : new IllegalStateException("Nothing is known of the sender"));
            }
            CompletableFuture<Accepted> accepted;
            try {
                accepted = publish(event, current, sender);
            } catch (RuntimeException | StackOverflowError e) { // of this event alone; any other error ends the slice
                accepted = CompletableFuture.failedFuture(e);
            }
            if (accepted.isCompletedExceptionally()) {
                accepted = accepted.whenComplete((none, fault) -> refusal = lasting(fault));
            }
            return accepted;
        }

        private @Nullable RefusedException lasting(Throwable fault) {
            return cause(fault) instanceof RefusedException refused
                            && refused.code().retry()
                    ? refused
                    : null;
        }

        private CompletableFuture<Accepted> publish(BatchEvent event, InForce current, Producer sender) {
            stages.quotas().take(sender, event.length());
            ParsedEvent parsed = stages.events().parse(event, head.headers(), sender.id(), head.address());
            String dataset = Admission.datasetOf(current, head.address(), parsed.payload());
            Admission.Admitted grant = admitted.computeIfAbsent(
                    dataset,
                    name -> Admission.event(
                            current, sender, name, head.headers().purpose()));
            stages.quotas().take(sender, grant.dataset().id(), event.length());
            datasets.add(grant.dataset().id());
            Tags tags = stages.tags(current, sender, grant, parsed, received);
            return stages.publish(stages.draft(head, parsed, received), tags, head.traceId());
        }

        Outcome outcome(int number, @Nullable Accepted accepted, @Nullable Throwable fault) {
            if (accepted != null) {
                return Outcome.of(number, accepted);
            }
            Throwable cause = cause(fault);
            if (cause instanceof RefusedException refused) {
                stages.count(actor, refused.code(), received);
                return Outcome.of(number, refused.problem());
            }
            // Only class and place: a message may quote what the producer sent.
            LOG.atError()
                    .addKeyValue("traceId", head.traceId())
                    .addKeyValue(
                            "fault", cause == null ? "none" : cause.getClass().getName())
                    .addKeyValue(
                            "at", cause == null || cause.getStackTrace().length == 0 ? "" : cause.getStackTrace()[0])
                    .log("An event of a batch failed by a fault of the gateway");
            return Outcome.of(
                    number,
                    Problem.of(
                            ProblemCode.INTERNAL,
                            "A fault of the gateway; its log names it by traceId. This event was not acknowledged."));
        }
    }

    private static @Nullable Throwable cause(@Nullable Throwable fault) {
        return fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
    }
}
