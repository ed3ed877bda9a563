package io.sluice.cli.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.audit.ReasonCode;
import io.sluice.core.decision.Decision;
import io.sluice.core.decision.Disposition;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.decision.Reason;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.encoding.JsonText;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.SubjectRef;
import io.sluice.core.event.Tags;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.Producer;
import io.sluice.gateway.admit.ActiveInForce;
import io.sluice.gateway.admit.Admission;
import io.sluice.gateway.admit.PayloadSchemas;
import io.sluice.gateway.parse.ParsedEvent;
import io.sluice.gateway.problem.RefusedException;
import io.sluice.gateway.tag.Tagger;
import io.sluice.policies.draft.DraftPolicy;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.DecisionInvalidException;
import io.sluice.policies.scenario.EventOutcome;
import io.sluice.policies.scenario.EventStand;
import io.sluice.policies.scenario.PostedEvent;
import io.sluice.policies.scenario.Standing;
import io.sluice.protection.text.Identifiers;
import io.sluice.protection.text.TextDropped;
import io.sluice.protection.text.TextLimits;
import io.sluice.protection.text.TextMasker;
import io.sluice.protection.transform.PlanRefusedException;
import io.sluice.protection.transform.Protector;
import io.sluice.protection.transform.Pseudonyms;
import io.sluice.protection.transform.RecordContext;
import io.sluice.protection.transform.RecordIdentifiers;
import io.sluice.protection.transform.View;
import io.sluice.protection.transform.ViewLimits;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Carries an event through what the gateway and the protect job do to it: admitted, its payload checked, tagged, decided, and
 * each view made by the plan's own execution. What is not done: nothing is sealed, stored, counted or sent, and quotas, topics and
 * duplicates play no part. It remembers its subjects. Confined to one thread.
 */
public final class ProtectStand implements EventStand {
    private static final String TYPE = "application/json";

    private final ActivePolicy policy;
    private final ActiveInForce inForce;
    private final Tagger tagger;
    private final PayloadSchemas schemas = new PayloadSchemas();
    private final SecureRandom random = new SecureRandom();
    private final Protector protector;
    private final Map<SubjectRef, SubjectOfRun> subjects = new HashMap<>();
    private int posted;

    /** @param fpe whether the deployment has switched {@code tokenise-fpe} on */
    public ProtectStand(ActivePolicy policy, EphemeralKeys keys, boolean fpe) {
        this.policy = policy;
        this.inForce = new ActiveInForce(policy);
        this.tagger = new Tagger(DraftPolicy.TENANT, keys.references());
        this.protector = new Protector(DraftPolicy.TENANT, keys.fields(), random, ViewLimits.DEFAULT, fpe);
    }

    @Override
    public EventOutcome post(PostedEvent event, Standing standing) {
        posted++;
        Producer producer = policy.rulebook().producers().get(event.producer());
        if (producer == null) {
            return new EventOutcome.Refused(
                    "producer-unknown", "The rulebook has no producer '" + event.producer() + "'.");
        }
        byte[] body = event.payload().toString().getBytes(StandardCharsets.UTF_8);
        try {
            String address = Admission.datasetOf(inForce, event.address(), event.payload());
            Admission.Admitted admitted = Admission.event(inForce, producer, address, event.purpose());
            schemas.require(admitted.dataset(), JsonText.of(event.payload()));
            Tags tags = tagger.event(inForce, producer, admitted, parsed(producer, event, body), received(event));
            return decided(admitted.dataset(), producer, tags, body, event, standing);
        } catch (RefusedException e) {
            String pointer = e.problem().pointer();
            return new EventOutcome.Refused(
                    e.code().code(),
                    e.problem().detail() + (pointer == null || pointer.isEmpty() ? "" : " (at " + pointer + ")"));
        }
    }

    private ParsedEvent parsed(Producer producer, PostedEvent event, byte[] body) {
        return new ParsedEvent(
                new ClientEvent(
                        "scenario-" + posted,
                        "urn:sluice:producer:" + producer.id(),
                        "io.sluice.dataset." + event.address(),
                        null,
                        null,
                        TYPE,
                        new TreeMap<>(),
                        body),
                JsonText.of(event.payload()),
                true);
    }

    private static Instant received(PostedEvent event) {
        return event.day().atTime(LocalTime.NOON).toInstant(ZoneOffset.UTC);
    }

