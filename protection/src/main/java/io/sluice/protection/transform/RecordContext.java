package io.sluice.protection.transform;

import io.sluice.core.event.SubjectRef;
import io.sluice.protection.text.TextDropped;
import io.sluice.protection.text.TextMasker;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What a view depends on besides payload and plan. The same context gives the same view again, encrypted fields excepted,
 * whose nonces are fresh.
 *
 * @param day the decision's day, from which ages count
 * @param subjectRef the primary subject, null where the record has none
 * @param releasedId the view's id: the record in the associated data of encrypted fields
 * @param texts masks the texts that a plan looks into
 */
public record RecordContext(LocalDate day, @Nullable SubjectRef subjectRef, String releasedId, TextMasker texts) {
    /** Of a record of whose subject nothing is known: no text goes out. */
    public RecordContext(LocalDate day, @Nullable SubjectRef subjectRef, String releasedId) {
        this(day, subjectRef, releasedId, TextMasker.closed(TextDropped.SUBJECT_UNKNOWN));
    }
}
