package io.sluice.gateway;

import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.Tags;
import io.sluice.gateway.admit.InForce;
import io.sluice.gateway.admit.PayloadSchemas;
import io.sluice.gateway.admit.PolicySource;
import io.sluice.gateway.admit.Quotas;
import io.sluice.gateway.answer.Accepted;
import io.sluice.gateway.parse.ChoiceParser;
import io.sluice.gateway.parse.EventParser;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import io.sluice.gateway.publish.IngressPublisher;
import io.sluice.gateway.publish.SeenEvents;
import io.sluice.gateway.refusals.RefusalLedger;
import io.sluice.gateway.tag.Tagger;
import io.sluice.protection.seal.SealException;
import io.sluice.protection.seal.SealedEvent;
import io.sluice.protection.seal.Sealer;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the ways through the gateway are made of, and their two ends: the policy in force, and the publication. Thread-safe. */
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
        Clock clock) {
    private static final Logger LOG = LoggerFactory.getLogger(Stages.class);

    /** What decides now. @throws RefusedException {@code policy-unavailable} (promise P1) */
    InForce policy(Instant received) {
        return policies.current(received)
                .orElseThrow(
                        () -> RefusedException.of(
                                ProblemCode.POLICY_UNAVAILABLE,
                                "No verified, unexpired policy is known here, so nothing is accepted. Repeat the request later."));
    }

    /** Seals and publishes; completes once the event is durable. */
    CompletableFuture<Accepted> publish(Tags tags, ClientEvent event, boolean idMinted, String traceId) {
        return seen.once(tags, event, () -> publisher.publish(seal(tags, event)))
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

    /** Refusals of the caller's making go into the trail; the gateway's own troubles are metrics. */
    void count(String actor, ProblemCode code, Instant when) {
        if (code.status() < 500) {
            refusals.count(actor, code, when);
        }
    }

    private SealedEvent seal(Tags tags, ClientEvent event) {
        try {
            return sealer.seal(tags, event);
        } catch (SealException e) {
            LOG.error("Events cannot be sealed", e); // its message names keys, no tag and no field
            throw RefusedException.of(
                    ProblemCode.SEAL_UNAVAILABLE, "The key of this period cannot be had. Repeat the request later.");
        }
    }
}
