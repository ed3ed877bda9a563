package io.sluice.reveal.value;

import io.sluice.protection.transform.Sf1Place;
import org.jspecify.annotations.Nullable;

/**
 * A protected value and its place, as a caller names it.
 *
 * @param value the protected text
 * @param place dataset, subject reference, released id, path in the view, and the recipient's purpose
 * @param epoch of a {@code tokenise-fpe} token: the key's version that it was made under; 0 for the rulebook's present one
 */
public record Item(String value, Sf1Place place, int epoch) {
    /** Shows neither value nor path. */
    @Override
    public String toString() {
        return "Item[" + place.dataset() + "]";
    }

    /** The subject's reference; null where the caller names none. */
    public @Nullable String subject() {
        return place.subjectRef().isEmpty() ? null : place.subjectRef();
    }
}
