package io.sluice.core.decision;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What {@code sluice/reveal} answered. Undefined is {@link Denied#UNDEFINED}. */
public sealed interface RevealDecision {
    /**
     * Allowed.
     *
     * @param reason the grant and its clause
     * @param legal the ground of the purpose: codes by name, empty for other acts than revealing
     * @param reviewWithinHours of an emergency that is opened: when its review falls due; else 0
     */
    record Allowed(Reason reason, SortedMap<String, String> legal, int reviewWithinHours) implements RevealDecision {
        public Allowed {
            legal = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(legal));
        }

        /** The members of an entry's detail. */
        public Map<String, Object> toJson() {
            Map<String, Object> json = new TreeMap<>(reason.toJson());
            if (!legal.isEmpty()) {
                json.put("legal", legal);
            }
            return json;
        }
    }

    /**
     * Denied.
     *
     * @param code why, as {@code not-granted}
     */
    record Denied(String code) implements RevealDecision {
        /** The answer to everything that the policy does not answer. */
        public static final Denied UNDEFINED = new Denied("denied");
    }
}
