package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.rulebook.DataClass;
import io.sluice.core.rulebook.TransformKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a view shows of a person to whoever holds it and no key, by its fields of classes that are about persons. What cannot
 * be told counts as shown (45 CFR 164.402(2) presumes a breach). For one report and one thread.
 */
final class Exposure {
    private static final int MAX_KNOWN = 1_024;

    /** How much, from the least on. */
    enum Level {
        /** Each field is encrypted or gone. */
        SECURED,
        /** Some field stands as a token or pseudonym: what that secures, people judge. */
        CODED,
        /** Some field is as it was, or coarser. */
        SHOWN
    }

    private final PolicyAtHand policies;
    private final Map<String, Level[]> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Level[]> eldest) {
            return size() > MAX_KNOWN;
        }
    };

    Exposure(PolicyAtHand policies) {
        this.policies = policies;
    }

    /** How much a released view shows. */
    Level of(JsonNode entry, JsonNode recipient) {
        String plan = recipient.path("plan").asText("");
        if (policies.plan(plan).isEmpty()) {
            return Level.SHOWN;
        }
        String bundle = entry.path("policy").path("bundle").asText("");
        String dataset = entry.path("dataset").asText("");
        Level[] levels =
                known.computeIfAbsent(bundle + " " + dataset + " " + plan, unused -> levels(bundle, dataset, plan));
        Level most = Level.SECURED;
        for (JsonNode pair : recipient.path("patterns")) {
            int pattern = pair.path(0).asInt(-1);
            Level of = pattern < 0 || pattern >= levels.length ? Level.SHOWN : levels[pattern];
            most = of.compareTo(most) > 0 ? of : most;
        }
        return most;
    }

    private Level[] levels(String bundle, String dataset, String plan) {
        List<PolicyAtHand.Rule> rules = policies.plan(plan).orElse(List.of());
        Level[] levels = new Level[rules.size()];
        for (int i = 0; i < levels.length; i++) {
            PolicyAtHand.Rule rule = rules.get(i);
            levels[i] = aboutPersons(policies.classes(bundle, dataset, rule.pattern()))
                    ? level(rule.kind())
                    : Level.SECURED;
        }
        return levels;
    }

    private static Level level(TransformKind kind) {
        return switch (Treatment.of(kind)) {
            case CLEAR, COARSER -> Level.SHOWN;
            case KEYED -> Treatment.isEncrypted(kind) ? Level.SECURED : Level.CODED;
            case GONE -> Level.SECURED;
        };
    }

    private static boolean aboutPersons(List<DataClass> classes) {
        return classes.isEmpty() || classes.stream().anyMatch(one -> one.kind() != DataClass.Kind.ORDINARY);
    }
}
