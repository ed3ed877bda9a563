package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.rulebook.DataClass;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether a view shows something of a person to whoever holds it and no key: a field of a class that is about persons, as it
 * was or coarser. What cannot be told counts as shown (45 CFR 164.402(2) presumes a breach). For one report and one thread.
 */
final class Exposure {
    private static final int MAX_KNOWN = 1_024;

    private final PolicyAtHand policies;
    private final Map<String, boolean[]> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, boolean[]> eldest) {
            return size() > MAX_KNOWN;
        }
    };

    Exposure(PolicyAtHand policies) {
        this.policies = policies;
    }

    /** Whether a released view does. */
    boolean shows(JsonNode entry, JsonNode recipient) {
        String plan = recipient.path("plan").asText("");
        if (policies.plan(plan).isEmpty()) {
            return true;
        }
        String bundle = entry.path("policy").path("bundle").asText("");
        String dataset = entry.path("dataset").asText("");
        boolean[] shown =
                known.computeIfAbsent(bundle + " " + dataset + " " + plan, unused -> shown(bundle, dataset, plan));
        for (JsonNode pair : recipient.path("patterns")) {
            int pattern = pair.path(0).asInt(-1);
            if (pattern < 0 || pattern >= shown.length || shown[pattern]) {
                return true;
            }
        }
        return false;
    }

    private boolean[] shown(String bundle, String dataset, String plan) {
        List<PolicyAtHand.Rule> rules = policies.plan(plan).orElse(List.of());
        boolean[] shown = new boolean[rules.size()];
        for (int i = 0; i < shown.length; i++) {
            Treatment treatment = Treatment.of(rules.get(i).kind());
            shown[i] = (treatment == Treatment.CLEAR || treatment == Treatment.COARSER)
                    && aboutPersons(
                            policies.classes(bundle, dataset, rules.get(i).pattern()));
        }
        return shown;
    }

    private static boolean aboutPersons(List<DataClass> classes) {
        return classes.isEmpty() || classes.stream().anyMatch(one -> one.kind() != DataClass.Kind.ORDINARY);
    }
}
