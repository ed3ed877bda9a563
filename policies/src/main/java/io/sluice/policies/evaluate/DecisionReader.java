package io.sluice.policies.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.decision.Decision;
import io.sluice.core.decision.Disposition;
import io.sluice.core.decision.Envelope;
import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.Legal;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.decision.Reason;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.core.rulebook.Recipient;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.core.rulebook.TransformSpec;
import io.sluice.policies.load.KnownTransforms;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns the policy's answer into a decision, strictly: an unknown member, disposition, transform or pattern, a recipient
 * too few or too many is no decision, and the record is quarantined (promise P1). Never skips what it does not know.
 *
 * <p>Thread-safe; holds the plans it made, so that a decision costs no digest.
 */
final class DecisionReader {
    private static final Set<String> MEMBERS =
            Set.of("disposition", "fields", "detected", "undeclared", "envelope", "labels", "legal", "reasons");
    private static final Set<String> LEGAL = Set.of("purpose", "gdpr6", "gdpr9", "hipaa", "consent", "accounting528");

    private final Rulebook rulebook;
    private final JsonNode matrix;
    private final PlanCache plans = new PlanCache();

    DecisionReader(Rulebook rulebook, JsonNode matrix) {
        this.rulebook = rulebook;
        this.matrix = matrix;
    }

