package io.sluice.gateway;

import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.Tags;
import io.sluice.core.rulebook.Producer;
import io.sluice.gateway.admit.Admission;
import io.sluice.gateway.admit.InForce;
import io.sluice.gateway.answer.Accepted;
import io.sluice.gateway.authenticate.Authenticator;
import io.sluice.gateway.operate.ConnectionEnd;
import io.sluice.gateway.parse.ChoiceRequest;
import io.sluice.gateway.parse.EventParser;
import io.sluice.gateway.parse.ParsedEvent;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.QuotaState;
import io.sluice.gateway.problem.RefusedException;
import io.sluice.gateway.receive.BatchIntake;
import io.sluice.gateway.receive.EventAddress;
import io.sluice.gateway.receive.Ingress;
import io.sluice.gateway.receive.ReceivedRequest;
import io.sluice.gateway.receive.RequestHead;
import io.sluice.gateway.refusals.RefusalLedger;
import io.sluice.serving.tls.HandshakeFault;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A request's way through the gateway, top to bottom: authenticate, parse, admit, tag, seal, publish. Whatever a stage
 * refuses, the ones below do not see. Without a policy in force nothing passes (promise P1). Thread-safe.
 */
final class IngressPipeline implements Ingress {
    private final Stages stages;

    IngressPipeline(Stages stages) {
        this.stages = stages;
    }

    @Override
    public CompletionStage<Accepted> accept(ReceivedRequest request) {
        Instant received = stages.clock().instant();
        String actor = RefusalLedger.UNKNOWN;
        CompletionStage<Accepted> accepted;
        try {
            InForce policy = stages.policy(received);
            Producer producer = Authenticator.authenticate(request.head().certificate(), policy.rulebook());
            actor = producer.id();
            stages.quotas().take(producer, request.body().length);
            accepted = request.head().isChoice()
                    ? choice(request, policy, producer, received)
                    : event(request, policy, producer, received);
        } catch (RefusedException refused) {
            accepted = CompletableFuture.failedFuture(refused);
        }
        String who = actor;
        return accepted.whenComplete((ok, fault) -> count(who, fault, received));
    }

    @Override
    public BatchIntake open(RequestHead head) {
        Instant received = stages.clock().instant();
        String actor = RefusalLedger.UNKNOWN;
        try {
            InForce policy = stages.policy(received);
            Producer producer = Authenticator.authenticate(head.certificate(), policy.rulebook());
            actor = producer.id();
            stages.events().requireBatch(head.headers());
            return new BatchPipeline(stages, head, producer);
        } catch (RefusedException refused) {
            stages.count(actor, refused.code(), received);
            throw refused;
        }
    }

    @Override
    public Told ask(RequestHead head, EventAddress asked) {
        Instant received = stages.clock().instant();
        String actor = RefusalLedger.UNKNOWN;
        try {
            Producer producer = Authenticator.authenticate(
                    head.certificate(), stages.policy(received).rulebook());
            actor = producer.id();
            stages.quotas().take(producer, 0);
            byte[] answer = stages.questions().answer(producer.id(), asked);
            return new Told(answer, stages.quotas().left(producer, null));
        } catch (RefusedException refused) {
            stages.count(actor, refused.code(), received);
            throw refused;
        }
    }

    @Override
    public void refused(ProblemCode code, @Nullable X509Certificate certificate) {
        Instant now = stages.clock().instant();
        stages.count(actor(certificate, now), code, now);
    }

    @Override
    public void ended(ConnectionEnd reason, @Nullable X509Certificate certificate) {
        Instant now = stages.clock().instant();
        stages.refusals().count(actor(certificate, now), reason, now);
    }

    @Override
    public void refused(HandshakeFault fault) {
        stages.refusals().count(fault, stages.clock().instant());
    }

    private String actor(@Nullable X509Certificate certificate, Instant now) {
        InForce policy = stages.policies().current(now).orElse(null);
        if (certificate == null || policy == null) {
            return RefusalLedger.UNKNOWN;
        }
        try {
            return Authenticator.authenticate(certificate, policy.rulebook()).id();
        } catch (RefusedException nobody) {
            return RefusalLedger.UNKNOWN;
        }
    }

    private CompletionStage<Accepted> event(
            ReceivedRequest request, InForce policy, Producer producer, Instant received) {
        RequestHead head = request.head();
        ParsedEvent parsed = stages.events().parse(head.headers(), request.body(), producer.id(), head.address());
        String dataset = Admission.datasetOf(policy, head.address(), parsed.payload());
        Admission.Admitted admitted =
                Admission.event(policy, producer, dataset, head.headers().purpose());
        stages.quotas().take(producer, admitted.dataset().id(), request.body().length);
        Tags tags = stages.tags(policy, producer, admitted, parsed, received);
        return telling(producer, dataset, stages.publish(stages.draft(head, parsed, received), tags, head.traceId()));
    }

    private CompletionStage<Accepted> choice(
            ReceivedRequest request, InForce policy, Producer producer, Instant received) {
        RequestHead head = request.head();
        ChoiceRequest parsed = stages.choices().parse(head.headers(), request.body());
        ClientEvent event = new ClientEvent(
                parsed.id(),
                EventParser.sourceOf(producer.id()),
                "io.sluice.choice",
                null,
                null,
                "application/json",
                new TreeMap<>(),
                parsed.choice().toBytes());
        Tags tags = tags(policy, producer, parsed, event, received);
        Draft draft = new Draft(event, parsed.idMinted(), newer -> {
            Producer sender = Authenticator.authenticate(head.certificate(), newer.rulebook());
            return tags(newer, sender, parsed, event, received);
        });
        return telling(producer, null, stages.publish(draft, tags, head.traceId()));
    }

    /** Adds what is left of the sender's quota, where it has one. */
    private CompletionStage<Accepted> telling(
            Producer producer, @Nullable String dataset, CompletionStage<Accepted> accepted) {
        QuotaState left = stages.quotas().left(producer, dataset);
        return left == null ? accepted : accepted.thenApply(done -> done.under(left));
    }

    private Tags tags(InForce policy, Producer producer, ChoiceRequest choice, ClientEvent event, Instant received) {
        Admission.choice(policy, producer, choice.controller());
        return stages.tagger().choice(policy, producer, choice, event, received);
    }

    private void count(String actor, @Nullable Throwable fault, Instant when) {
        Throwable cause = fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
        if (cause instanceof RefusedException refused) {
            stages.count(actor, refused.code(), when);
        }
    }
}
