package io.sluice.jobs.protect;

import io.sluice.core.event.Choice;
import java.time.Instant;
import org.apache.flink.api.common.state.ValueState;
import org.jspecify.annotations.Nullable;

/**
 * A subject's standing choices in keyed state, and when the newest of them, and the newest consent, was made. Confined to the task thread; every call
 * is about the current key.
 */
final class SubjectChoices {
    private final ValueState<StandingChoices> standing;
    private final ValueState<Long> newestMicros;
    private final ValueState<Long> newestConsentMicros;

    /**
     * @param newestMicros absent also where all choices were made before it was kept
     * @param newestConsentMicros the same of consents
     */
    SubjectChoices(
            ValueState<StandingChoices> standing, ValueState<Long> newestMicros, ValueState<Long> newestConsentMicros) {
        this.standing = standing;
        this.newestMicros = newestMicros;
        this.newestConsentMicros = newestConsentMicros;
    }

    StandingChoices standing() throws Exception {
        StandingChoices present = standing.value();
        return present == null ? StandingChoices.NONE : present;
    }

    /**
     * Whether a choice that was sent again would undo what the subject chose since: the partition no longer orders it. Kinds
     * that only ever give less away are taken at any time. An erasure does too, and cannot be undone: that of a subject who
     * has consented to something since would take what it gave then.
     */
    boolean isSuperseded(Choice choice, Instant madeAt) throws Exception {
        long made = SeenIds.micros(madeAt);
        return switch (choice.kind()) {
            case WITHDRAWAL, OBJECTION, RESTRICTION -> false;
            case CONSENT -> standing.value() != null && isSince(made, newestMicros.value());
            case ERASURE ->
                newestConsentMicros.value() != null
                        ? isSince(made, newestConsentMicros.value())
                        : !standing().consents().isEmpty() && isSince(made, newestMicros.value());
        };
    }

    /** Whether something was chosen at that time or later; where it is not known when, it may have been. */
    private static boolean isSince(long made, @Nullable Long newest) {
        return newest == null || newest >= made;
    }

    void update(Choice.Kind kind, StandingChoices after, Instant madeAt) throws Exception {
        long made = SeenIds.micros(madeAt);
        newestMicros.update(later(newestMicros.value(), made));
        if (kind == Choice.Kind.CONSENT) {
            newestConsentMicros.update(later(newestConsentMicros.value(), made));
        }
        standing.update(after);
    }

    private static long later(@Nullable Long newest, long made) {
        return newest == null ? made : Math.max(newest, made);
    }
}
