package io.sluice.cli.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.decision.Envelope;
import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.core.rulebook.TransformKind;
import io.sluice.core.rulebook.TransformSpec;
import io.sluice.policies.draft.DraftPolicy;
import io.sluice.protection.transform.CompiledPlan;
import io.sluice.protection.transform.PlanRefusedException;
import io.sluice.protection.transform.Protector;
import io.sluice.protection.transform.RecordContext;
import io.sluice.protection.transform.View;
import io.sluice.protection.transform.ViewLimits;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What patterns of a catalog cover of a payload: views that keep it and drop the rest. Confined to one thread. */
public final class PlainViews {
    private static final LocalDate ANY_DAY = LocalDate.EPOCH;

    private final Protector protector;
    private final Map<String, CompiledPlan> plans = new HashMap<>();

    public PlainViews(EphemeralKeys keys) {
        this.protector = new Protector(DraftPolicy.TENANT, keys.fields(), new SecureRandom(), ViewLimits.DEFAULT);
    }

    /**
     * What was seen.
     *
     * @param view what the kept patterns cover
     * @param counts how many fields each pattern of the dataset covers
     */
    public record Seen(JsonNode view, Map<String, Integer> counts) {}

    /**
     * @param kept patterns whose fields are kept; those of the others are dropped
     * @throws IllegalArgumentException where the payload has no view, as one with an undeclared modifierExtension
     */
    public Seen of(Dataset dataset, JsonNode payload, Set<FieldPattern> kept) {
        if (!protector.read(payload.toString().getBytes(StandardCharsets.UTF_8))) {
            throw new IllegalArgumentException("The payload is larger or deeper than the limits");
        }
        CompiledPlan plan = plans.computeIfAbsent(
                dataset.id() + (kept.size() == dataset.fields().size() ? "" : kept), key -> compiled(dataset, kept));
        View view = protector.protect(plan, new RecordContext(ANY_DAY, null, "sample"));
        protector.clear();
        if (!(view instanceof View.Protected seen)) {
            throw new IllegalArgumentException(
                    "The payload has no view: " + ((View.Failed) view).code().code());
        }
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < seen.patternCounts().length; i++) {
            counts.put(plan.plan().fields().get(i).pattern().text(), seen.patternCounts()[i]);
        }
        try {
            return new Seen(StrictJson.read(seen.bytes()), counts);
        } catch (MalformedJsonException e) {
            throw new IllegalStateException("A view is not JSON", e);
        }
    }

    private CompiledPlan compiled(Dataset dataset, Set<FieldPattern> kept) {
        List<FieldRule> rules = new ArrayList<>();
        dataset.fields()
                .keySet()
                .forEach(pattern -> rules.add(new FieldRule(
                        pattern,
                        TransformSpec.of(kept.contains(pattern) ? TransformKind.KEEP : TransformKind.DROP),
                        "sample")));
        try {
            return protector.compile(new ProtectionPlan(
                    "sample",
                    "sample",
                    dataset.id(),
                    dataset.format(),
                    rules,
                    Dataset.Undeclared.DROP,
                    Envelope.CLOSED));
        } catch (PlanRefusedException e) {
            throw new IllegalStateException("The catalog's patterns cannot be executed: " + e.getMessage(), e);
        }
    }
}
