package io.sluice.protection.transform;

import io.sluice.core.event.SubjectRef;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What a view depends on besides payload and plan. The same context gives the same view again, encrypted fields excepted,
 * whose nonces are fresh.
 *
 * @param day the decision's day, from which ages count
 * @param subjectRef the primary subject, null where the record has none
 * @param releasedId the view's id: the record in the associated data of encrypted fields
 */
public record RecordContext(LocalDate day, @Nullable SubjectRef subjectRef, String releasedId) {}
