package io.sluice.jobs.protect;

import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.Choice;
import java.util.Optional;

/** Reads the payload of a choice. */
final class ChoicePayload {
    private ChoicePayload() {}

    /** The choice; empty where the payload is not one or nobody's. */
    static Optional<Choice> read(OpenedRecord opened) {
        if (opened.tags().subjectRef() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Choice.of(StrictJson.read(opened.event().data())));
        } catch (MalformedJsonException | IllegalArgumentException e) {
            return Optional.empty(); // quarantined as choice-invalid
        }
    }
}
