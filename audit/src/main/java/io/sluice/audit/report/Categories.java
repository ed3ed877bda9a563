package io.sluice.audit.report;

import io.sluice.core.rulebook.DataClass;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Categories of data in what was released, and what was done to them. Stateless. */
final class Categories {
    private Categories() {}

    /** One category. */
    static final class Category {
        private final Map<Treatment, Long> counts = new EnumMap<>(Treatment.class);
        private @Nullable DataClass known;
        private long place = Long.MAX_VALUE;

        /** How many fields. */
        long count(Treatment treatment) {
            return counts.getOrDefault(treatment, 0L);
        }

        /** The class; null where its bundle is not kept. */
        @Nullable
        DataClass known() {
            return known;
        }

        /** Whether something of it went out. */
        boolean went() {
            return count(Treatment.CLEAR) + count(Treatment.COARSER) + count(Treatment.KEYED) > 0;
        }

        /** Whether the law protects it more than others. */
        boolean special() {
            DataClass of = known;
            return of != null && (of.kind() == DataClass.Kind.SPECIAL_CATEGORY || of.kind() == DataClass.Kind.CRIMINAL);
        }

        /** The first entry that released a view with it. */
        long place() {
            return place;
        }
    }

    /** By the class's id. */
    static SortedMap<String, Category> of(Flows flows) {
        SortedMap<String, Category> all = new TreeMap<>();
        flows.all().forEach((key, flow) -> add(all, flows, key, flow));
        return all;
    }

    static void add(SortedMap<String, Category> all, Flows flows, Flows.Key key, Flows.Flow flow) {
        for (Flows.Use use : flows.uses(key, flow)) {
            for (int i = 0; i < use.classNames().size(); i++) {
                Category category = all.computeIfAbsent(use.classNames().get(i), unused -> new Category());
                category.counts.merge(Treatment.of(use.kind()), use.count(), Long::sum);
                category.place = Math.min(category.place, flow.times().place());
                if (i < use.classes().size()) {
                    category.known = use.classes().get(i);
                }
            }
        }
    }
}