    /**
     * Reads an answer of {@link Entrypoint#TERMS} or {@link Entrypoint#RELEASE}.
     *
     * @throws DecisionInvalidException if it is no decision
     */
    Decision read(String datasetId, JsonNode answer) {
        Dataset dataset = rulebook.datasets().get(datasetId);
        if (dataset == null || !answer.isObject()) {
            throw new DecisionInvalidException("The policy's answer is no decision about a known dataset");
        }
        SortedMap<String, RecipientDecision> decisions = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : answer.properties()) {
            Recipient recipient = rulebook.recipients().get(entry.getKey());
            if (recipient == null) {
                throw new DecisionInvalidException("The policy decides about a recipient that does not exist");
            }
            decisions.put(recipient.id(), recipient(dataset, recipient, entry.getValue()));
        }
        if (decisions.size() != rulebook.recipients().size()) {
            throw new DecisionInvalidException("The policy does not decide about every recipient");
        }
        return new Decision(decisions);
    }

    private RecipientDecision recipient(Dataset dataset, Recipient recipient, JsonNode json) {
        requireMembers(json, MEMBERS);
        if (!json.path("detected").isObject() || !json.path("detected").isEmpty()) {
            throw new DecisionInvalidException("A decision asks for detection, which this version has not");
        }
        Disposition disposition = constant(Disposition.class, text(json, "disposition"));
        List<Reason> reasons = reasons(json.path("reasons"));
        Legal legal = legal(recipient, json.path("legal"));
        Dataset.Undeclared undeclared = constant(Dataset.Undeclared.class, text(json, "undeclared"));
        Envelope envelope = envelope(json.path("envelope"));
        boolean labels = labels(dataset, json.path("labels"));
        if (disposition != Disposition.RELEASE) {
            return new RecipientDecision(recipient.id(), disposition, null, null, null, reasons);
        }
        JsonNode row = matrix.path(dataset.id()).path(recipient.id()).path("fields");
        JsonNode own = json.path("fields");
        PlanCache.Key key = new PlanCache.Key(
                dataset.id(),
                recipient.id(),
                undeclared,
                envelope,
                labels,
                own.isMissingNode() ? null : canonical(own));
        PlanCache.Plan plan = plans.get(key, () -> plan(dataset, recipient, key, own.isMissingNode() ? row : own));
        return new RecipientDecision(recipient.id(), disposition, plan.plan(), plan.digest(), legal, reasons);
    }

    private static String canonical(JsonNode fields) {
        try {
            return CanonicalJson.text(fields);
        } catch (IllegalArgumentException e) {
            throw new DecisionInvalidException("A decision's fields hold a number that has no canonical form");
        }
    }

    private static ProtectionPlan plan(Dataset dataset, Recipient recipient, PlanCache.Key key, JsonNode fields) {
        if (!fields.isObject()) {
            throw new DecisionInvalidException("A release says nothing of fields");
        }
        List<FieldRule> rules = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            rules.add(rule(dataset, field.getKey(), field.getValue()));
        }
        return new ProtectionPlan(
                recipient.id(),
                recipient.purpose(),
                dataset.id(),
                dataset.format(),
                rules,
                key.undeclared(),
                key.envelope(),
                key.labels());
    }

    static FieldRule rule(Dataset dataset, String text, JsonNode json) {
        requireMembers(json, Set.of("transform", "params", "rule"));
        FieldPattern pattern;
        try {
            pattern = FieldPattern.parse(text);
        } catch (IllegalArgumentException e) {
            throw new DecisionInvalidException("A decision names a malformed pattern");
        }
        if (!dataset.fields().containsKey(pattern)) {
            throw new DecisionInvalidException("A decision opens a pattern that the catalog does not declare");
        }
        String name = text(json, "transform");
        Optional<TransformSpec> transform = TransformSpec.parse(name, params(json.path("params")));
        if (transform.isEmpty() || !KnownTransforms.performs(name)) {
            throw new DecisionInvalidException("A decision names a transform that this version does not perform");
        }
        return new FieldRule(pattern, transform.get(), text(json, "rule"));
    }

    private static SortedMap<String, Object> params(JsonNode json) {
        if (!json.isObject()) {
            throw new DecisionInvalidException("A transform's params are an object");
        }
        SortedMap<String, Object> params = new TreeMap<>();
        json.properties().forEach(param -> params.put(param.getKey(), value(param.getValue())));
        return params;
    }

    private static Object value(JsonNode json) {
        if (json.isTextual()) {
            return json.textValue();
        }
        if (json.isBoolean()) {
            return json.booleanValue();
        }
        if (json.isIntegralNumber() && json.canConvertToLong()) {
            return json.longValue();
        }
        if (json.isArray()) {
            List<Object> list = new ArrayList<>();
            json.forEach(element -> list.add(value(element)));
            return List.copyOf(list);
        }
        throw new DecisionInvalidException("A transform's parameter is text, integer, boolean or a list of those");
    }

    private static Envelope envelope(JsonNode json) {
        requireMembers(json, Set.of("time", "subject", "source", "key", "policy"));
        if (!json.path("policy").isBoolean()) {
            throw new DecisionInvalidException("A decision's envelope does not say whether it names the policy");
        }
        return new Envelope(
                constant(Envelope.Time.class, text(json, "time")),
                constant(Envelope.Subject.class, text(json, "subject")),
                constant(Envelope.Source.class, text(json, "source")),
                constant(Envelope.Key.class, text(json, "key")),
                json.get("policy").booleanValue());
    }

    /** Absent from the decisions of revisions made before there were labels. */
    private static boolean labels(Dataset dataset, JsonNode json) {
        if (!json.isMissingNode() && !json.isBoolean() || json.asBoolean() && dataset.format() != Dataset.Format.FHIR) {
            throw new DecisionInvalidException("A decision's labels are true or false, and true for FHIR only");
        }
        return json.asBoolean();
    }

    private static Legal legal(Recipient recipient, JsonNode json) {
        requireMembers(json, LEGAL);
        if (!text(json, "purpose").equals(recipient.purpose())) {
            throw new DecisionInvalidException("A decision names another purpose than its recipient's");
        }
        return new Legal(
                recipient.purpose(),
                optional(json, "gdpr6"),
                optional(json, "gdpr9"),
                optional(json, "hipaa"),
                optional(json, "consent"),
                optional(json, "accounting528"));
    }

    private static List<Reason> reasons(JsonNode json) {
        if (!json.isArray() || json.isEmpty()) {
            throw new DecisionInvalidException("A decision gives no reasons");
        }
        List<Reason> reasons = new ArrayList<>();
        for (JsonNode reason : json) {
            requireMembers(reason, Set.of("rule", "clause"));
            reasons.add(new Reason(text(reason, "rule"), optional(reason, "clause")));
        }
        return reasons;
    }

    private static void requireMembers(JsonNode json, Set<String> known) {
        if (!json.isObject()) {
            throw new DecisionInvalidException("A part of the decision is missing");
        }
        json.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw new DecisionInvalidException("The decision holds a member that is not known");
            }
        });
    }

    private static String text(JsonNode json, String name) {
        String text = optional(json, name);
        if (text == null) {
            throw new DecisionInvalidException("The decision lacks '" + name + "'");
        }
        return text;
    }

    private static @Nullable String optional(JsonNode json, String name) {
        JsonNode value = json.path(name);
        if (!value.isMissingNode() && !value.isTextual()) {
            throw new DecisionInvalidException("The decision's '" + name + "' is not text");
        }
        return value.isMissingNode() ? null : value.textValue();
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String code) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(code)) {
                return constant;
            }
        }
        throw new DecisionInvalidException(
                "The decision names an unknown " + type.getSimpleName().toLowerCase(Locale.ROOT));
    }
}
