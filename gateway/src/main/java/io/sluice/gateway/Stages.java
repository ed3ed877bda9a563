package io.sluice.gateway;

import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.Tags;
import io.sluice.core.rulebook.Producer;
import io.sluice.gateway.admit.Admission;
import io.sluice.gateway.admit.InForce;
import io.sluice.gateway.admit.PayloadSchemas;
import io.sluice.gateway.admit.PolicySource;
import io.sluice.gateway.admit.Quotas;
import io.sluice.gateway.answer.Accepted;
import io.sluice.gateway.authenticate.Authenticator;
import io.sluice.gateway.parse.ChoiceParser;
import io.sluice.gateway.parse.EventParser;
import io.sluice.gateway.parse.ParsedEvent;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import io.sluice.gateway.publish.IngressPublisher;
import io.sluice.gateway.publish.SeenEvents;
import io.sluice.gateway.publish.StampedEvent;
import io.sluice.gateway.receive.RequestHead;
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
        Questions questions,
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

    /**
     * Seals and publishes; completes once the event is durable.
     *
     * @param tags what the policy that admitted it made of it; one that comes into force before it is sent is asked anew
     */
    CompletableFuture<Accepted> publish(Draft draft, Tags tags, String traceId) {
        // While Kafka is awaited nothing here holds the event, only what the answer says of it.
        String id = draft.event().id();
        boolean minted = draft.idMinted();
        return seen.once(tags, draft.event(), () -> publisher.publish(stamped(draft, tags)))
                .thenApply(stored -> {
                    LOG.atDebug()
                            .addKeyValue("traceId", traceId)
                            .addKeyValue("eventId", tags.id())
                            .addKeyValue("dataset", tags.dataset())
                            .addKeyValue("producer", tags.producer())
                            .addKeyValue(
                                    "position",
                                    () -> stored.position()
                                            .map(Object::toString)
                                            .orElse("spool"))
                            .log("accepted");
                    return new Accepted(id, minted, stored.position(), stored.repeated());
                });
    }

    private StampedEvent stamped(Draft draft, Tags tags) {
        return new StampedEvent(seal(tags, draft.event()), tags.activation(), () -> anew(draft, tags));
    }

    /** The event under the policy in force by now. */
    private StampedEvent anew(Draft draft, Tags before) {
        Tags tags = draft.under().apply(policy(clock.instant()));
        if (!tags.id().equals(before.id())) { // the id of an event is made of its producer's
            throw RefusedException.of(
                    ProblemCode.POLICY_UNAVAILABLE,
                    "The rulebook has given this producer another id meanwhile. Repeat the request.");
        }
        seen.takenAs(tags, draft.event());
        return stamped(draft, tags);
    }

    /** An event of a dataset or group, as a newer policy would be asked about it. */
    Draft draft(RequestHead head, ParsedEvent parsed, Instant received) {
        ClientEvent event = parsed.event();
        return new Draft(event, parsed.idMinted(), newer -> tags(newer, head, event, received));
    }

    /** Admits and tags an event that parsed before, from its sender's certificate on. */
    private Tags tags(InForce policy, RequestHead head, ClientEvent event, Instant received) {
        ParsedEvent parsed = ParsedEvent.again(event);
        Producer producer = Authenticator.authenticate(head.certificate(), policy.rulebook());
        String dataset = Admission.datasetOf(policy, head.address(), parsed.payload());
        Admission.Admitted admitted =
                Admission.event(policy, producer, dataset, head.headers().purpose());
        return tags(policy, producer, admitted, parsed, received);
    }

    /** Tags an event whose payload follows the schema. @throws RefusedException where it does not, or has no subject */
    Tags tags(InForce policy, Producer producer, Admission.Admitted admitted, ParsedEvent parsed, Instant received) {
        schemas.require(admitted.dataset(), parsed.text());
        return tagger.event(policy, producer, admitted, parsed, received);
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