    private EventOutcome decided(
            Dataset dataset, Producer producer, Tags tags, byte[] body, PostedEvent event, Standing standing) {
        ReleaseInput input = new ReleaseInput(
                event.day(),
                dataset.id(),
                dataset.controller(),
                producer.id(),
                producer.org(),
                tags.purpose(),
                tags.subjectRegion(),
                standing.consents(),
                standing.objections(),
                standing.restrictions(),
                tags.attributes());
        SortedMap<String, EventOutcome.Got> got = new TreeMap<>();
        try {
            Decision decision = policy.release(input);
            SubjectRef ref = tags.subjectRef();
            SubjectOfRun subject =
                    ref == null ? null : subjects.computeIfAbsent(ref, first -> new SubjectOfRun(first, random));
            boolean read = protector.read(body);
            TextMasker texts = read ? masker(dataset, subject) : TextMasker.closed(TextDropped.SUBJECT_UNKNOWN);
            decision.recipients()
                    .forEach((id, one) -> got.put(id, got(dataset, one, context(event, ref, id, texts, subject))));
        } catch (DecisionInvalidException e) {
            policy.rulebook().recipients().keySet().forEach(id -> got.put(id, faulty(ReasonCode.DECISION_INVALID)));
        } finally {
            protector.clear();
        }
        return new EventOutcome.Decided(input, got);
    }

    private RecordContext context(
            PostedEvent event,
            @Nullable SubjectRef ref,
            String recipient,
            TextMasker texts,
            @Nullable SubjectOfRun subject) {
        return new RecordContext(
                event.day(),
                ref,
                "scenario-" + posted + "-" + recipient,
                texts,
                subject == null ? Pseudonyms.NONE : subject.pseudonyms(),
                subject == null ? null : subject.key());
    }

    /** As the protect job finds out what to look for inside texts, but that nothing has to be sealed. */
    private TextMasker masker(Dataset dataset, @Nullable SubjectOfRun subject) {
        if (!policy.looksInside()) {
            return TextMasker.closed(TextDropped.SUBJECT_UNKNOWN);
        }
        try {
            RecordIdentifiers named = protector.identifiers(
                    protector.identifierFields(dataset, policy.rulebook().classes()));
            Identifiers known = named.subject();
            if (subject != null) {
                known = subject.identifiers().and(named.subject(), TextLimits.DEFAULT);
                if (named.subject().hasName()) {
                    subject.remember(known);
                }
            }
            return known.tellWho() || !known.complete()
                    ? TextMasker.of(known.and(named.all(), TextLimits.DEFAULT), TextLimits.DEFAULT)
                    : TextMasker.closed(TextDropped.SUBJECT_UNKNOWN);
        } catch (PlanRefusedException e) {
            return TextMasker.closed(TextDropped.IDENTIFIERS_UNREADABLE);
        }
    }

    private EventOutcome.Got got(Dataset dataset, RecipientDecision decision, RecordContext context) {
        ProtectionPlan plan = decision.plan();
        if (plan == null) {
            return new EventOutcome.Got(
                    decision.disposition(),
                    decision.reasons().stream().map(Reason::rule).toList(),
                    null,
                    path -> "");
        }
        View view;
        try {
            view = protector.protect(protector.compile(plan), context);
        } catch (PlanRefusedException e) {
            return faulty(ReasonCode.TRANSFORM_FAILED);
        }
        if (view instanceof View.Failed failed) {
            return faulty(failed.code());
        }
        return new EventOutcome.Got(
                Disposition.RELEASE,
                decision.reasons().stream().map(Reason::rule).toList(),
                json(((View.Protected) view).bytes()),
                path -> because(dataset, plan, path));
    }

    private static EventOutcome.Got faulty(ReasonCode code) {
        return new EventOutcome.Got(Disposition.QUARANTINE, List.of(code.code()), null, path -> "");
    }

    /** Which rule decides a field: the one that an officer would have to change. */
    private static String because(Dataset dataset, ProtectionPlan plan, String path) {
        List<String> patterns = dataset.patternsAt(path);
        List<String> rules = plan.fields().stream()
                .filter(rule -> patterns.contains(rule.pattern().text()))
                .map(rule -> rule.transform().name() + " by rule " + rule.rule())
                .distinct()
                .toList();
        if (!rules.isEmpty()) {
            return String.join(" or ", rules);
        }
        return plan.labels() && path.startsWith("/meta/security")
                ? "security labels of a de-identified view"
                : "the catalog declares no such field";
    }

    private static JsonNode json(byte[] view) {
        try {
            return StrictJson.read(view);
        } catch (MalformedJsonException e) {
            throw new IllegalStateException("A view is not JSON", e);
        }
    }
}
