package io.sluice.protection.transform;

import io.sluice.core.event.SubjectRef;
import io.sluice.protection.text.TextDropped;
import io.sluice.protection.text.TextMasker;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What a view depends on besides payload and plan. The same context gives the same view again, encrypted fields excepted,
 * whose nonces are fresh, and codes that were forgotten in between.
 *
 * @param day the decision's day, from which ages count
 * @param subjectRef the primary subject, null where the record has none
 * @param releasedId the view's id: the record in the associated data of encrypted fields
 * @param texts masks the texts that a plan looks into
 * @param pseudonyms the random codes of the primary subject
 * @param subjectKey the primary subject's key for fields; null where it was not asked for
 */
public record RecordContext(
        LocalDate day,
        @Nullable SubjectRef subjectRef,
        String releasedId,
        TextMasker texts,
        Pseudonyms pseudonyms,
        @Nullable SubjectFieldKey subjectKey) {
    /** Of a record whose subject's key is not asked for. */
    public RecordContext(
            LocalDate day,
            @Nullable SubjectRef subjectRef,
            String releasedId,
            TextMasker texts,
            Pseudonyms pseudonyms) {
        this(day, subjectRef, releasedId, texts, pseudonyms, null);
    }

    /** Of a record whose subject has no codes: no view that needs one goes out. */
    public RecordContext(LocalDate day, @Nullable SubjectRef subjectRef, String releasedId, TextMasker texts) {
        this(day, subjectRef, releasedId, texts, Pseudonyms.NONE);
    }

    /** Of a record of whose subject nothing is known: no text goes out either. */
    public RecordContext(LocalDate day, @Nullable SubjectRef subjectRef, String releasedId) {
        this(day, subjectRef, releasedId, TextMasker.closed(TextDropped.SUBJECT_UNKNOWN));
    }
}
