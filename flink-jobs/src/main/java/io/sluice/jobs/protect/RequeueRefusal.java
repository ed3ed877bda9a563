package io.sluice.jobs.protect;

import java.util.Locale;

/** Why a record of {@code events.requeue} is not attempted. Codes never change their meaning ({@code released.md}). */
enum RequeueRefusal {
    /** It is not, byte for byte, what the job put into quarantine. */
    TICKET_INVALID,
    /** {@code sluice-activation} is missing or no number. */
    ACTIVATION_INVALID,
    /** It was tried as often as a record can be. */
    ATTEMPTS_EXHAUSTED,
    /** It was sent again before. */
    DUPLICATE,
    /** It failed longer ago than the requeue window, or than is remembered of its subject. */
    EXPIRED;

    String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
