package io.sluice.jobs.protect;

import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.evaluate.Strictest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The floors under records that were stamped before them. Of the policy stamped and the floors after it the strictest one
 * decides, the newest of them where several are; where none is the strictest, none decides. Which that is depends on the
 * bundles and the dataset alone, and is found once. Confined to the task thread.
 */
final class Floors {
    /** Most answers kept. */
    private static final int KEPT = 1_024;

    private final PolicyStore store;
    private final Function<ActivePolicy, Ruling> asked;
    private final Map<Stamp, Ruling> found = new Recent<>(KEPT);
    private final Map<Long, Ruling> floors = new HashMap<>();
    private long counted;

    private record Stamp(long activation, String bundle, String dataset) {}

    /** @param asked how a floor is asked */
    Floors(PolicyStore store, Function<ActivePolicy, Ruling> asked) {
        this.store = store;
        this.asked = asked;
    }

    /** Whether records of an activation have a floor, as far as is known by now. */
    boolean lieOver(long activation) {
        return store.newestFloor() > activation;
    }

    /** Who decides. @param own what the record was stamped with, and how it is asked */
    Ruling over(ActivePolicy stamped, Ruling own, String dataset) {
        long count = store.floorCount(); // one that comes late need not be the newest
        if (count != counted) {
            found.clear();
            counted = count;
        }
        Stamp stamp = new Stamp(stamped.number(), stamped.bundle().digest(), dataset);
        Ruling ruling = found.get(stamp);
        if (ruling == null) {
            ruling = strictest(stamped, own, dataset);
            found.put(stamp, ruling);
        }
        return ruling;
    }

    private Ruling strictest(ActivePolicy stamped, Ruling own, String dataset) {
        List<ActivePolicy> all = new ArrayList<>(store.floorsAfter(stamped.number()));
        all.add(stamped);
        ActivePolicy strictest = Strictest.of(all, dataset).orElse(null);
        if (strictest == null) {
            return Ruling.None.CONFLICT;
        }
        return strictest.number() == stamped.number()
                ? own
                : floors.computeIfAbsent(strictest.number(), number -> asked.apply(strictest));
    }
}
