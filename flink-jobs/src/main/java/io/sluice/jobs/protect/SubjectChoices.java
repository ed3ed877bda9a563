package io.sluice.jobs.protect;

import io.sluice.core.event.Choice;
import java.time.Instant;
import org.apache.flink.api.common.state.ValueState;
import org.jspecify.annotations.Nullable;

/**
 * A subject's standing choices in keyed state, and when the newest of them was made. Confined to the task thread; every call
 * is about the current key.
 */
final class SubjectChoices {
    private final ValueState<StandingChoices> standing;
    private final ValueState<Long> newestMicros;

    /** @param newestMicros absent also where all choices were made before it was kept */
    SubjectChoices(ValueState<StandingChoices> standing, ValueState<Long> newestMicros) {
        this.standing = standing;
        this.newestMicros = newestMicros;
    }

    StandingChoices standing() throws Exception {
        StandingChoices present = standing.value();
        return present == null ? StandingChoices.NONE : present;
    }

    /**
     * Whether a choice that was sent again would open what the subject closed since: the partition no longer orders it. Kinds
     * that only ever give less away are taken at any time.
     */
    boolean isSuperseded(Choice choice, Instant madeAt) throws Exception {
        boolean givesLess =
                switch (choice.kind()) {
                    case WITHDRAWAL, OBJECTION, RESTRICTION -> true;
                    default -> false;
                };
        if (givesLess || standing.value() == null) {
            return false;
        }
        Long newest = newestMicros.value();
        return newest == null || newest >= SeenIds.micros(madeAt);
    }

    void update(StandingChoices after, Instant madeAt) throws Exception {
        @Nullable Long newest = newestMicros.value();
        long made = SeenIds.micros(madeAt);
        newestMicros.update(newest == null ? made : Math.max(newest, made));
        standing.update(after);
    }
}
