package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.rulebook.DataClass;
import io.sluice.core.rulebook.TransformKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What was released to whom, counted by what is alike: there are as many flows as datasets, recipients, plans and revisions
 * meet, however many records there are. For one report and one thread.
 */
final class Flows {
    private final PolicyAtHand policies;
    private final SortedMap<Key, Flow> flows = new TreeMap<>(Comparator.comparing(Key::toString));

    /**
     * What is alike.
     *
     * @param dataset its id
     * @param controller who answers for it
     * @param producer where it came from
     * @param collected the purpose that it was collected for
     * @param region the subject's region of law; empty where unknown
     * @param recipient who got it
     * @param bundle the bundle that decided
     * @param plan the plan that was executed
     * @param rule the protection that opened it
     * @param legal the ground, by name
     */
    record Key(
            String dataset,
            String controller,
            String producer,
            String collected,
            String region,
            String recipient,
            String bundle,
            String plan,
            String rule,
            SortedMap<String, String> legal) {
        /** A part of the ground; empty where it has none. */
        String legal(String part) {
            return legal.getOrDefault(part, "");
        }

        /** The ground in words. */
        String ground() {
            List<String> parts = new ArrayList<>();
            for (String part : List.of("gdpr6", "gdpr9", "hipaa", "consent")) {
                if (legal.containsKey(part)) {
                    parts.add(legal(part));
                }
            }
            return String.join(", ", parts);
        }
    }

    /** How much. */
    static final class Flow {
        private final Times times = new Times();
        private long[] counts = new long[16];
        private final SortedMap<String, Long> masked = new TreeMap<>();
        private final SortedMap<String, Long> dropped = new TreeMap<>();
        private long undeclared;

        Times times() {
            return times;
        }

        /** What was masked inside texts, by kind. */
        SortedMap<String, Long> masked() {
            return masked;
        }

        /** Texts that were dropped for what was found inside, by reason. */
        SortedMap<String, Long> dropped() {
            return dropped;
        }

        /** Undeclared fields that were dropped. */
        long undeclared() {
            return undeclared;
        }

        private void matched(int pattern, long count) {
            if (pattern >= counts.length) {
                counts = Arrays.copyOf(counts, Math.max(pattern + 1, counts.length * 2));
            }
            counts[pattern] += count;
        }
    }

    /**
     * What was done to the fields of one pattern.
     *
     * @param pattern as the catalog has it
     * @param classes what the fields are, under the revision that decided
     * @param transform its name
     * @param kind the same without its variant
     * @param count how many fields
     */
    record Use(String pattern, List<DataClass> classes, String transform, TransformKind kind, long count) {
        /** Their names, or that none is known. */
        List<String> classNames() {
            return classes.isEmpty()
                    ? List.of("(unknown)")
                    : classes.stream().map(DataClass::id).toList();
        }
    }

    Flows(PolicyAtHand policies) {
        this.policies = policies;
    }

    /** Counts a released view. @param recipient of the entry; of no other disposition than release */
    Key take(long place, JsonNode entry, JsonNode recipient) {
        SortedMap<String, String> legal = new TreeMap<>();
        recipient
                .path("legal")
                .properties()
                .forEach(part -> legal.put(part.getKey(), part.getValue().asText()));
        Key key = new Key(
                entry.path("dataset").asText(""),
                entry.path("controller").asText(""),
                entry.path("producer").asText(""),
                entry.path("purpose").asText(""),
                entry.path("subject").path("region").asText(""),
                recipient.path("id").asText(""),
                entry.path("policy").path("bundle").asText(""),
                recipient.path("plan").asText(""),
                recipient.path("reasons").path(0).path("rule").asText(""),
                legal);
        Flow flow = flows.computeIfAbsent(key, unused -> new Flow());
        flow.times.add(place, entry);
        flow.undeclared += recipient.path("undeclared").asLong();
        for (JsonNode pair : recipient.path("patterns")) {
            int pattern = pair.path(0).asInt(-1);
            if (pattern >= 0 && pattern < 4_096) {
                flow.matched(pattern, pair.path(1).asLong());
            }
        }
        add(flow.masked, recipient.path("findings").path("masked"));
        add(flow.dropped, recipient.path("findings").path("dropped"));
        return key;
    }

    private static void add(SortedMap<String, Long> counts, JsonNode more) {
        more.properties()
                .forEach(one -> counts.merge(one.getKey(), one.getValue().asLong(), Long::sum));
    }

    /** All of them, in a fixed order. */
    SortedMap<Key, Flow> all() {
        return flows;
    }

    /** What was done to the fields of a flow's views; empty where its plan is not kept. */
    List<Use> uses(Key key, Flow flow) {
        List<Use> uses = new ArrayList<>();
        List<PolicyAtHand.Rule> rules = policies.plan(key.plan()).orElse(List.of());
        for (int i = 0; i < Math.min(rules.size(), flow.counts.length); i++) {
            if (flow.counts[i] > 0) {
                PolicyAtHand.Rule rule = rules.get(i);
                uses.add(new Use(
                        rule.pattern(),
                        policies.classes(key.bundle(), key.dataset(), rule.pattern()),
                        rule.transform(),
                        rule.kind(),
                        flow.counts[i]));
            }
        }
        return uses;
    }

    /** Says which plans and bundles are not kept, so that nobody takes what is not listed for not released. */
    void tellWhatIsNotKept(Draft draft) {
        TreeSet<String> bundles = new TreeSet<>();
        long views = 0;
        List<Long> places = new ArrayList<>();
        for (Map.Entry<Key, Flow> one : flows.entrySet()) {
            if (policies.plan(one.getKey().plan()).isEmpty()) {
                views += one.getValue().times.count();
                places.add(one.getValue().times.place());
            }
            if (policies.rulebook(one.getKey().bundle()).isEmpty()) {
                bundles.add(one.getKey().bundle());
            }
        }
        if (views > 0) {
            draft.finding(
                    "plan-not-kept",
                    "The plans of " + views + " views are not kept here; what was done to their fields is not in this"
                            + " report.",
                    places.subList(0, Math.min(10, places.size())));
        }
        if (bundles.remove("")) {
            draft.finding(
                    "bundle-not-named",
                    "Entries of views name no bundle; what their fields are is not known.",
                    List.of());
        }
        if (!bundles.isEmpty()) {
            draft.finding(
                    "bundle-not-kept",
                    (bundles.size() == 1
                                    ? "A bundle that entries cite is not kept here, or does not read; what its fields are is not known: "
                                    : bundles.size()
                                            + " bundles that entries cite are not kept here, or do not read; what their fields are is not known: ")
                            + String.join(", ", bundles) + ".",
                    List.of());
        }
    }
}
