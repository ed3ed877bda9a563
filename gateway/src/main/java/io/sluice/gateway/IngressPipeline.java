package io.sluice.gateway;

import io.sluice.core.event.Choice;
import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.Tags;
import io.sluice.core.rulebook.Producer;
import io.sluice.gateway.admit.Admission;
import io.sluice.gateway.admit.InForce;
import io.sluice.gateway.admit.PayloadSchemas;
import io.sluice.gateway.admit.PolicySource;
import io.sluice.gateway.admit.Quotas;
import io.sluice.gateway.authenticate.Authenticator;
import io.sluice.gateway.parse.ChoiceParser;
import io.sluice.gateway.parse.ChoiceRequest;
import io.sluice.gateway.parse.EventParser;
import io.sluice.gateway.parse.ParsedEvent;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import io.sluice.gateway.publish.IngressPublisher;
import io.sluice.gateway.publish.SeenEvents;
import io.sluice.gateway.receive.Accepted;
import io.sluice.gateway.receive.Ingress;
import io.sluice.gateway.receive.ReceivedRequest;
import io.sluice.gateway.refusals.RefusalLedger;
import io.sluice.gateway.tag.Tagger;
import io.sluice.protection.seal.SealException;
import io.sluice.protection.seal.SealedEvent;
import io.sluice.protection.seal.Sealer;
import java.time.Clock;
import java.time.Instant;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request's way through the gateway, top to bottom: authenticate, parse, admit, tag, seal, publish. Whatever a stage
 * refuses, the ones below do not see. Without a policy in force nothing passes (promise P1). Thread-safe.
 */
final class IngressPipeline implements Ingress {
    private static final Logger LOG = LoggerFactory.getLogger(IngressPipeline.class);

    private final Stages stages;

    /** What the stages are made of. */
    record Stages(
            PolicySource policies,
            Quotas quotas,
            EventParser events,
            ChoiceParser choices,
            PayloadSchemas schemas,
            Tagger tagger,
            Sealer sealer,
            SeenEvents seen,
            IngressPublisher publisher,
            RefusalLedger refusals,
            Clock clock) {}

    IngressPipeline(Stages stages) {
        this.stages = stages;
    }

    @Override
    public CompletionStage<Accepted> accept(ReceivedRequest request) {
        Instant received = stages.clock.instant();
        String actor = RefusalLedger.UNKNOWN;
        CompletionStage<Accepted> accepted;
        try {
            InForce policy = policy(received);
            Producer producer = Authenticator.authenticate(request.certificate(), policy.rulebook());
            actor = producer.id();
            stages.quotas.take(producer);
            accepted = request.isChoice()
                    ? choice(request, policy, producer, received)
                    : event(request, policy, producer, received);
        } catch (RefusedException refused) {
            accepted = CompletableFuture.failedFuture(refused);
        }
        String who = actor;
        return accepted.whenComplete((ok, fault) -> count(who, fault, received));
    }

    private InForce policy(Instant received) {
        return stages.policies
                .current(received)
                .orElseThrow(
                        () -> RefusedException.of(
                                ProblemCode.POLICY_UNAVAILABLE,
                                "No verified, unexpired policy is known here, so nothing is accepted. Repeat the request later."));
    }

    private CompletionStage<Accepted> event(
            ReceivedRequest request, InForce policy, Producer producer, Instant received) {
        String address = String.valueOf(request.dataset());
        ParsedEvent parsed = stages.events.parse(request.headers(), request.body(), producer.id(), address);
        String dataset = Admission.datasetOf(policy, address, parsed.payload());
        Admission.Admitted admitted =
                Admission.event(policy, producer, dataset, request.headers().purpose());
        stages.schemas.require(admitted.dataset(), parsed.payload());
        Tags tags = stages.tagger.event(policy, producer, admitted, parsed, received);
        return publish(tags, parsed.event(), parsed.idMinted(), request.traceId());
    }

    private CompletionStage<Accepted> choice(
            ReceivedRequest request, InForce policy, Producer producer, Instant received) {
        ChoiceRequest parsed = stages.choices.parse(request.headers(), request.body());
        Admission.choice(policy, producer, parsed.controller());
        if (parsed.choice().kind() == Choice.Kind.ERASURE) {
            throw RefusedException.of(
                    ProblemCode.ERASURE_NOT_AVAILABLE,
                    "This version records consent, withdrawal, objection and restriction. Handle the erasure outside Sluice.");
        }
        ClientEvent event = new ClientEvent(
                parsed.id(),
                "urn:sluice:producer:" + producer.id(),
                "io.sluice.choice",
                null,
                null,
                "application/json",
                new TreeMap<>(),
                parsed.choice().toBytes());
        Tags tags = stages.tagger.choice(policy, producer, parsed, event, received);
        return publish(tags, event, parsed.idMinted(), request.traceId());
    }

    private CompletionStage<Accepted> publish(Tags tags, ClientEvent event, boolean idMinted, String traceId) {
        return stages.seen
                .once(tags, event, () -> stages.publisher.publish(seal(tags, event)))
                .thenApply(stored -> {
                    LOG.atDebug()
                            .addKeyValue("traceId", traceId)
                            .addKeyValue("eventId", tags.id())
                            .addKeyValue("dataset", tags.dataset())
                            .addKeyValue("producer", tags.producer())
                            .addKeyValue("position", stored.position())
                            .addKeyValue("activation", tags.activation())
                            .log("accepted");
                    return new Accepted(event.id(), idMinted, stored.position(), stored.repeated());
                });
    }

    private SealedEvent seal(Tags tags, ClientEvent event) {
        try {
            return stages.sealer.seal(tags, event);
        } catch (SealException e) {
            LOG.error("Events cannot be sealed", e); // its message names keys, no tag and no field
            throw RefusedException.of(
                    ProblemCode.SEAL_UNAVAILABLE, "The key of this period cannot be had. Repeat the request later.");
        }
    }

    /** Refusals of the caller's making go into the trail; the gateway's own troubles are metrics. */
    private void count(String actor, @org.jspecify.annotations.Nullable Throwable fault, Instant when) {
        Throwable cause = fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
        if (cause instanceof RefusedException refused && refused.code().status() < 500) {
            stages.refusals.count(actor, refused.code(), when);
        }
    }
}
